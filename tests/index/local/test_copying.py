"""Copying a local archive into another one: all of it, or some articles."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from onrecord.index.copying import CopyReport, copy_archive
from onrecord.index.local.check import check
from onrecord.index.local.store import LocalStore
from tests.index.local.toy import contents, open_toy, put

WANTED = {"a": "ferry one", "b": "ferry two", "c": "ferry three"}


@pytest.mark.parametrize("only", [None, ["a", "c"], ["b", "unknown"], []])
def test_a_copy_holds_what_was_asked_for(tmp_path: Path, only: list[str] | None) -> None:
    with closing(open_toy(tmp_path / "whole")) as whole:
        for name, text in WANTED.items():
            put(whole, name, text)
        whole.publish()
    expected = {name: text for name, text in WANTED.items() if only is None or name in only}
    copied = partial(copy_archive, tmp_path / "whole", partial(LocalStore, tmp_path / "copy"))
    assert copied(only) == CopyReport(copied=len(expected))
    assert contents(tmp_path / "copy") == expected
    assert copied(only) == CopyReport(there=len(expected))
    assert check(tmp_path / "copy") == []
