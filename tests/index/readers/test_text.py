import pytest

from onrecord.index.errors import UnreadablePage
from onrecord.index.readers.text import read_text
from onrecord.index.types import Evidence
from tests.index.readers.test_html import BODY

TITLE = "Old bridge closed after cracks are found in its pillars"


def page(*lines: str, body: list[str] | None = None, after: tuple[str, ...] = ()) -> str:
    return "\n\n".join([*lines, TITLE, *(body or BODY), *after])


def test_a_clean_text_is_kept_whole_with_its_first_line_as_title() -> None:
    reading = read_text(page())
    assert (reading.title, reading.text.split("\n")) == (TITLE, BODY)


def test_short_sentences_of_the_article_stay() -> None:
    body = [BODY[0], "Nobody was hurt.", *BODY[1:]]
    assert read_text(page(body=body)).text.split("\n") == body


@pytest.mark.parametrize(
    "chrome",
    [
        ["This audio is created with AI assistance"],
        ["Workers on the bridge, May 1, 2022. (A. Photographer/Some Agency via Getty Images)"],
        ["Read also:", "Ferry sinks in the harbour after a storm"],
        ["Ferry sinks in the harbour after a storm\nThe ferry left at nine with forty people on "
         "board and had just passed the lighthouse when a wa…\nThe Harbour TimesAnn Lee"],
        ["Advertisement"],
        ["Sign up for our newsletter to get the news every morning."],
    ],
)  # fmt: skip
def test_chrome_amid_the_article_goes_and_what_follows_stays(chrome: list[str]) -> None:
    assert read_text(page(body=[*BODY[:2], *chrome, *BODY[2:]])).text.split("\n") == BODY


@pytest.mark.parametrize(
    "after",
    [
        ("Comments", "Ann", "I never liked that bridge, and now everybody can see why I did not."),
        ("Most popular", "News Feed", "10:01 PM", "Ferry sinks.",
         "A ferry sank in the harbour on Sunday; all forty people on board were saved by a tug."),
        ("Author: Ann Lee", "Read more"),
        ("Ann Lee", "Reporter", "Ann Lee is a reporter at the Harbour Times. She covers bridges."),
        ("Copyright © 2024 The Harbour Times. All rights reserved.",),
    ],
)  # fmt: skip
def test_what_stands_below_the_article_is_no_article(after: tuple[str, ...]) -> None:
    assert read_text(page(after=after)).text.split("\n") == BODY


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("by Ann Lee February 23, 2025 2:03 AM 2 min read", "byline"),
        ("Published on 23 Feb 2025", "published line"),
        ("Sunday, February 23, 2025", "date line"),
        ("Ann Lee - Feb. 23, 2025, 8:15 pm", "signature"),
    ],
)
def test_a_line_below_the_headline_dates_the_article(line: str, rule: str) -> None:
    published = read_text(page(body=[line, *BODY])).published
    assert (published.date, published.evidence) == ("2025-02-23", Evidence(rule, line))


def test_the_header_line_wins_and_the_byline_stays_as_evidence() -> None:
    byline = "by Ann Lee February 24, 2025"
    reading = read_text(" date 2025-02-23 Skip to content\n" + page(body=[byline, *BODY]))
    assert reading.published.date == "2025-02-23"
    assert reading.evidence["published"] == (
        Evidence("header line", "date 2025-02-23"), Evidence("byline", byline),
    )  # fmt: skip


def test_a_number_after_the_header_line_belongs_to_the_headline() -> None:
    title = "5 bridges closed after cracks are found"
    reading = read_text("\n\n".join([f" date 2025-02-23 {title}", *BODY]))
    assert (reading.title, reading.published.date) == (title, "2025-02-23")


@pytest.mark.parametrize(
    "line",
    [
        "Updated: February 23, 2025",
        "Copyright © 2025 The Harbour Times",
        "The bridge on May 18, 2020. (A. Photographer/Some Agency via Getty Images)",
        "As of Nov. 26, 2024, the bridge carried 9,000 cars a day, the council said in a report.",
    ],
)
def test_other_dates_are_no_publication_date(line: str) -> None:
    assert read_text(page(body=[line, *BODY])).published.date is None


def test_an_update_is_kept_as_evidence_that_lost() -> None:
    reading = read_text(page(body=["Updated: February 23, 2025", *BODY]))
    assert reading.evidence["published"][0].rule == "updated line"


def test_the_last_of_two_equal_headlines_opens_the_article() -> None:
    standfirst = "The council says that it had no choice."
    reading = read_text("\n".join([TITLE, standfirst, "bridge city", TITLE, *BODY]))
    assert (reading.title, reading.text.split("\n")) == (TITLE, BODY)


def test_windows_line_ends_and_hard_wraps_are_read_alike() -> None:
    wrapped = "the water of the river rose again for many days and nobody\n" * 3 + "left the town."
    reading = read_text(f"High water\n\n{wrapped}\n\n{wrapped}\n\n{wrapped}")
    assert reading.text == "\n".join([wrapped] * 3)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("word", "1 word, expected at least 5"), ("!!! ...", "no article text"),
     ("Home\nNews\nSport\nComments\nSubscribe\nSign in", "too short")],
)  # fmt: skip
def test_a_page_without_an_article_is_refused(text: str, reason: str) -> None:
    with pytest.raises(UnreadablePage, match=reason):
        read_text(text)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Tess Bonn - 11/19/19 06:56 AM EST", ("Tess Bonn",)),
        ("Monday November 18, 2019 7:45 am PST by Joe Rossi", ("Joe Rossi",)),
        ("By Meg James Staff Writer", ("Meg James",)),
        ("Posted by Ann Lee on November 19, 2019, 6:21 AM EST", ("Ann Lee",)),
        ("Steve Peoples, AP National Political Writer", ("Steve Peoples",)),
        ("By Ann Lee in Kyiv and Bo Ek for The Post", ("Ann Lee", "Bo Ek")),
        ("Published Monday, November 18, 2019", ()),
        ("Weather Stories", ()),
    ],
)
def test_names_are_read_from_lines_below_the_headline(line: str, names: tuple[str, ...]) -> None:
    assert read_text(page(body=[line, *BODY])).authors == names


def test_a_standfirst_and_a_line_of_tags_are_no_headline() -> None:
    tags = "News Feed, Bridges, City council, Traffic, Pillars"
    standfirst = "Cracks in the pillars of the old bridge have closed it to all traffic until May"
    reading = read_text("\n".join([tags, "Edit post", TITLE, standfirst, "By Ann Lee", *BODY]))
    assert reading.title == TITLE


def test_a_picture_credit_is_no_outlet() -> None:
    after = ("© Aaron Smith", "© 2024 The Harbour Times. All rights reserved.")
    assert read_text(page(after=after)).outlet == "The Harbour Times"


def test_a_text_beyond_measure_is_refused_with_both_numbers() -> None:
    reason = "4,000,001 characters of text, expected at most 4,000,000"
    with pytest.raises(UnreadablePage, match=reason):
        read_text("a" * 4_000_001)
