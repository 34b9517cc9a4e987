"""Examples as tensors: where answers begin and end, and what pads them."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch

from onrecord.eval.lab.reader.examples import Example
from onrecord.eval.lab.reader.model import Reader
from onrecord.eval.lab.reader.train import STEP, batch, deal, mask_some, swap

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # torch's own
TEXT = "The ferry left at 9 in the evening, and at 9 it rained."


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    """The packaged encoder's."""
    return Reader.from_packaged()[1]


def example(text: str, *answers: str, question: str = "When did the ferry leave?") -> Example:
    return Example("Ferry", question, "Ferry", text, answers, "squad")


def labelled(tokenizer: Any, one: Example) -> tuple[list[str], list[str]]:
    """The pieces at which an answer begins, and at which one ends."""
    made = batch(tokenizer, [one])
    starts, ends = (
        [tokenizer.id_to_token(made.ids[0, at]) for at in made.begin_end[0, :, side].nonzero()]
        for side in (0, 1)
    )
    return starts, ends


def test_every_place_of_the_answer_is_right(tokenizer: Any) -> None:
    assert labelled(tokenizer, example(TEXT, "9")) == (["9", "9"], ["9", "9"])
    assert labelled(tokenizer, example(TEXT, "in the evening")) == (["in"], ["evening"])


def test_without_an_answer_the_first_piece_is_right(tokenizer: Any) -> None:
    assert labelled(tokenizer, example(TEXT)) == (["[CLS]"], ["[CLS]"])


def test_an_answer_that_was_cut_off_is_nowhere(tokenizer: Any) -> None:
    made = batch(tokenizer, [example("quay " * 400 + "at dawn", "dawn")])
    assert made.begin_end.sum() == 0
    assert made.answers.tolist() == [1.0]


def test_only_the_passage_and_the_first_piece_can_answer(tokenizer: Any) -> None:
    made = batch(tokenizer, [example("It left.", "left"), example(TEXT)])
    assert made.ids.shape[1] % STEP == 0
    read = [tokenizer.id_to_token(piece) for piece in made.ids[0][made.allowed[0]]]
    assert read == ["[CLS]", "it", "left", "."]
    assert made.mask[0].sum() < made.mask[1].sum()


def test_dealing_gives_every_example_once_and_the_same_each_time() -> None:
    examples = [example("quay " * count) for count in range(1, 50)]
    dealt = [one for part in deal(examples, random.Random(1)) for one in part]
    assert sorted(dealt, key=lambda one: len(one.text)) == examples
    assert [*deal(examples, random.Random(1))] == [*deal(examples, random.Random(1))]


def test_marks_are_never_hidden() -> None:
    torch.manual_seed(1)
    ids = torch.tensor([[101, 2000, 102, 0]] * 500)
    hidden = mask_some(ids, 103)
    assert (hidden[:, [0, 2, 3]] == ids[:, [0, 2, 3]]).all()
    assert 0 < (hidden[:, 1] == 103).sum() < 100


def test_a_swapped_question_asks_about_another_number_or_name() -> None:
    asked = "Who ran the ferry in 1931?"
    text = "In 1931 it was run by Ida Holm, in 1950 by nobody."
    swapped = swap(example(text, "Ida Holm", question=asked), random.Random(1))
    assert swapped is not None
    assert (swapped.question, swapped.answers) == ("Who ran the ferry in 1950?", ())
    assert swap(example(TEXT, "9"), random.Random(1)) is None
