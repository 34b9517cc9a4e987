"""The locked sets agree with each other and with what the project declares."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).parents[1]


def pins(name: str) -> dict[str, str]:
    """The version of every package of a lock."""
    text = (PROJECT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9][\w.-]*)==([^\s\\]+)", text, re.MULTILINE))


def declared(*extras: str) -> list[Requirement]:
    """What pyproject.toml asks for."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"]
    for extra in extras:
        wanted = wanted + project["optional-dependencies"][extra]
    return [Requirement(line) for line in wanted]


def unmet(wanted: list[Requirement], locked: dict[str, str]) -> list[str]:
    return [
        str(one)
        for one in wanted
        if not one.specifier.contains(locked.get(canonicalize_name(one.name), "0"))
    ]


def test_what_development_needs_is_what_a_user_needs_and_more() -> None:
    user, development = pins("requirements.lock"), pins("requirements-dev.lock")
    assert len(user) > 50
    assert {name: development.get(name) for name in user} == user
    assert len(development) > len(user)


def test_the_locks_hold_what_is_declared() -> None:
    torch = pins("torch.lock")
    assert list(torch) == ["torch"]
    assert unmet(declared(), pins("requirements.lock") | torch) == []
    every = declared("dev", "eval", "milvus")
    assert unmet(every, pins("requirements-dev.lock") | torch) == []


def test_every_package_but_torch_is_held_by_its_hashes() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (PROJECT / name).read_text(encoding="utf-8")
        entries = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", text, re.MULTILINE | re.DOTALL)
        assert len(entries) == len(pins(name))
        assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
        assert "torch" not in pins(name)
