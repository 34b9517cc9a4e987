import pytest

from onrecord.index.errors import UnreadablePage
from onrecord.index.readers.markdown import read_markdown
from onrecord.index.types import Evidence, Published

BODY = "The *bridge* was closed on Monday.\n\n- It opens again in May.\n- Ferries go."


def page(front: str, body: str = BODY) -> str:
    return f"---\n{front}\n---\n{body}\n"


def test_front_matter_fills_the_fields_and_the_text_stays_as_written() -> None:
    reading = read_markdown(
        page("id: d1\ntitle: Bridge closed\noutlet: The Post\nauthors: [Ann Lee, Bo Ek]\n"
             "url: https://a.org/x\nlang: en\npublished: 2024-12-05\nbased_on: other")
    )  # fmt: skip
    assert (reading.record_id, reading.title, reading.outlet) == ("d1", "Bridge closed", "The Post")
    assert (reading.authors, reading.url) == (("Ann Lee", "Bo Ek"), "https://a.org/x")
    assert reading.published.evidence == Evidence("field published", "2024-12-05")
    assert reading.text == BODY


@pytest.mark.parametrize(
    ("written", "date", "precision"),
    [("2024-12-05", "2024-12-05", "day"), ("2024-12", "2024-12", "month"), ("2024", "2024", "year"),
     ("December 2024", "2024-12", "month"), ("2024-12-05T10:00:00+02:00", "2024-12-05", "day")],
)  # fmt: skip
def test_unquoted_dates_keep_their_precision(written: str, date: str, precision: str) -> None:
    published = read_markdown(page(f"title: a\ndate: {written}")).published
    assert (published.date, published.precision) == (date, precision)


def test_an_impossible_date_is_no_date() -> None:
    assert read_markdown(page("title: a\ndate: 2024-13-45")).published == Published()


def test_a_colon_in_an_unquoted_title_is_still_a_title() -> None:
    reading = read_markdown(page("title: Bridge: closed again\ndate: 2024-12-05"))
    assert (reading.title, reading.published.date) == ("Bridge: closed again", "2024-12-05")


def test_front_matter_without_its_end_is_still_taken_off() -> None:
    reading = read_markdown("---\ntitle: Bridge closed\ndate: 2024-12-05\n\n" + BODY)
    assert (reading.title, reading.text) == ("Bridge closed", BODY)


def test_a_heading_that_repeats_the_title_is_not_text() -> None:
    assert read_markdown(page("title: Bridge closed", "# Bridge Closed\n\n" + BODY)).text == BODY


def test_without_front_matter_the_first_heading_is_the_title() -> None:
    reading = read_markdown("# Bridge closed #\n\n" + BODY)
    assert (reading.title, reading.text) == ("Bridge closed", BODY)
    assert reading.evidence["title"] == (Evidence("heading", "Bridge closed"),)


def test_another_heading_stays_in_the_text() -> None:
    text = "# In short\n\n" + BODY
    assert read_markdown(page("title: Bridge closed", text)).text == text


def test_rulers_comments_and_pictures_go_and_the_rest_stays_verbatim() -> None:
    body = (
        "One two three.\n\n---\n\n![a](b.png)\n\nFour\nfive.\n\n<!-- note\n\nx -->\n\n> Six **7**."
    )
    assert read_markdown(page("title: a", body)).text == "One two three.\nFour\nfive.\n> Six **7**."


def test_front_matter_that_unfolds_itself_costs_nothing() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * 8) + "]" for n in range(1, 30)]
    assert read_markdown(page("title: t\n" + "\n".join(lines))).title == "t"


def test_front_matter_alone_is_no_article() -> None:
    with pytest.raises(UnreadablePage, match="no article text"):
        read_markdown(page("title: a", ""))
