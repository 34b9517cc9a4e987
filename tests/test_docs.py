"""The documents speak of the code that is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from onrecord.service.settings import Settings

PROJECT = Path(__file__).parents[1]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (PROJECT / "ARCHITECTURE.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_stands_in_the_readme_with_its_meaning(name: str) -> None:
    meaning = Settings.model_fields[name].description
    assert f"| `ONRECORD_{name.upper()}` |" in README
    assert meaning in README


def test_the_readme_names_no_setting_that_is_not_there() -> None:
    named = set(re.findall(r"ONRECORD_([A-Z_]+)", README))
    assert named <= {name.upper() for name in Settings.model_fields} | {"NIGHTLY"}  # of the tests


@pytest.mark.parametrize(
    "path",
    sorted(set(re.findall(r"`((?:index|service|eval|tests|seeds)/[\w./-]+)`", ARCHITECTURE))),
)
def test_a_file_that_the_architecture_names_is_there(path: str) -> None:
    assert (PROJECT / path).exists()
