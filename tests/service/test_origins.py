"""Origins as browsers write them."""

from __future__ import annotations

import re

import pytest

from onrecord.service.origins import check_origin, match_origins


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("https://wiki.example", "https://wiki.example"),
        (" HTTPS://Wiki.Example/ ", "https://wiki.example"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://*.corp.example", "https://*.corp.example"),
    ],
)
def test_an_origin_is_written_plainly(given: str, origin: str) -> None:
    assert check_origin(given) == origin


@pytest.mark.parametrize(
    "given",
    ["*", "wiki.example", "https://wiki.example/page", "https://*", "ftp://a", "https://a*"],
)
def test_what_is_no_origin_is_named(given: str) -> None:
    with pytest.raises(ValueError, match="expected an origin"):
        check_origin(given)


def test_a_dot_is_a_dot() -> None:
    assert not re.fullmatch(match_origins(["https://wiki.example"]), "https://wikixexample")


def test_no_origins_match_nothing_but_nothing() -> None:
    assert match_origins([]) == ""
