"""Whether a sentence is in the archive word for word, and what the nearest text says."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.index.encoder import Encoder
from onrecord.index.passages import cut
from onrecord.index.text.words import read_words
from onrecord.index.types import Article, Terms
from onrecord.service.answer import Answerer
from onrecord.service.settings import Settings
from onrecord.service.verify import Match, Verification, verify

OpenArchive = Callable[[Sequence[Article]], Answerer]
CORPUS = Path(__file__).parents[4] / "shared" / "data" / "rtqa-dev-2022" / "corpus.jsonl"
CRANE = "Engineers replaced 312 bolts and tested the arm with a load of forty tonnes."
FERRY = (
    "The company lost 2.5 million crowns on it, its director Mona Berg told the harbour council."
)
SAID = (
    "“We can’t wait,” said\u00a0Ulf Dahl — the captain.\n\nHe’d “never” seen Straße 7 in İzmir so "
    "empty… 🐟🐟 The café’s fire-fighters came at 10:30."
)
DIFFS = {"equal": "=", "delete": "-", "insert": "+"}


def check(verification: Verification, quote: str) -> tuple[Match, ...]:
    """All that the contract says of an answer."""
    matches = verification.matches
    assert len(matches) <= 10
    assert [match.verbatim for match in matches] == sorted(
        (match.verbatim for match in matches), reverse=True
    )
    expected = "not_found" if not matches else "verbatim" if matches[0].verbatim else "altered"
    assert verification.verdict == expected
    for match in matches:
        source = match.article.title if match.headline else match.article.text
        assert source[match.span.start : match.span.end] == match.text
        assert match.text.strip() == match.text
        assert 0.5 <= match.similarity <= 1
        assert "".join(p.text for p in match.diff if p.op != "insert") == quote
        assert "".join(p.text for p in match.diff if p.op != "delete") == match.text
    for one, other in pairwise(match for match in matches if not match.verbatim):
        assert one.similarity >= other.similarity
    return matches


def ask(answers: Answerer, quote: str) -> Verification:
    with answers.store.snapshot() as snapshot:
        verification = verify(snapshot, quote)
    check(verification, quote)
    return verification


def diff(match: Match) -> list[str]:
    return [DIFFS[piece.op] + piece.text for piece in match.diff]


@pytest.fixture
def said(open_archive: OpenArchive) -> Answerer:
    return open_archive([Article("said", "The captain", SAID)])


def test_a_sentence_of_an_article_is_verbatim_and_says_where(paper: Answerer) -> None:
    first = ask(paper, CRANE).matches[0]
    assert (first.article.id, first.verbatim, first.similarity) == ("crane", True, 1.0)
    assert first.span.start == first.article.text.index(CRANE)
    assert diff(first) == [f"={CRANE}"]


@pytest.mark.parametrize(
    "quote",
    [
        "“We can’t wait,” said Ulf Dahl — the captain.",
        '"We can\'t wait," said Ulf Dahl — the captain.',
        "„We can‘t wait,« said\tUlf\u2003\u2003Dahl — the captain.",
        'the captain. He\'d "never" seen',
        "  the captain.\r\n He’d\n",
        "captain",
        "Straße 7 in İzmir",
        "empty… 🐟🐟 The café’s",
        "fighters came at 10:30",
        "10:30.",
        "“Ulf Dahl — the captain”",
        '"He’d “never” seen"',
        "'Straße 7'",
    ],
)
def test_quotation_marks_and_white_space_do_not_count(said: Answerer, quote: str) -> None:
    verification = ask(said, quote)
    assert verification.verdict == "verbatim"
    assert verification.matches[0].similarity == 1


@pytest.mark.parametrize(
    "quote",
    [
        "“WE CAN’T WAIT,” SAID ULF DAHL — THE CAPTAIN.",
        "we can't wait",
        "said Ulf Dahl - the captain",
        "said Ulf Dahl – the captain",
        "seen STRASSE 7 in İZMİR so empty",
        "said Ulf Dahl, the captain",
        "the captain!",
        "… the captain.",
        "the cafe\u0301’s fire-fighters",
    ],
)
def test_case_dashes_and_punctuation_alter_a_quote_but_not_its_words(
    said: Answerer, quote: str
) -> None:
    verification = ask(said, quote)
    assert verification.verdict == "altered"
    assert verification.matches[0].similarity == 1


@pytest.mark.parametrize("quote", ["aptain", "the capt", "30", "can", "He", "t wait", "0:30", "af"])
def test_a_part_of_a_word_is_not_verbatim(said: Answerer, quote: str) -> None:
    assert ask(said, quote).verdict != "verbatim"


def test_a_part_of_a_number_is_not_verbatim(paper: Answerer) -> None:
    verification = ask(paper, "The company lost 5 million crowns on it")
    assert verification.verdict == "altered"
    assert diff(verification.matches[0]) == [
        "=The company lost ",
        "-5",
        "+2.5",
        "= million crowns on it",
    ]


def test_what_was_changed_is_shown_word_by_word(paper: Answerer) -> None:
    quote = "the company earned 2.5 billion crowns, its director Mona Berg told our harbour council"
    first = ask(paper, quote).matches[0]
    assert first.article.id == "ferry"
    assert first.text == FERRY.removesuffix(".")
    assert first.similarity == pytest.approx(1 - 5 / 16)
    assert diff(first) == [
        "-the",
        "+The",
        "= company ",
        "-earned",
        "+lost",
        "= 2.5 ",
        "-billion",
        "+million",
        "= crowns",
        "+ on it",
        "=, its director Mona Berg told ",
        "-our",
        "+the",
        "= harbour council",
    ]


def test_a_word_replaced_at_either_end_is_shown_with_what_stands_there(paper: Answerer) -> None:
    first = ask(paper, "Mechanics replaced 312 bolts and tested the arm").matches[0]
    assert diff(first)[:2] == ["-Mechanics", "+Engineers"]
    first = ask(paper, "tested the arm with a load of forty barrels.").matches[0]
    assert diff(first)[-3:] == ["-barrels", "+tonnes", "=."]


def test_a_word_put_before_a_sentence_brings_no_word_of_the_sentence_before(
    paper: Answerer,
) -> None:
    first = ask(paper, "Yesterday Engineers replaced 312 bolts").matches[0]
    assert diff(first) == ["-Yesterday ", "=Engineers replaced 312 bolts"]


@pytest.mark.parametrize(("kept", "verdict"), [(4, "altered"), (3, "altered"), (2, "not_found")])
def test_half_of_the_words_must_be_the_same(paper: Answerer, kept: int, verdict: str) -> None:
    words = ["sells", "no", "xa", "xb", "xc", "xd"]
    words[:kept] = ["only", "a", "wooden", "peel"][:kept]
    verification = ask(paper, " ".join(words))
    assert verification.verdict == verdict
    assert [match.similarity for match in verification.matches[:1]] == (
        [pytest.approx(kept / 6)] if verdict == "altered" else []
    )


@pytest.mark.parametrize(
    "quote",
    [
        " ",
        "\n\u00a0",
        "?!… — «»",
        "🍎🍏🌸",
        "\x00\x07\x1b[",
        "''",
        "xylophone quarry mimosa",
        "Zwölf Boxkämpfer",
        "隧道为什么关闭",
        "x" * 5_000,
        "\u202e\u2066",
        "((((a:b^ ~zz* [zz TO zy]",
    ],
)
def test_what_no_article_has_is_not_found(paper: Answerer, quote: str) -> None:
    assert ask(paper, quote) == Verification("not_found", ())


def test_an_empty_archive_has_no_quote(open_archive: OpenArchive) -> None:
    assert ask(open_archive([]), CRANE).verdict == "not_found"


def test_every_article_that_has_it_is_a_match_the_one_published_first_before_others(
    paper: Answerer,
) -> None:
    verification = ask(paper, "The council hired a firm from Osterby to seal the wall")
    verbatim = [match.article.id for match in verification.matches if match.verbatim]
    assert verbatim == ["tunnel-early", "tunnel-late", "tunnel-never"]


def test_every_place_that_has_it_is_a_match_the_verbatim_ones_before_the_altered(
    open_archive: OpenArchive,
) -> None:
    text = "The bell rang twice. Then the bell rang thrice. A goat slept.\nThe bell rang twice."
    matches = ask(open_archive([Article("bell", "Bell", text)]), "The bell rang twice.").matches
    assert [(match.verbatim, match.span.start) for match in matches] == [
        (True, 0),
        (True, 62),
        (False, 26),
    ]
    assert matches[2].text == "the bell rang thrice."


PRINTED = (
    "The mini\u00adstry re\u00adopened the canal. Ofﬁcials ﬂew in from Osterby.\n"
    "Its lock\u00ad\nkeeper called it “a job for ‘patient’ people”. Pumps work day\u200band night, "
    "and the basin holds 40\u202f000\u00a0litres.\n« L’écluse est ouverte », dit Léa. "
    "„Das »alte« Tor bleibt“, sagte Uwe. ‘Nobody “won”,’ said Ida. ΐ ǆ Ĳ"
)


@pytest.fixture
def printed(open_archive: OpenArchive) -> Answerer:
    return open_archive([Article("canal", "Canal “opens” again", PRINTED)])


@pytest.mark.parametrize(
    "quote",
    [
        "The ministry reopened the canal.",
        "the mini\u00adstry re\u00adopened the ca\u00adnal".replace("the", "The", 1),
        "Officials flew in from Osterby",
        "Ofﬁcials flew in",
        "Its lockkeeper called it",
        "\ufeffOfficials flew in from Osterby.",
        "\u200eOfficials flew\u200b in\u2060 from Osterby\u200f",
        "Offi\u200dcials \u200bflew in\u00a0from\u202fOsterby\ufeff",
        "the basin holds 40 000 litres",
        "Its lockkeeper called it ‘a job for “patient” people’.",
        "“Its lockkeeper called it ‘a job for “patient” people’.”",
        "'Its lockkeeper called it \"a job for 'patient' people\".'",
        "«Its lockkeeper called it „a job for ‚patient‘ people“.»",
        "\ufeff“Its lockkeeper called it »a job for ›patient‹ people«.”\u200b",
        "‘“a job for ‘patient’ people”’",
        "“L’écluse est ouverte”, dit Léa",
        "«\u202fL’écluse est ouverte\u202f», dit Léa",
        "‹ L’écluse est ouverte ›, dit Léa",
        '"Das "alte" Tor bleibt", sagte Uwe.',
        "«Das ‹alte› Tor bleibt», sagte Uwe.",
        "“Nobody ‘won’,” said Ida",
        "ΐ dž IJ",
    ],
)
def test_what_nobody_sees_and_what_quoting_demands_do_not_count(
    printed: Answerer, quote: str
) -> None:
    verification = ask(printed, quote)
    assert verification.verdict == "verbatim"
    assert verification.matches[0].similarity == 1


@pytest.mark.parametrize(
    "quote",
    [
        "the ministry reopened the canal",
        "The ministry re-opened the canal",
        "The ministry reopened the canal!",
        "Officials flew in from Osterby,",
        "The ministry reopened a canal",
        "The mini stry reopened the canal",
        "Officials flewin from Osterby",
        "Its lockkeeper called it a job for patient people",
        "Its lockkeeper called it (a job for 'patient' people)",
        "L’ecluse est ouverte",
        "the basin holds 40000 litres",
    ],
)
def test_what_a_reader_sees_still_alters_a_quote(printed: Answerer, quote: str) -> None:
    assert ask(printed, quote).verdict == "altered"


def test_an_invisible_character_in_the_only_word_hides_no_article(printed: Answerer) -> None:
    assert ask(printed, "bas\u200bin").verdict == "verbatim"


def test_a_match_has_the_articles_own_characters(printed: Answerer) -> None:
    first = ask(printed, "“Officials \u200bflew in”").matches[0]
    assert first.text == "Ofﬁcials ﬂew in"
    first = ask(printed, "\ufeffThe ministry reopened").matches[0]
    assert (first.text, first.span.start) == ("The mini\u00adstry re\u00adopened", 0)
    assert diff(first) == [
        "-\ufeff",
        "=The ",
        "-ministry",
        "+mini\u00adstry",
        "= ",
        "-reopened",
        "+re\u00adopened",
    ]


HEADLINE = "Varnholm’s “new” bakery opens at ﬁve"


@pytest.mark.parametrize(
    ("quote", "verdict", "text"),
    [
        (HEADLINE, "verbatim", HEADLINE),
        ("“Varnholm's 'new' bakery opens at five”", "verbatim", HEADLINE),
        ("bakery opens at five", "verbatim", "bakery opens at ﬁve"),
        ("bakery opens at nine", "altered", "bakery opens at ﬁve"),
        ("Bakery opens at five", "altered", "bakery opens at ﬁve"),
    ],
)
def test_a_headline_is_searched_too(
    open_archive: OpenArchive, quote: str, verdict: str, text: str
) -> None:
    answers = open_archive([Article("bread", HEADLINE, "Ruth Palm sells rye and spelt loaves.")])
    verification = ask(answers, quote)
    assert verification.verdict == verdict
    first = verification.matches[0]
    assert (first.headline, first.text) == (True, text)


def test_a_text_comes_before_a_headline_that_says_the_same(open_archive: OpenArchive) -> None:
    early = Article("a", "The bell rang twice", "Nobody knows why it rang.")
    late = Article("b", "Bell", "The bell rang twice on Monday.")
    matches = ask(open_archive([early, late]), "The bell rang twice").matches
    assert [(match.article.id, match.headline) for match in matches] == [("b", False), ("a", True)]


def test_a_headline_counts_within_its_articles_terms(open_archive: OpenArchive) -> None:
    article = Article("crane", CRANE, CRANE, terms=_terms(100))
    matches = ask(open_archive([article]), CRANE).matches
    assert [(match.headline, match.text) for match in matches] == [
        (False, CRANE),
        (True, "Engineers replaced 312"),
    ]


def test_no_more_than_ten_matches_are_given(open_archive: OpenArchive) -> None:
    answers = open_archive([Article("bell", "Bell", "The bell rang twice. " * 30)])
    assert [match.verbatim for match in ask(answers, "the bell rang").matches] == [False] * 10
    assert [match.verbatim for match in ask(answers, "bell rang twice").matches] == [True] * 10


def test_a_verbatim_article_comes_before_one_that_alters_it(open_archive: OpenArchive) -> None:
    mine = Article("mine", "Peel", "Ruth Palm keeps only a wooden peel.")
    theirs = Article("theirs", "Peel", "Ruth Palm kept only the wooden peel, she said.")
    matches = ask(open_archive([theirs, mine]), "Ruth Palm keeps only a wooden peel.").matches
    assert [(match.article.id, match.verbatim) for match in matches] == [
        ("mine", True),
        ("theirs", False),
    ]


def long_article(sentences: int, terms: Terms | None = None) -> Article:
    random_words = random.Random(7)
    syllables = ["ba", "ko", "mi", "ru", "ste", "lan", "vo", "ne"]

    def word() -> str:
        return "".join(random_words.choices(syllables, k=random_words.randint(1, 4)))

    lines = [" ".join(word() for _ in range(14)).capitalize() + "." for _ in range(sentences)]
    return Article("long", "A long one", " ".join(lines), terms=terms)


@pytest.mark.slow
def test_a_quote_that_goes_from_one_passage_into_the_next_is_found(
    open_archive: OpenArchive, encoder: Encoder
) -> None:
    article = long_article(120)
    answers = open_archive([article])
    passages = cut(article, Settings().budget, encoder)
    assert len(passages) > 5
    for one, other in pairwise(passages):
        quote = article.text[one.span.end - 60 : other.span.start + 60].split(" ", 1)[1]
        quote = quote.rsplit(" ", 1)[0]
        first = ask(answers, quote).matches[0]
        assert first.verbatim
        assert first.span.start < one.span.end < other.span.start < first.span.end
        altered = quote.replace(quote.split()[4], "Zebra")
        assert ask(answers, altered).verdict == "altered"


def test_a_quote_of_five_thousand_characters_is_found(open_archive: OpenArchive) -> None:
    article = long_article(150)
    answers = open_archive([article])
    start = article.text.index(" ", 300) + 1
    quote = article.text[start : start + 5_000].rsplit(" ", 1)[0]
    assert ask(answers, quote).matches[0].span.start == start
    words = quote.split()
    for place in range(0, len(words), 3):
        words[place] = f"Q{place}"
    first = ask(answers, " ".join(words)[:5_000]).matches[0]
    assert first.article.id == "long"
    assert first.similarity > 0.6
    hostile = "a " * 2_500
    assert ask(answers, hostile).verdict == "not_found"


@pytest.mark.parametrize("most", [0, 1, 10, 39, 60, 75, 76, 200, 10_000])
def test_all_matches_of_an_article_together_stay_within_its_terms(
    open_archive: OpenArchive, most: int
) -> None:
    text = "\n".join([CRANE, "A goat slept.", CRANE, CRANE.replace("forty", "fifty")])
    answers = open_archive(
        [Article("free", "Crane", CRANE), Article("crane", "Crane", text, terms=_terms(most))]
    )
    for quote in (CRANE, CRANE.upper(), CRANE.replace("load", "weight")):
        matches = ask(answers, quote).matches
        own = [match for match in matches if match.article.id == "crane"]
        assert own
        assert sum(len(match.text) for match in own) <= most
        assert [match.text for match in matches if match.article.id == "free"] == [CRANE]
        free = next(match for match in matches if match.article.id == "free")
        assert own[0].similarity == free.similarity


def _terms(most: int | None) -> Terms:
    return Terms(most, False, "as far as we allow")


def test_a_text_cut_by_terms_ends_behind_a_word_and_keeps_the_verdict(
    open_archive: OpenArchive,
) -> None:
    answers = open_archive([Article("crane", "Crane", CRANE, terms=_terms(30))])
    verification = ask(answers, CRANE)
    assert verification.verdict == "verbatim"
    first = verification.matches[0]
    assert (first.text, first.similarity) == ("Engineers replaced 312 bolts", 1.0)
    assert diff(first) == ["=Engineers replaced 312 bolts", f"-{CRANE[28:]}"]


def test_terms_that_name_no_number_limit_nothing(open_archive: OpenArchive) -> None:
    answers = open_archive([Article("crane", "Crane", CRANE, terms=_terms(None))])
    assert ask(answers, CRANE).matches[0].text == CRANE


def test_a_deleted_article_has_no_quote_any_more(open_archive: OpenArchive) -> None:
    answers = open_archive([Article("crane", "Crane", CRANE)])
    assert ask(answers, CRANE).verdict == "verbatim"
    answers.store.delete("crane")
    answers.store.publish()
    assert ask(answers, CRANE).verdict == "not_found"


NAMES = ("crane", "ferry", "orchard", "tunnel-late")


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_any_words_of_an_article_in_a_row_are_verbatim(
    paper: Answerer, data: st.DataObject
) -> None:
    with paper.store.snapshot() as snapshot:
        article = snapshot.article(data.draw(st.sampled_from(NAMES)))
        assert article is not None
        words = read_words(article.text)
        first = data.draw(st.integers(0, len(words) - 1))
        last = data.draw(st.integers(first, len(words) - 1))
        quote = article.text[words[first].start : words[last].end]
        matches = check(verify(snapshot, quote), quote)
    assert matches[0].verbatim
    if last - first > 3:
        assert article.id in [match.article.id for match in matches]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from("\u00ad\u200b\u200d\u2060\ufeff\u200e"), min_size=1), st.randoms())
def test_invisible_characters_anywhere_leave_a_quote_verbatim(
    paper: Answerer, invisible: list[str], dice: random.Random
) -> None:
    quote = FERRY
    for one in invisible:
        at = dice.randint(0, len(quote))
        quote = quote[:at] + one + quote[at:]
    first = ask(paper, quote).matches[0]
    assert (first.verbatim, first.text) == (True, FERRY)


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=200))
def test_whatever_is_asked_gets_an_answer(paper: Answerer, quote: str) -> None:
    ask(paper, quote)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_quote_changed_at_random_keeps_the_contract(paper: Answerer, data: st.DataObject) -> None:
    parts = data.draw(
        st.lists(
            st.sampled_from(
                [*CRANE.split(), *FERRY.upper().split(), "“", "…", "\n", "—", "x\u0301"]
            ),
            min_size=1,
            max_size=30,
        )
    )
    ask(paper, data.draw(st.sampled_from([" ", "", "\u00a0", "-"])).join(parts))


@pytest.mark.slow
def test_sentences_of_real_articles_are_found_as_they_are_and_with_a_third_changed(
    open_archive: OpenArchive,
) -> None:
    if not CORPUS.is_file():
        pytest.skip("the articles are not beside the project (../shared/data/rtqa-dev-2022)")
    with CORPUS.open(encoding="utf-8") as lines:
        records = [json.loads(line) for line, _ in zip(lines, range(12), strict=False)]
    articles = [Article(one["_id"], one["title"], one["text"][:3_000]) for one in records]
    answers = open_archive(articles)
    dice = random.Random(2022)
    foreign = [word.folded for article in articles for word in read_words(article.text)]
    for article in articles:
        words = read_words(article.text)
        start = dice.randrange(len(words) - 24)
        quote = article.text[words[start].start : words[start + 23].end]
        first = ask(answers, quote).matches[0]
        assert (first.article.id, first.verbatim, first.text) == (article.id, True, quote)
        changed = quote.split()
        for place in dice.sample(range(len(changed)), len(changed) // 3):
            changed[place] = dice.choice(foreign)
        first = ask(answers, " ".join(changed)).matches[0]
        assert (first.article.id, first.verbatim) == (article.id, False)
        assert first.span.overlaps(type(first.span)(words[start].start, words[start + 23].end))
