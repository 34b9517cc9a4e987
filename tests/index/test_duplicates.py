"""Collapsing passages that say the same."""

from __future__ import annotations

import numpy as np
import pytest

from onrecord.index.duplicates import group, near_identical
from onrecord.index.text.terms import shingles

WIRE = (
    "The harbour board closed the northern pier on Monday after divers found cracks in four of "
    "its concrete piles, and ferries will use the old fish dock until spring."
)
OTHER = (
    "The school board opened a new gymnasium on Friday after builders finished the roof two months "
    "late, and classes will move there once the heating has been tested."
)
# A body that is long enough for one or two other words to leave 80 % of the shingles shared.
STORY = (
    "A freight train ran into a lorry at the level crossing of Astervik on Tuesday, killing 14 "
    "people and injuring 31, the rescue chief Marit Solheim said. The driver did not see the red "
    "light because of the fog. It was the third accident there since 2019, and the council had "
    "voted against a bridge in March. Damage is put at 1,250,000 crowns, and repairs cost 3.5 "
    "percent more than planned. Traffic to Lindholm rose after the U.S. cease-fire talks, the "
    "rail company's spokesman said, and the line won't open before Friday."
)
CREDITS = [
    "Reporting by Ada Berg in Astervik; editing by Jon Falk",
    "Additional reporting by Ada Berg.",
    "Contributing: Ada Berg, The Coast Press",
    "The Coast Press contributed to this report.",
    "Copyright 2024 The Coast Press. All rights reserved.",
    "© 2024 Coast Press",
    "Read more: Why the crossing has no barrier",
    "Follow Ada Berg on Twitter",
    "Subscribe to our newsletter",
    "Sign up here for the morning briefing",
    "More to follow.",
    "Translated by Jon Falk",
    "Source: Coast Press",
    "(Photo: Ada Berg)",
    "Read also: Why the crossing has no barrier",
    "Updated: 5 March 2024, 14:05",
    "This article was first published by the Coast Press.",
]
HEADS = [
    "ASTERVIK (Reuters) - ",
    "ASTERVIK, March 5 (AP) — ",
    "Astervik (CNN) ",
    "Astervik, Norland – ",
    "By Ada Berg\n\n",
    "By Ada Berg and Jon Falk, Coast Press\n\nASTERVIK — ",
    "Ada Berg\nCoast Press\n\nASTERVIK (Coast Press) — ",
    "(AFP) – ",
]
SAME_IN_PRINT = [
    ("company's", "company’s"),
    ("cease-fire", "ceasefire"),
    ("cease-fire", "cease\u2011fire"),
    ("U.S.", "US"),
    ("1,250,000", "1250000"),
    ("1,250,000", "1\u00a0250\u00a0000"),
    ("percent", "per cent"),
    ("3.5 percent", "3.5%"),
    ("won't", "won’t"),
    ("freight train", "freight \u00adtrain"),
    ("Astervik on Tuesday", "ASTERVIK on Tuesday"),
    ("the third accident", "the third  accident"),
    ("Marit Solheim said", "Marit Solheim, said"),
    ("The driver", "\u201cThe driver"),
    (" It was the", "\n\nIt was the"),
    ("in March", "of March"),
    ("the line", "that line"),
]
OTHER_FACTS = [
    ("killing 14", "killing 12"),
    ("killing 14", "killing fourteen or 15"),
    ("injuring 31", "injuring 13"),
    ("killing 14 people and injuring 31", "killing 31 people and injuring 14"),
    ("killing 14", "injuring 14"),
    ("3.5 percent", "35 percent"),
    ("1,250,000", "1,520,000"),
    ("1,250,000 crowns", "1,250,000 euros"),
    ("3.5 percent more", "3.5 percent less"),
    ("the third accident", "the fourth accident"),
    ("on Tuesday", "on Wednesday"),
    ("in March", "in April"),
    ("since 2019", "since 2018"),
    ("did not see", "did see"),
    ("won't open", "will open"),
    ("had voted against", "had voted for"),
    ("rose after", "fell after"),
    ("rose after", "rose before"),
    ("Marit Solheim", "Martin Solheim"),
    ("crossing of Astervik", "crossing of Ostervik"),
    ("Traffic to Lindholm", "Traffic from Lindholm"),
    ("freight train", "passenger train"),
    ("planned.", "planned. One of the injured died later in hospital."),
    ("The driver did not", "He did not"),
    ("A freight train ran into a lorry", "A lorry ran into a freight train"),
]


def grouped(*texts: str) -> list[list[int]]:
    return group(texts, [shingles(text) for text in texts])


def test_syndicated_copies_are_grouped_under_the_first() -> None:
    assert grouped(OTHER, WIRE, WIRE.upper(), OTHER + " More.") == [[0, 3], [1, 2]]


@pytest.mark.parametrize("head", HEADS)
def test_a_copy_with_another_byline_or_dateline_says_the_same(head: str) -> None:
    assert grouped(STORY, head + STORY) == [[0, 1]]


@pytest.mark.parametrize("credit", CREDITS)
def test_a_copy_with_a_credit_at_its_end_says_the_same(credit: str) -> None:
    assert grouped(STORY, f"{STORY}\n\n{credit}") == [[0, 1]]


@pytest.mark.parametrize(("printed", "reprinted"), SAME_IN_PRINT)
def test_a_copy_in_another_typography_says_the_same(printed: str, reprinted: str) -> None:
    assert printed in STORY
    assert grouped(STORY, STORY.replace(printed, reprinted)) == [[0, 1]]


@pytest.mark.parametrize(("told", "retold"), OTHER_FACTS)
def test_another_telling_word_is_another_fact(told: str, retold: str) -> None:
    assert told in STORY
    changed = STORY.replace(told, retold)
    own, other = shingles(STORY), shingles(changed)
    shared = np.intersect1d(own, other).size
    sizes = np.array([shared]), np.array([own.size]), np.array([other.size])
    assert near_identical(*sizes).tolist() == [True]
    assert grouped(STORY, changed) == [[0], [1]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ASTERVIK — ", "OSTERVIK — "),
        ("ASTERVIK, March 5 — ", "ASTERVIK, March 6 — "),
        ("GUILTY — ", "NOT GUILTY — "),
        ("Guilty. ", "Not guilty. "),
        ("Monday: ", "Tuesday: "),
        ("Astervik 3 – ", "Astervik 2 – "),
    ],
)
def test_another_place_or_day_at_the_start_is_another_fact(one: str, other: str) -> None:
    assert grouped(one + STORY, other + STORY) == [[0], [1]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Reporting by the coroner named 14 victims.",
            "Reporting by the coroner named 15 victims.",
        ),
        ("The toll is 14.", "The toll is 15."),
        ("Ada Berg was found guilty.", "Ada Berg was found not guilty."),
        ("", "The governor of Astervik resigned."),
    ],
)
def test_a_sentence_at_the_end_is_no_credit(one: str, other: str) -> None:
    assert grouped(f"{STORY} {one}", f"{STORY} {other}") == [[0], [1]]


def test_a_text_without_dateline_joins_one_place_only() -> None:
    texts = STORY, f"ASTERVIK — {STORY}", f"OSTERVIK — {STORY}"
    assert grouped(*texts) == [[0, 1], [2]]


def test_a_passage_that_says_more_stands_on_its_own() -> None:
    assert grouped(WIRE, WIRE + " " + OTHER) == [[0], [1]]


def test_a_correction_is_no_copy() -> None:
    corrected = STORY.replace("14", "12")
    assert grouped(STORY, f"Correction: the number of dead was wrong. {corrected}") == [[0], [1]]


def test_daily_reports_of_one_template_are_apart_and_their_copies_are_not() -> None:
    days = [STORY.replace("14", str(count)) for count in (14, 15, 16)]
    assert grouped(*days, "ASTERVIK (AP) — " + days[1]) == [[0], [1, 3], [2]]


def test_short_passages_that_share_a_phrase_stay_apart() -> None:
    assert grouped("He said that on Monday.", "He said that on Monday.") == [[0], [1]]


def test_eight_of_ten_shingles_make_a_copy_and_seven_do_not() -> None:
    shared, one, other = np.array([8, 7]), np.array([10, 10]), np.array([400, 400])
    assert near_identical(shared, one, other).tolist() == [True, False]


def test_nothing_has_no_groups() -> None:
    assert grouped() == []
