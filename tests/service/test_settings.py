"""Settings: their names in the environment, defaults and ranges."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from onrecord.service.cli import commands
from onrecord.service.settings import Settings


@pytest.fixture(autouse=True)
def no_settings_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"ONRECORD_{name.upper()}", raising=False)


def test_the_defaults_are_those_of_the_contract() -> None:
    settings = Settings()
    assert settings.archive == Path(".onrecord")
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.encoder == "all-MiniLM-L6-v2"
    assert settings.min_confidence == 0.25


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("archive", "/srv/paper", Path("/srv/paper")),
        ("min_confidence", "0.7", 0.7),
        ("min_confidence", "0", 0.0),
        ("min_confidence", "1", 1.0),
        ("port", "0", 0),
        ("passage_tokens", "64", 64),
        ("log_level", "warning", "WARNING"),
    ],
)
def test_a_variable_sets_its_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, given: str, value: object
) -> None:
    monkeypatch.setenv(f"ONRECORD_{name.upper()}", given)
    assert getattr(Settings(), name) == value


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("min_confidence", "1.01"),
        ("min_confidence", "-0.1"),
        ("min_confidence", "nan"),
        ("min_confidence", "likely"),
        ("port", "65536"),
        ("passage_tokens", "15"),
        ("max_body_bytes", "0"),
        ("precision", "fp8"),
        ("log_level", "LOUD"),
    ],
)
def test_a_value_out_of_range_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, given: str
) -> None:
    monkeypatch.setenv(f"ONRECORD_{name.upper()}", given)
    with pytest.raises(ValidationError, match=name):
        Settings()


def test_what_is_given_in_code_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_ARCHIVE", "/srv/paper")
    assert Settings(archive=Path("here")).archive == Path("here")


def test_variables_of_others_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_NO_SUCH_THING", "1")
    assert not hasattr(Settings(), "no_such_thing")


def test_every_setting_says_what_it_means() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_budget_of_passages_follows_the_settings() -> None:
    assert Settings(passage_tokens=99).budget.tokens == 99


def test_there_are_at_most_28_settings() -> None:
    assert len(Settings.model_fields) <= 28


def test_a_token_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_MILVUS_TOKEN", "paper:opensesame")
    monkeypatch.setenv("COLUMNS", "300")
    shown = CliRunner().invoke(commands, ["settings"]).stdout
    assert "ONRECORD_MILVUS_TOKEN" in shown
    assert "opensesame" not in shown + repr(Settings()) + str(Settings())
    assert Settings().milvus_token.get_secret_value() == "paper:opensesame"


def test_an_address_with_a_password_in_it_is_refused() -> None:
    with pytest.raises(ValidationError, match="belongs in ONRECORD_MILVUS_TOKEN"):
        Settings(milvus_uri="http://paper:opensesame@milvus.example:19530")
    assert Settings(milvus_uri="http://milvus.example:19530").milvus_uri.endswith(":19530")


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
    settings = Settings(allowed_origins=(given,), frame_ancestors=(given,))
    assert settings.allowed_origins == settings.frame_ancestors == (origin,)


@pytest.mark.parametrize(
    "given",
    ["*", "wiki.example", "https://wiki.example/page", "https://*", "ftp://a", "https://a*"],
)
def test_what_is_no_origin_is_named(given: str) -> None:
    with pytest.raises(ValidationError, match="expected an origin"):
        Settings(allowed_origins=(given,))


def test_a_dot_of_an_origin_is_a_dot() -> None:
    pattern = Settings(allowed_origins=("https://wiki.example",)).origin_pattern
    assert re.fullmatch(pattern, "https://wiki.example")
    assert not re.fullmatch(pattern, "https://wikixexample")


def test_a_star_of_an_origin_is_one_or_more_subdomains() -> None:
    pattern = Settings(allowed_origins=("https://*.corp.example",)).origin_pattern
    assert re.fullmatch(pattern, "https://a.b.corp.example")
    assert not re.fullmatch(pattern, "https://corp.example")


def test_no_origins_match_nothing_but_nothing() -> None:
    assert Settings().origin_pattern == ""
