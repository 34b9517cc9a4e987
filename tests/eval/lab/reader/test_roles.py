"""Questions about people, made by rule."""

from __future__ import annotations

import random
from typing import Any

import pytest

from onrecord.eval.lab.reader.roles import ask_roles

FILLER = "Rain fell all day. The harbour was closed. Nobody sailed. The wind turned north. "
MENTION = "The reporters then met Holm at the quay."


def ask(text: str) -> list[dict[str, Any]]:
    return [*ask_roles([{"title": "Ferry", "text": text}], random.Random(1))]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Ida Holm, director of the Ferry Lab, said so.", "director"),
        ("Ida Holm, a retired captain from Varnholm, said so.", "retired captain"),
        ("It was Mayor Ida Holm who closed it.", "Mayor"),
        ("Ida Holm is the owner of the ferry.", "owner"),
    ],
)
def test_who_somebody_is_stands_beside_the_name(text: str, role: str) -> None:
    answered = [one for one in ask(text) if one["label"]]
    assert answered
    for one in answered:
        (start, end), *_ = one["evidence"]
        assert one["passage"][start:end] == role
        assert "Ida Holm" in one["q"]


def test_a_mere_mention_and_a_credit_do_not_answer() -> None:
    text = f"Ida Holm, director of ferries, said so. {FILLER}{MENTION}"
    missed = [one for one in ask(text) if not one["label"]]
    assert missed
    assert all("director" not in one["passage"] and "Holm" in one["passage"] for one in missed)
    credited = ask(f"Olaf Brandt said so. {FILLER}")
    assert {one["label"] for one in credited} == {0}
    assert any("\n" in one["passage"] and "Brandt" in one["q"] for one in credited)


def test_a_thing_is_no_person() -> None:
    assert ask("Further Lane, a quiet road by the sea, was closed.") == []
