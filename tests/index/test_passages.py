"""Cutting articles: every character once, both budgets held, nothing rewritten."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.index.encoder import Encoder
from onrecord.index.passages import cut, shorten_title, split_sentences
from onrecord.index.text.terms import titled
from onrecord.index.tokens import count_tokens
from onrecord.index.types import Article, Budget, Passage, Span

PIECES = st.one_of(
    st.sampled_from(
        [
            "The council voted. ",
            "Dr. J. Smith paid $3.50, he said; nobody else did — not one. ",
            "“Quoted,” she said. ",
            "\n",
            "\n\n",
            "  ",
            "\u00a0",
            "\u2028",
            "\x1c",
            "図書館は日曜日も開館する。",
            "市议会周二投票决定图书馆周日继续开放",
            "👩‍👩‍👧‍👦🏳️‍🌈",
            "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 ",
            "é" * 40,
            "x" * 700,
            "https://example.org/" + "a1-" * 60,
            ". . . ",
            "!?",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
)
TEXTS = st.lists(PIECES, max_size=12).map("".join)


def check(article: Article, budget: Budget, encoder: Encoder) -> list[Passage]:
    """Cut the article and hold the passages to all that is promised of them."""
    passages = cut(article, budget, encoder)
    covered = [0] * len(article.text)
    title = shorten_title(article.title, encoder)
    for passage in passages:
        assert article.text[passage.span.start : passage.span.end] == passage.text
        assert passage.tokens == count_tokens(passage.text) <= budget.tokens
        pieces = encoder.count_pieces(titled(title, passage.text))
        assert pieces <= encoder.description.max_pieces
        assert passage.sentences[0].start == passage.span.start
        assert passage.sentences[-1].end == passage.span.end
        for at in range(passage.span.start, passage.span.end):
            covered[at] += 1
    sentences = [span for passage in passages for span in passage.sentences]
    assert sentences == sorted(sentences)
    assert all(a.end <= b.start for a, b in pairwise(sentences))
    inside = {at for span in sentences for at in range(span.start, span.end)}
    for at, character in enumerate(article.text):
        if not character.isspace():
            assert covered[at] == 1, (at, character)
            assert at in inside, (at, character)
    return passages


@settings(max_examples=300, deadline=None, database=None)
@given(text=TEXTS, title=st.text(max_size=30), tokens=st.sampled_from([16, 40, 220]))
def test_every_character_stands_in_exactly_one_passage_within_both_budgets(
    text: str, title: str, tokens: int, encoder: Encoder
) -> None:
    check(Article("a", title, text), Budget(tokens), encoder)


def test_two_short_sentences_make_one_passage(encoder: Encoder) -> None:
    text = " The ferry was late. Nobody minded.\n"
    (passage,) = cut(Article("a", "Ferry", text), Budget(), encoder)
    assert (passage.id, passage.text) == ("a:1-35", "The ferry was late. Nobody minded.")
    assert passage.sentences == (Span(1, 20), Span(21, 35))


def test_a_line_break_ends_a_sentence() -> None:
    assert split_sentences("By our staff\nThe ferry was late") == [Span(0, 12), Span(13, 31)]


def test_an_abbreviation_ends_no_sentence() -> None:
    text = "Dr. Smith met Gov. Jones at 5 p.m. on Monday. They talked."
    assert [text[s.start : s.end] for s in split_sentences(text)] == [
        "Dr. Smith met Gov. Jones at 5 p.m. on Monday.",
        "They talked.",
    ]


@pytest.mark.parametrize("text", ["", " ", "\n\n\t\u00a0\n"])
def test_white_space_alone_gives_no_passage(text: str, encoder: Encoder) -> None:
    assert cut(Article("a", "Title", text), Budget(), encoder) == []


def test_passages_are_of_about_equal_size_without_a_short_tail(encoder: Encoder) -> None:
    sentence = "The harbour board closed the northern pier on Monday. "
    size = count_tokens(sentence.strip())
    tokens = 10 * size
    passages = check(Article("a", "", sentence * 12), Budget(tokens), encoder)
    assert [len(passage.sentences) for passage in passages] == [6, 6]


def test_a_sentence_over_the_budget_is_cut_at_a_clause(encoder: Encoder) -> None:
    clause = "the ferry to the island left the pier an hour late"
    text = ", ".join([clause] * 4) + "."
    passages = check(Article("a", "", text), Budget(30), encoder)
    assert len(passages) > 1
    assert all(passage.text.endswith((",", ".")) for passage in passages)
    assert " ".join(passage.text for passage in passages) == text


def test_a_sentence_without_clauses_is_cut_at_a_word(encoder: Encoder) -> None:
    text = " ".join(["harbour"] * 100)
    passages = check(Article("a", "", text), Budget(30), encoder)
    assert {word for passage in passages for word in passage.text.split()} == {"harbour"}


@pytest.mark.parametrize("text", ["x" * 5000, "市议会周二投票决定" * 200, "👩‍👩‍👧‍👦" * 300])
def test_a_sentence_without_any_space_is_cut_and_not_dropped(text: str, encoder: Encoder) -> None:
    passages = check(Article("a", "", text), Budget(), encoder)
    assert len(passages) > 1
    assert "".join(passage.text for passage in passages) == text


def test_word_pieces_bind_where_tokens_do_not(encoder: Encoder) -> None:
    text = "1 2 3 4 5 6 7 8 9 0 . . " * 40
    passages = check(Article("a", "", text), Budget(4096), encoder)
    assert len(passages) == 2


def test_a_very_long_title_leaves_room_for_the_text(encoder: Encoder) -> None:
    title = "harbour " * 5000
    assert shorten_title(title, encoder) == " ".join(["harbour"] * 62)
    check(Article("a", title, "The ferry was late. " * 60), Budget(), encoder)


def test_a_title_that_is_one_endless_word_is_left_out(encoder: Encoder) -> None:
    assert shorten_title("市议会周二投票决定" * 20, encoder) == ""


def test_a_model_of_few_pieces_gets_a_shorter_title(encoder: Encoder) -> None:
    class Small:
        description = replace(encoder.description, max_pieces=32)
        count_pieces = staticmethod(encoder.count_pieces)

    article = Article("a", "harbour " * 50, "The ferry was late. " * 20)
    assert shorten_title(article.title, Small()) == " ".join(["harbour"] * 6)  # type: ignore[arg-type]
    check(article, Budget(), Small())  # type: ignore[arg-type]


def test_the_cost_of_an_endless_line_grows_with_its_length(encoder: Encoder) -> None:
    read = 0

    class Counting:
        description = encoder.description

        @staticmethod
        def count_pieces(text: str) -> int:
            nonlocal read
            read += len(text)
            return encoder.count_pieces(text)

    text = "市议会周二投票决定" * 2000
    cut(Article("a", "", text), Budget(), Counting())  # type: ignore[arg-type]
    assert read < 40 * len(text)


def test_a_passage_reads_its_title_first() -> None:
    assert titled("Ferry", "It sank.") == "Ferry\nIt sank."
    assert titled("", "It sank.") == "It sank."


def test_a_budget_too_small_to_hold_a_sentence_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 16 tokens, got 15"):
        Budget(15)
