"""Counting tokens: the project's own vocabulary, from disk alone."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.index import tokens


def test_a_known_sentence_has_eleven_tokens() -> None:
    assert tokens.count_tokens("The council voted 7 to 2 on Tuesday.") == 11


def test_a_common_word_with_its_space_is_one_token() -> None:
    own = tokens.encoding()
    assert [own.decode([token]) for token in own.encode_ordinary("The council voted")] == [
        "The",
        " council",
        " voted",
    ]


@settings(max_examples=200, deadline=None, database=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_decoding_gives_back_every_text(text: str) -> None:
    own = tokens.encoding()
    assert own.decode(own.encode_ordinary(text)) == text


@settings(max_examples=100, deadline=None, database=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_has_more_bytes_than_its_tokens_can_hold(text: str) -> None:
    assert len(text.encode()) <= tokens.longest_token() * tokens.count_tokens(text)


def test_a_special_token_is_plain_text() -> None:
    assert tokens.count_tokens("<|endoftext|>") > 1


def test_nothing_has_no_tokens() -> None:
    assert tokens.count_tokens("") == 0


def test_a_name_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="no-such-encoding"):
        tokens.encoding("no-such-encoding")


def test_the_own_encoding_needs_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    tokens.encoding.cache_clear()
    assert tokens.count_tokens("The council voted") == 3


def test_a_text_in_capitals_has_as_many_tokens_as_in_small_letters() -> None:
    text = "THE HARBOUR OF VARNHOLM REOPENED ITS CRANE AFTER ELEVEN WEEKS, SAID 9 MEN."
    assert tokens.count_tokens(text) == tokens.count_tokens(text.lower())
    few = "NATO and the EU"
    assert tokens.count_tokens(few) == len(tokens.encoding().encode_ordinary(few))
