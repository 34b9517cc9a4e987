"""A reply survives its line of a run's file."""

from __future__ import annotations

import json
from collections.abc import Callable

from onrecord.eval.replies import Reply, Returned
from onrecord.index.types import Span


def test_a_reply_comes_back_equal_from_its_line(quoted: Callable[..., Returned]) -> None:
    full = quoted(
        "ferry",
        "“Été” — 𝔉our\u2028tonnes",
        start=7,
        highlights=(Span(7, 12), Span(15, 20)),
        also_in=("crane", "bakery"),
        outlet="Harbour Post",
        url="https://post.example/ferry",
        published="2024-12",
        verbatim=False,
    )
    below = quoted("crane", text="x" * 30, highlights=())
    nameless = Returned(below.article, below.span, None, (), (), "", None, None, None, True)
    reply = Reply("q1", True, None, 0.1 + 0.2, (full, nameless), "sha256:abc")
    refusal = Reply("q2", False, "empty_archive", 0.0, (), "sha256:abc")
    for one in (reply, refusal):
        assert Reply.from_line(json.loads(json.dumps(one.as_line()))) == one


def test_a_line_says_where_the_quote_stands(quoted: Callable[..., Returned]) -> None:
    reply = Reply("q1", True, None, 0.5, (quoted("ferry", "dawn", start=18),), "sha256:abc")
    line = reply.as_line()
    assert line["question"] == "q1"
    assert line["quotes"][0]["span"] == {"start": 18, "end": 22}
    assert line["quotes"][0]["text"] == "dawn"
