"""The kind of answer that a question asks for, and where one stands."""

from __future__ import annotations

import pytest

from onrecord.index.kinds import Kind, holds_kind, read_kind


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many ferries were cancelled?", "number"),
        ("How old is the lighthouse?", "number"),
        ("What percentage of voters stayed at home?", "share"),
        ("How much did the bridge cost?", "money"),
        ("How much money was lost?", "money"),
        ("How much rain fell on Tuesday?", "number"),
        ("When did the harbour open?", "time"),
        ("In which year was the tunnel closed?", "time"),
        ("Who opened the harbour?", None),
        ("What happened when the harbour opened?", None),
        ("Why is the tunnel closed?", None),
    ],
)
def test_a_question_asks_for_a_kind_of_answer(question: str, kind: Kind | None) -> None:
    assert read_kind(question) == kind


@pytest.mark.parametrize(
    ("text", "kind", "there"),
    [
        ("Nineteen ferries stayed in port.", "number", True),
        ("The ferries stayed in port.", "number", False),
        ("They came alone, and everyone stayed.", "number", False),
        ("It fell by 3.5 % in a day.", "share", True),
        ("It fell by 3.5 points in a day.", "share", False),
        ("The bridge cost €40m.", "money", True),
        ("The bridge cost them dearly.", "money", False),
        ("It opened in May.", "time", True),
        ("It may open soon.", "time", False),
        ("It opened in 1931.", "time", True),
    ],
)
def test_a_sentence_holds_a_kind_of_answer_or_not(text: str, kind: Kind, there: bool) -> None:
    assert holds_kind(text, kind) is there
