"""The five pages that came with the project: known answers, and none of their sentences here."""

import hashlib
from pathlib import Path

import pytest

from onrecord.index.readers import ParsedArticle, read_page

SEEDS = Path(__file__).parents[3].parent / "shared" / "seeds"

pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason=f"the five pages are not at {SEEDS}")


def read(number: str) -> tuple[ParsedArticle, str]:
    (path,) = SEEDS.glob(f"{number}_*.txt")
    (reading,) = read_page(path.read_bytes(), path.name)
    assert isinstance(reading, ParsedArticle)
    return reading, path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("number", "blocks", "digest"),
    [
        ("000", 10, "e2050b68a4544e53"),
        ("001", 13, "44f647b3346ffcd0"),
        ("002", 9, "5593ae157ec81986"),
        ("003", 8, "89f6888b6acfd393"),
        ("004", 9, "303a34c42b11e8d3"),
    ],
)
def test_the_article_is_kept_to_the_letter(number: str, blocks: int, digest: str) -> None:
    reading, page = read(number)
    kept = reading.text.split("\n")
    assert len(kept) == blocks
    assert all(block in page for block in kept)
    assert hashlib.sha256(reading.text.encode()).hexdigest()[:16] == digest


@pytest.mark.parametrize(
    ("number", "opening", "words"),
    [
        ("000", "Russia exceeded mobilization goals", 12),
        ("001", "Human rights defender warns", 15),
        ("002", "Russia illegally drafted 5,500", 12),
        ("003", "Russia forcibly mobilises about 60,000", 9),
        ("004", "National Resistance Center:", 13),
    ],
)
def test_the_headline_is_found(number: str, opening: str, words: int) -> None:
    title = read(number)[0].title
    assert title.startswith(opening)
    assert len(title.split()) == words


@pytest.mark.parametrize(
    ("number", "date", "rules"),
    [
        ("000", "2025-02-23", ["header line", "byline"]),
        ("001", None, []),
        ("002", None, ["day named in the text"]),
        ("003", None, []),
        ("004", "2024-01-04", ["header line", "byline"]),
    ],
)
def test_the_date_is_what_the_page_states_or_nothing(
    number: str, date: str | None, rules: list[str]
) -> None:
    reading, _ = read(number)
    assert reading.published.date == date
    assert [evidence.rule for evidence in reading.evidence.get("published", ())] == rules


@pytest.mark.parametrize(
    ("number", "outlet", "authors"),
    [
        ("000", "The Kyiv Independent", ("Abbey Fenbert",)),
        ("001", "Euromaidan Press", ()),
        ("002", "The Kyiv Independent", ("Kateryna Hodunova",)),
        ("003", None, ()),
        ("004", "The Kyiv Independent",
         ("Dinara Khalilova", "The Kyiv Independent news desk")),
    ],
)  # fmt: skip
def test_outlet_and_authors_are_named(
    number: str, outlet: str | None, authors: tuple[str, ...]
) -> None:
    reading, _ = read(number)
    assert (reading.outlet, reading.authors, reading.language) == (outlet, authors, "en")


def test_only_one_page_sets_terms() -> None:
    terms = {number: read(number)[0].terms for number in ("000", "001", "002", "003", "004")}
    stated = terms.pop("001")
    assert stated is not None
    assert (stated.max_chars, stated.link_required) == (500, True)
    assert set(terms.values()) == {None}


@pytest.mark.parametrize("number", ["000", "001", "002", "003", "004"])
def test_every_piece_of_evidence_stands_in_the_page(number: str) -> None:
    reading, page = read(number)
    for found in reading.evidence.values():
        assert all(evidence.snippet in page for evidence in found)


@pytest.mark.parametrize("number", ["000", "001", "002", "003", "004"])
def test_blank_lines_do_not_matter(number: str) -> None:
    reading, page = read(number)
    dense = "\n".join(line for line in page.split("\n") if line.strip())
    (again,) = read_page(dense.encode(), "page.txt")
    assert isinstance(again, ParsedArticle)
    assert (again.text, again.title, again.published) == (
        reading.text, reading.title, reading.published,
    )  # fmt: skip
