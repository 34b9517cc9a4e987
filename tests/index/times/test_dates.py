import pytest

from onrecord.index.times.dates import find_dates, read_date


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
