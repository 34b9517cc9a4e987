"""Which spellings stand for the same name, number or word, and which do not."""

from __future__ import annotations

import pytest

from onrecord.index.question import read_question_terms
from onrecord.index.text.spelling import (
    SPELLINGS,
    is_word,
    read_numbers,
    slips,
    sound,
    sounds,
    sounds_alike,
)
from onrecord.index.text.terms import analyse

# Each is asked as the first and written in an article as the second.
SAME = [
    ("Tkachuk", "Tkatchuk"), ("Hrytsenko", "Hritsenko"), ("Marchenko’s", "Marchenko"),
    ("Zaytsev", "Zaitsev"), ("Zajtsev", "Zaitzev"), ("Wolodymyr", "Volodymyr"),
    ("Mikhailov", "Mihailov"), ("Alekseenko", "Alexeenko"), ("Yuriy", "Iurii"),
    ("Ševčenko", "Sevcenko"), ("Шульга", "Shulga"), ("Гнатюк", "Hnatiuk"), ("Гнатюк", "Gnatyuk"),
    ("Мельник", "Melnyk"), ("Melnik", "Melnyk"), ("Müller", "Mueller"), ("Schröder", "Schroeder"),
    ("Kharkov", "Kharkiv"), ("KHARKIV", "Kharkiv"), ("Lemberg", "Lviv"), ("Kiev", "Kyiv"),
    ("Київ", "Kyiv"), ("Chernobyl", "Chornobyl"), ("Peking", "Beijing"), ("Calcutta", "Kolkata"),
    ("Muammar", "Muamar"), ("Mohamed", "Muhammad"), ("Hizbollah", "Hezbollah"),
    ("Yousef", "Yusuf"), ("Kareem", "Karim"), ("Sergei", "Serhii"), ("Dmitriy", "Dmytro"),
    ("Tschaikowski", "Tchaikovsky"), ("Khrushchev", "Krushchev"), ("Wasyl", "Vasyl"),
    ("D’Angelo", "DAngelo"), ("O'Leary", "O’Leary"), ("OLeary", "O'Leary"),
    ("3500", "three and a half thousand"), ("Łukasz", "Lukasz"), ("Gonzales", "Gonzáles"),
    ("UNESCO", "U.N.E.S.C.O."), ("UK", "U.K."), ("e.u.", "EU"), ("USA", "U.S.A."),
    ("ceasefire", "cease-fire"), ("per-cent", "percent"), ("boat\u00adhouse", "boathouse"),
    ("4,900", "4900"), ("4900", "4\u00a0900"), ("4900", "four thousand nine hundred"),
    ("3.5 million", "3,500,000"), ("three and a half million", "3.5 million"),
    ("half a million", "500,000"), ("two dozen", "24"), ("sixty-five", "65"), ("9th", "ninth"),
    ("$2.5m", "$2.5 million"), ("€4bn", "four billion euros"), ("1500", "fifteen hundred"),
]  # fmt: skip
OTHER = [
    ("Petrov", "Petrova"), ("Kovalenko", "Kovalchuk"), ("Odesa", "Odense"), ("Iran", "Iraq"),
    ("Austria", "Australia"), ("Slovenia", "Slovakia"), ("Niger", "Nigeria"), ("Mali", "Malta"),
    ("Hansen", "Hanson"), ("Johnson", "Johnston"), ("Karin", "Karen"), ("Maria", "Mario"),
    ("Marina", "Marino"), ("Lenin", "Lennon"), ("Harry", "Gary"), ("Hill", "Gill"),
    ("Bill", "Hill"), ("Jan", "Ian"), ("Lee", "Li"), ("Kim", "Kin"), ("Peter", "Petra"),
    ("Andrea", "Andrei"), ("Daniel", "Daniela"), ("Martin", "Marten"), ("Berlin", "Bergen"),
    ("Paris", "Parus"), ("London", "Linden"), ("Shevchenko", "Shevchuk"), ("Bondar", "Bondarenko"),
    ("Savchenko", "Sevchenko"), ("Romanov", "Romaniv"), ("Putin", "Rutin"), ("Klitschko", "Klit"),
    ("Guinea", "Guyana"), ("Georgia", "Georgi"), ("Dominica", "Dominic"), ("Gambia", "Zambia"),
    ("Latvia", "Lithuania"), ("Sumy", "Summit"), ("Izium", "Izmail"), ("Brody", "Brovary"),
    ("Lutsk", "Lusk"), ("Donetsk", "Donbas"), ("Ivan", "Ivana"), ("Julian", "Juliana"),
    ("Oleksandra", "Oleksandr"), ("UN", "UK"), ("EU", "UEFA"), ("NATO", "NASA"),
    ("4,900", "490"), ("4900", "49"), ("120", "112"), ("one hundred and two", "120"),
    ("5.5 million", "55 million"), ("thousands", "1000"), ("two", "20"), ("third", "3"),
    ("fifteen hundred", "1,050"), ("12 May", "12,000"), ("1.5", "15"),
]  # fmt: skip


def match(asked: str, written: str) -> bool:
    """Whether an article has each term of a question, in one of its forms."""
    there = {*analyse(f"It is {written} there.")}
    terms = read_question_terms(f"about {asked}")[1:]
    return bool(terms) and all(not there.isdisjoint(term.forms) for term in terms)


def test_there_are_sixty_spellings_of_each_kind() -> None:
    assert (len({*SAME}), len({*OTHER})) == (60, 60)


@pytest.mark.parametrize(("asked", "written"), SAME)
def test_spellings_of_one_name_or_number_match(asked: str, written: str) -> None:
    assert match(asked, written)


@pytest.mark.parametrize(("asked", "written"), OTHER)
def test_other_names_and_numbers_do_not_match(asked: str, written: str) -> None:
    assert not match(asked, written)


def test_no_two_names_share_a_spelling() -> None:
    """A spelling of two names would make them one."""
    lines = SPELLINGS.read_text(encoding="utf-8").splitlines()
    names = [line.split() for line in lines if line and not line.startswith("#")]
    spellings = [spelling for name in names for spelling in name]
    assert len(spellings) == len({*spellings})
    heard = [{sound(spelling) for spelling in name} for name in names]
    assert [len(one) for one in heard] == [1] * len(names)
    assert len({one for (one,) in heard}) == len(names)


def test_a_short_name_sounds_as_it_is_written() -> None:
    assert sound("Yan") == "yan"


def test_a_ukrainian_letter_is_read_in_both_ways() -> None:
    assert sounds("Гончар") == ("gonchar", "honchar")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("one boat and no other", []),
        ("a hundred and one boats", ["101"]),
        ("two boats, the ninth of twenty-two", ["2", "9th", "22"]),
        ("a million and a half", ["1500000"]),
        ("two million three hundred thousand", ["2300000"]),
        ("nineteen eighty-four", []),
        ("thousands of boats, dozens of men", []),
        ("2.5 billion, 14 of 30", ["2500000000"]),
        ("the second and third boats", []),
        ("Someone often hundredweight", []),
    ],
)
def test_numbers_in_words_have_values(text: str, values: list[str]) -> None:
    assert [number.value for number in read_numbers(text)] == values


def test_a_number_is_where_the_text_has_it() -> None:
    (number,) = read_numbers("Some three and a half thousand boats.")
    assert (number.start, number.end) == (5, 30)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("harbuor", "harbour"),
        ("harbor", "harbour"),
        ("harrbour", "harbour"),
        ("harbiur", "harbour"),
    ],
)
def test_a_slip_leads_back_to_the_word(written: str, meant: str) -> None:
    assert meant in slips(written, is_name=False)


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ("karbour", "harbour"),  # the first letter
        ("pianist", "pianista"),
        ("hill", "hall's"),
        ("pier", "piers2"),
        ("cat", "cut"),  # too short
        ("h" * 25, "h" * 24),  # too long: thousands of words are one slip away
        ("4911", "4711"),
    ],
)
def test_other_words_are_no_slips(written: str, other: str) -> None:
    assert other not in slips(written, is_name=False)


@pytest.mark.parametrize(
    ("written", "meant", "likely"),
    [
        ("kovalnko", "kovalenko", True),
        ("kovlaenko", "kovalenko", True),
        ("johnston", "johnson", False),
        ("hansen", "hanson", False),
        ("ivanova", "ivanov", False),
        ("petrenko", "petrenka", False),
    ],
)
def test_a_name_allows_fewer_slips(written: str, meant: str, likely: bool) -> None:
    assert (meant in slips(written, is_name=True)) is likely


def test_words_of_the_dictionary_are_known() -> None:
    assert is_word("sturgeon")
    assert not is_word("mobilizaton")


def test_homophones_have_the_same_consonants() -> None:
    assert sounds_alike("bred", "bread")
    assert not sounds_alike("sturgeon", "surgeon")
