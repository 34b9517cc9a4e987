"""compose.yaml is valid, and speaks of settings that are there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from onrecord.service.settings import Settings

FILE = Path(__file__).parents[1] / "compose.yaml"


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """The services by name."""
    found: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"]
    return found


def is_valid(file: Path) -> bool:
    """Whether a file keeps to the Compose specification's schema, shipped with the checker."""
    pytest.importorskip("check_jsonschema", reason="check-jsonschema is not installed")
    command = [sys.executable, "-m", "check_jsonschema"]
    schema = ["--builtin-schema", "vendor.compose-spec"]
    return subprocess.run([*command, *schema, str(file)], check=False).returncode == 0


def test_the_file_keeps_to_the_schema() -> None:
    assert is_valid(FILE)


def test_a_file_that_does_not_keep_to_the_schema_is_found_out(tmp_path: Path) -> None:
    wrong = tmp_path / "compose.yaml"
    wrong.write_text(FILE.read_text(encoding="utf-8").replace("ports:", "port:"))
    assert not is_valid(wrong)


def test_two_replicas_stand_behind_the_proxy(services: dict[str, Any]) -> None:
    behind = [name for name in services["proxy"]["command"] if name.startswith("service-")]
    assert behind == ["service-1:8000", "service-2:8000"]
    assert services["service-1"] == services["service-2"]
    assert services["service-1"]["environment"]["ONRECORD_STORE"] == "milvus"
    address = services["proxy"]["networks"]["default"]["ipv4_address"]
    assert services["service-1"]["environment"]["ONRECORD_TRUSTED_PROXIES"] == address


def test_every_setting_that_it_names_is_there(services: dict[str, Any]) -> None:
    names = [name for name in services["service-1"]["environment"] if name.startswith("ONRECORD")]
    known = {f"ONRECORD_{name.upper()}" for name in Settings.model_fields}
    assert names
    assert set(names) <= known
