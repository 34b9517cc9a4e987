"""The page of a run: what it says is what the run's files hold, and nothing in them can act."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from onrecord.eval.report import CAP, write_report
from onrecord.index.types import Span
from tests.eval.report_pages import read, words
from tests.eval.report_runs import make_case, make_measure, make_quote, write_run

ATTACK = "<script>alert(1)</script>"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;"
MEASURES = {
    "quotes/answer@1": make_measure(0.7, 0.645, 0.755, 282),
    "quotes/answer@3": make_measure(0.851, 0.8, 0.9, 282),
    "quotes/verbatim": make_measure(1.0, 1.0, 1.0, 432),
    "abstention/answered": make_measure(0.98, 0.96, 0.99, 282),
    "abstention/refused": make_measure(0.693333, 0.61, 0.77, 150),
    "abstention/AUROC": make_measure(0.5, None, None, 432),
}
CURVES = {"risk_coverage": [[0.5, 0.0], [1.0, 0.25]], "reliability": [[0.8, 1.0, 1.0]]}


def write(folder: Path, *cases: dict[str, object], **figures: object) -> str:
    quotes = figures.pop("quotes", {})
    assert isinstance(quotes, dict)
    run = write_run(folder, cases or (make_case("q1"),), quotes, **figures)
    return write_report(run).read_text(encoding="utf-8")


def test_the_report_lies_in_the_folder_of_a_finished_run(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", [make_case("q1")], {})
    assert write_report(run) == run / "report.html"
    with pytest.raises(FileNotFoundError):
        write_report(tmp_path)


def test_html_in_what_was_asked_and_quoted_arrives_escaped(tmp_path: Path) -> None:
    quote = make_quote(ATTACK + " 104%", title=ATTACK, outlet=ATTACK, published=ATTACK)
    case = make_case(
        "q1", question=ATTACK, history=[ATTACK], answers=[ATTACK, "104%"], groups=[ATTACK]
    )
    page = write(tmp_path / "run", case, quotes={"q1": [quote]}, command=ATTACK)
    assert page.count(ESCAPED) == 9
    assert [tag for tag, _ in read(page).elements].count("script") == 1
    assert ATTACK not in page


def test_the_only_script_is_the_one_that_the_policy_names(tmp_path: Path) -> None:
    page = write(tmp_path / "run")
    assert "default-src 'none'" in page
    assert "script-src 'sha256-" in page
    assert not re.search(r"<[^>]*\son\w+=", page)


def test_nothing_is_loaded_and_links_to_articles_give_nothing_away(tmp_path: Path) -> None:
    urls = ["https://paper.example/?a=1&b=2", "javascript:alert(1)", "data:text/html,x"]
    quotes = [make_quote("104%", url=url) for url in urls]
    page = write(
        tmp_path / "run",
        make_case("q1", right=[True] * 3),
        quotes={"q1": quotes},
        measures=MEASURES,
        curves=CURVES,
    )
    reader = read(page)
    outside = [(tag, name, to) for tag, name, to in reader.loads() if not to.startswith("#")]
    assert outside == [("link", "href", "data:,"), ("a", "href", urls[0])]
    links = [attributes for tag, attributes in reader.elements if tag == "a"]
    assert [link["rel"] for link in links if link["href"] == urls[0]] == ["noopener noreferrer"]
    assert "javascript:" not in page
    assert "url(" not in re.sub(r"url\(#\w+\)", "", page)


@pytest.mark.parametrize(
    "url", ["ftp://paper.example/a", "//paper.example/a", "https:", "h[ttp://x"]
)
def test_an_address_that_is_none_of_the_web_is_not_followed(tmp_path: Path, url: str) -> None:
    page = write(tmp_path / "run", quotes={"q1": [make_quote("104%", url=url)]})
    assert not [to for tag, _, to in read(page).loads() if tag == "a" and not to.startswith("#")]
    assert "A headline" in page


def test_marks_fall_on_the_right_characters_after_an_emoji(tmp_path: Path) -> None:
    text = "🗞️𝔑ews — café: it grew & grew. It was 104% of the plan."
    start = text.index("It was")
    marks = (Span(1000 + start, 1000 + len(text)),)
    quote = make_quote(text, 1000, highlights=marks)
    page = write(tmp_path / "run", quotes={"q1": [quote]})
    assert read(page).marked == ["It was 104% of the plan."]
    assert "🗞️𝔑ews — café: it grew &amp; grew. <mark>It was <strong>104%</strong> of the" in page


def test_marks_beyond_the_quote_end_with_it(tmp_path: Path) -> None:
    quote = make_quote("It was 104%.", 100, highlights=(Span(90, 103), Span(107, 999)))
    assert read(write(tmp_path / "run", quotes={"q1": [quote]})).marked == ["It ", "104%."]


def test_a_right_quote_is_ticked_and_a_wrong_one_is_not(tmp_path: Path) -> None:
    quotes = [make_quote("Nothing."), make_quote("104%")]
    page = words(
        write(tmp_path / "run", make_case("q1", right=[False, True]), quotes={"q1": quotes})
    )
    assert page.count("✗ no answer in it") == page.count("✓ holds an answer") == 1
    assert "answer in quote 2" in page


def test_measures_and_intervals_are_those_of_the_figures(tmp_path: Path) -> None:
    page = words(write(tmp_path / "run", measures=MEASURES))
    assert "answer@1 An answer stands in the first quote. 0.700 0.645–0.755 282" in page
    assert "The chance that an answerable question has the higher confidence. 0.500 – 432" in page


def test_a_set_without_answers_is_told_by_its_articles(tmp_path: Path) -> None:
    case = make_case("q1", answers=[], right=[False], values={"articles/RR": 0.5})
    measures = {"articles/Success@1": make_measure(0.25, 0.1, 0.4, 40)}
    page = words(write(tmp_path / "run", case, measures=measures))
    assert "Success@1 The first article is relevant. 0.250 0.100–0.400 40" in page
    assert "relevant article in place 2" in page
    assert "holds an answer" not in page
    assert "refused" not in page.replace("Wrongly refused", "")


def test_a_set_that_nobody_judged_still_renders(tmp_path: Path) -> None:
    case = make_case("q1", answerable=None, answers=[], relevant=[], right=[], values={})
    page = words(write(tmp_path / "run", case, latency={}))
    assert "1: 0 answerable, 0 unanswerable, 1 not judged" in page
    assert "Nobody judged this question." in page


def test_questions_stand_where_they_went_wrong(tmp_path: Path) -> None:
    wrong = {"values": {"quotes/answer@3": 0.0}, "right": [False], "correct": False}
    page = write(
        tmp_path / "run",
        make_case("missed", **wrong),
        make_case("refused", answered=False, confidence=0.2),
        make_case("answered", answerable=False, answers=[], relevant=[], values={}, right=[False]),
        make_case("well"),
    )
    parts = re.split(r'<section aria-labelledby="(missed|refused|answered|others)"', page)[1:]
    asked = {
        part: re.findall(r"What of (\w+)\?", content)
        for part, content in zip(parts[::2], parts[1::2], strict=True)
    }
    assert asked == {part: [part if part != "others" else "well"] for part in parts[::2]}
    assert "Refused for weak evidence" in page


def test_a_sections_cap_is_stated(tmp_path: Path) -> None:
    cases = [make_case(f"q{number}") for number in range(CAP + 7)]
    page = write(tmp_path / "run", *cases)
    assert page.count('<details class="question"') == CAP
    assert "7 more questions left out here, of 107." in words(page)
    assert "cases.jsonl and answers.jsonl hold them all" in page


def test_the_figures_name_what_they_show_and_mark_the_threshold(tmp_path: Path) -> None:
    wrong = make_case("q2", correct=False)
    refused = make_case("q3", answered=False, correct=False)
    page = write(
        tmp_path / "run", make_case("q1"), wrong, refused, measures=MEASURES, curves=CURVES
    )
    drawn = read(page)
    labels = [seen["aria-label"] for tag, seen in drawn.elements if tag == "svg"]
    assert labels == [
        "Risk against coverage: wrong, of those answered, by answered, of all questions",
        "Confidence against truth: answerable in truth, by confidence",
    ]
    assert all(seen.get("role") == "img" for tag, seen in drawn.elements if tag == "svg")
    line = next(seen for _, seen in drawn.elements if seen.get("class") == "line")
    # The axis reaches .5, the run's own risk; the curve steps up where more is answered.
    assert (line["points"] or "").split() == ["62.0,64.0", "62.0,34.0", "112.0,34.0"]
    dot = next(seen for _, seen in drawn.elements if seen.get("class") == "at")
    assert (dot["cx"], dot["cy"]) == ("78.67", "4.0")
    assert "67 % answered, 50 % of that wrong" in words(page)
    assert "0.800 1.000 100 %" in words(page)


def test_times_are_shown_at_each_percentile(tmp_path: Path) -> None:
    page = words(write(tmp_path / "run"))
    assert "p50 p90 p95 p99 as the client saw it 10 ms 18 ms 19 ms 20 ms" in page


def test_the_same_run_gives_the_same_bytes_and_no_two_elements_share_an_id(tmp_path: Path) -> None:
    one, two = (write(tmp_path / name, measures=MEASURES, curves=CURVES) for name in ("a", "b"))
    assert one == two
    ids = [attributes["id"] for _, attributes in read(one).elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_settings_of_any_shape_are_listed_and_long_hashes_cut(tmp_path: Path) -> None:
    page = write(tmp_path / "run", system={"url": "http://h:8000/", "deep": {"er": {"x": [1, 2]}}})
    assert "deep · er · x [1, 2]" in words(page)
    assert f'<abbr title="{"cd" * 32}">cdcdcdcdcdcd…</abbr>' in page
