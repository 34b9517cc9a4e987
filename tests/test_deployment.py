"""compose.yaml is valid and names settings that exist; the image installs the whole package."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from onrecord.service.settings import Settings

PROJECT = Path(__file__).parents[1]
FILE = PROJECT / "compose.yaml"


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


@pytest.mark.slow
def test_what_the_dockerfile_copies_installs_as_the_whole_package(tmp_path: Path) -> None:
    dockerfile = (PROJECT / "Dockerfile").read_text(encoding="utf-8")
    lines = re.findall(r"^COPY (.+) (?:\./|\S+)$", dockerfile, re.M)
    copied = [name for line in lines for name in line.split()]
    sent = (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert set(copied) <= {line.removeprefix("!") for line in sent if line.startswith("!")}
    for name in copied:
        if (PROJECT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(PROJECT / name, tmp_path / name, symlinks=True, ignore=ignored)
        else:
            shutil.copy(PROJECT / name, tmp_path / name)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", tmp_path / "out", tmp_path], check=True, timeout=300)
    (wheel,) = (tmp_path / "out").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    product = [
        f"onrecord/{file.relative_to(PROJECT)}"
        for layer in ("index", "service", "eval")
        for file in (PROJECT / layer).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    ]
    lab = {name for name in product if name.startswith("onrecord/eval/lab/")}
    assert {"onrecord/__init__.py", "onrecord/py.typed"} <= held
    assert set(product) - lab - held == set()
    assert held & lab == set()
