from datetime import date, timedelta

import pytest

from onrecord.index.times.dates import (
    find_dates,
    is_only_around,
    is_plausible,
    puts_day_first,
    read_date,
    read_instant,
)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("February 23, 2025 2:03 AM", "2025-02-23"),
        ("23 Feb 2025", "2025-02-23"),
        ("2025-02-23T10:00:00Z", "2025-02-23"),
        ("Dec. 4, 2024", "2024-12-04"),
        ("2024/12/04", "2024-12-04"),
        ("20241204", "2024-12-04"),
        ("Published on 4th of December 2024 at 10:30 am EST", "2024-12-04"),
        ("Sun, 23 Feb 2025 02:03:00 +0000", "2025-02-23"),
        ("Wed Dec 4 10:00:00 2024", "2024-12-04"),
        ("Posted: Nov 8, 2023 / 10:35 PM PST", "2023-11-08"),
        ("13/04/2024", "2024-04-13"),
        ("4. Dezember 2024", "2024-12-04"),
        ("4 грудня 2024", "2024-12-04"),
    ],
)
def test_a_full_date_is_read_to_the_day(written: str, day: str) -> None:
    assert read_date(written) == (day, "day")


@pytest.mark.parametrize(
    ("written", "value", "precision"),
    [
        ("December 2024", "2024-12", "month"),
        ("2024-12", "2024-12", "month"),
        ("May 2024", "2024-05", "month"),
        ("2024", "2024", "year"),
        ("03/04/2024", "2024", "year"),
        ("04.12.2024", "2024-12-04", "day"),  # points stand between day and month
        ("12.31.2024", "2024-12-31", "day"),
    ],
)
def test_a_partial_or_ambiguous_date_keeps_what_is_certain(
    written: str, value: str, precision: str
) -> None:
    assert read_date(written) == (value, precision)


@pytest.mark.parametrize(
    "written",
    ["", "yesterday", "3 hours ago", "2024-02-30", "31 February 2024", "2024-13-01", "Monday",
     "in 2024 they", "1733300000", "10:30", "last updated", "9999", "2024 12 04 99"],
)  # fmt: skip
def test_what_is_no_date_is_none_and_never_today(written: str) -> None:
    assert read_date(written) is None


def test_an_offset_never_moves_the_day_that_is_written() -> None:
    assert read_date("2025-02-23T23:30:00-11:00") == ("2025-02-23", "day")


def test_dates_are_found_in_a_byline_with_their_place() -> None:
    line = "by Ann Lee February 23, 2025 2:03 AM 2 min read"
    (found,) = find_dates(line)
    assert (found.date, line[found.start : found.end]) == ("2025-02-23", "February 23, 2025")


@pytest.mark.parametrize(
    "written",
    ["December\u00a05,\u00a02024", "5\u202fDecember\u202f2024", "2024年12月5日 10:00",
     "2024년 12월 5일 오후 3:20", "2024. december 5., 14:30", "Четвер, 5 грудня 2024, 14:30",
     "Опубліковано: 5 грудня 2024 о 14:30", "5 грудня 2024 р., 14:30",
     "Thu Dec 05 2024 23:30:00 GMT+0200 (Eastern European Standard Time)",
     "20241205T143000+0200", "Do, 05.12.2024, 14:35 Uhr", "Stand: 05.12.2024 14:35 Uhr",
     "5.12.2024 klo 14.30", "2024 m. gruodžio 5 d.", "2024. gada 5. decembris",
     "Publié le 5 décembre 2024 à 14h30", "Publicado el 5 de diciembre de 2024 a las 14:30",
     "Opublikowano: 5 grudnia 2024, godz. 14:30", "5 декабря 2024 г. в 10:15 МСК"],
)  # fmt: skip
def test_spaces_scripts_and_words_around_a_day_do_not_hide_it(written: str) -> None:
    assert read_date(written) == ("2024-12-05", "day")


def test_a_line_that_says_more_than_a_day_is_none() -> None:
    assert read_date("The 5 December 2024 attack") is None
    assert not is_only_around("Der Angriff vom")


def test_an_instant_is_a_day_in_utc() -> None:
    assert read_instant("1733378400") == read_instant("1733378400000") == ("2024-12-05", "day")
    assert read_instant("17333784") is None


def test_days_that_programs_print_for_none_and_days_to_come_are_implausible() -> None:
    tomorrow = date.today() + timedelta(days=1)
    assert is_plausible("2024-12-05")
    assert is_plausible(tomorrow.isoformat())
    later = (tomorrow + timedelta(days=1)).isoformat()
    assert not any(map(is_plausible, ("1970-01-01", "1900-01-01", "2099-12-31", later)))


@pytest.mark.parametrize(
    ("language", "read"),
    [("fr", "2024-12-05"), ("uk-UA", "2024-12-05"), ("en-GB", "2024-12-05"), ("en", "2024"),
     ("en-US", "2024"), (None, "2024"), ("zh", "2024")],
)  # fmt: skip
def test_a_language_may_say_that_the_day_stands_first(language: str | None, read: str) -> None:
    found = read_date("05/12/2024", puts_day_first(language))
    assert found is not None
    assert found[0] == read
