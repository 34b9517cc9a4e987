"""How else a word may be spelt: transliterated names, numbers in words, slips of the keyboard.

Two spellings of a name sound alike if they differ only where transliterations do: in `i`, `y` and
`j`, doubled letters, `kh` and `h`, `ts` and `tz`, `w` and `v`, `x` and `ks`, signs and accents. A
name with another vowel or ending is another name (Ivanov, Ivanova), except for those that
`spellings.txt` lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

SPELLINGS = Path(__file__).with_name("spellings.txt")
MIN_NAME_LETTERS = 4  # in a shorter name one letter makes another: Ian, Jan
MIN_SLIP_LETTERS, MAX_SLIP_LETTERS = 4, 24  # a longer word has thousands of possible slips
# What transliterations write differently, and how it is compared; each reads what those before it
# have written.
_ALIKE = tuple(
    (re.compile(pattern), form)
    for pattern, form in (
        ("shch|sch", "sh"),
        ("tsch|tch", "ch"),
        ("kh", "h"),
        ("ph", "f"),
        ("t[sz]", "c"),
        ("ck", "k"),
        ("x", "ks"),
        ("w", "v"),
        ("[yj]", "i"),
        ("^ie", "e"),
        ("ou|oo", "u"),
        ("ee", "i"),
        ("(?<=[^aeiou])([aou])e(?=[^aeiou])", r"\1"),  # ä, ö and ü in two letters
        (r"(zh|sh|ch)\1", r"\1"),
        (r"(.)\1+", r"\1"),
    )
)
_UKRAINIAN = str.maketrans("гГґҐ", "hHgG")
_FIGURE = r"\d{1,3}(?:,\d{3})+(?!\d)|\d+(?:\.\d+)?"
SCALES = {
    "hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9, "trillion": 10**12,
    "k": 1_000, "m": 10**6, "mn": 10**6, "mln": 10**6, "bn": 10**9, "tn": 10**12,
}  # fmt: skip
_UNITS = """two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety dozen
hundred thousand million billion trillion"""
_ORDINALS = """second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth
thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth
hundredth"""
NUMBER_WORDS = (*_UNITS.split(), *_ORDINALS.split())
_NUMERAL = "|".join(("zero", "one", "first", *sorted(NUMBER_WORDS, key=len, reverse=True)))
_NUMBER = re.compile(
    rf"(?<![\w.,-])(?:(?:half\s)?an?\s)?(?:{_FIGURE}|(?:{_NUMERAL})(?!\w))"
    rf"(?:[\s-](?:and\s)?(?:an?\s)?(?:{_NUMERAL}|half|quarter)(?!\w))*",
    re.I,
)
_TOKEN = re.compile(rf"{_FIGURE}|[a-z]+")
_PARTS = {"half": 0.5, "quarter": 0.25}
_ALPHABETS = ("abcdefghijklmnopqrstuvwxyz", "абвгґдеєёжзиіїйклмнопрстуфхцчшщъыьэюя")
_VOWELS = frozenset("aeiouyаеєёиіїоуыэюя")


@lru_cache(maxsize=65_536)
def sound(word: str) -> str:
    """The word as it is compared with other spellings of the same name; itself if it is short."""
    from anyascii import anyascii

    letters = re.sub("[^a-z]", "", anyascii(word).lower()) or word.casefold()
    if len(letters) < MIN_NAME_LETTERS:
        return letters
    listed = _spellings()
    if letters in listed:
        return listed[letters]
    letters = _simplify(letters)
    return listed.get(letters, letters)


def _simplify(letters: str) -> str:
    for pattern, form in _ALIKE:
        letters = pattern.sub(form, letters)
    return letters


def sounds(word: str) -> tuple[str, ...]:
    """The word's sounds: those of each transliteration that its script allows."""
    return tuple(dict.fromkeys((sound(word), sound(word.translate(_UKRAINIAN)))))


@cache
def _spellings() -> dict[str, str]:
    """Each listed spelling, as written and as it sounds, with the sound of its line's first."""
    lines = SPELLINGS.read_text(encoding="utf-8").splitlines()
    groups = [line.split() for line in lines if line and not line.startswith("#")]
    return {
        form: _simplify(group[0])
        for group in groups
        for word in group
        for form in (word, _simplify(word))
    }


class Number(NamedTuple):
    """A number that a text writes in words, and where."""

    start: int
    end: int
    value: str


def read_numbers(text: str) -> Iterator[Number]:
    """The numbers that an English text writes in words, with their values in figures.

    `five and a half thousand` and `5.5 thousand` are 5500, `eighth` is 8th. Zero and one say too
    little in running text and are left out.
    """
    for found in _NUMBER.finditer(text):
        if not found.group().replace(",", "").replace(".", "").isdigit():
            value = _value(found.group())
            if value is not None:
                yield Number(found.start(), found.end(), value)


@lru_cache(maxsize=4_096)
def _value(written: str) -> str | None:
    """The value in figures; None for what is no number, zero or one."""
    from text_to_num import alpha2digit

    figures = alpha2digit(re.sub("(?i)dozen", "twelve", written), "en", threshold=0).lower()
    if re.fullmatch(r"\d*(?:1st|2nd|3rd|\dth)", figures):
        return str(figures) if figures != "1st" else None
    total = current = 0.0
    for token in _TOKEN.findall(figures):
        if token in _PARTS:  # half a million, two and a half million, a million and a half
            current += _PARTS[token] * (current if current >= 1_000 else 1)
            continue
        if token in ("a", "an", "and"):
            continue
        if token not in SCALES and not token[0].isdigit():
            return None
        number = SCALES.get(token) or float(token.replace(",", ""))
        if current and number in (12, *SCALES.values()) and current < number * 100:
            current *= number
        elif current >= 1_000 or not current:
            total, current = total + current, number
        else:
            return None  # "nineteen eighty-four" is no sum
    total += current
    return f"{total:.15g}" if total > 1 else None


def slips(word: str, *, is_name: bool) -> set[str]:
    """The words from which one slip of the keyboard makes this lower-case one.

    The first letter and a vowel at the end are as they are written: they make another word. A name
    has only letters exchanged, or a vowel too many or too few before its last letter, because
    anything else makes another name (Hansen and Hanson, Johnson and Johnston).
    """
    if not MIN_SLIP_LETTERS <= len(word) <= MAX_SLIP_LETTERS or not word.isalpha():
        return set()
    letters = next((letters for letters in _ALPHABETS if word[0] in letters), "")
    cuts = range(1, len(word) + 1)
    swapped = {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in cuts[:-2]}
    fewer = {(at, word[:at] + word[at + 1 :]) for at in cuts[:-1]}
    more = {(at, word[:at] + letter + word[at:]) for at in cuts for letter in letters}
    other = {(at, word[:at] + letter + word[at + 1 :]) for at in cuts[:-1] for letter in letters}
    if is_name:
        changed = {
            one
            for at, one in fewer | more
            if at < len(word) - (len(one) < len(word)) and max(one, word, key=len)[at] in _VOWELS
        }
    else:
        changed = {one for _, one in fewer | more | other if _same_ending(one, word)}
    return (swapped | changed) - {word}


def _same_ending(one: str, other: str) -> bool:
    return one[-1] == other[-1] or not {one[-1], other[-1]} & _VOWELS


def sounds_alike(one: str, other: str) -> bool:
    """Whether two words have the same consonants, as `bred` and `bread` have."""
    first, second = (re.sub("[aeiou]", "", sound(word)) for word in (one, other))
    return first == second


def is_word(word: str) -> bool:
    """Whether a dictionary of English has the lower-case word."""
    from simplemma import is_known

    return bool(is_known(word, lang="en"))
