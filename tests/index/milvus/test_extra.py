"""An installation without pymilvus."""

from __future__ import annotations

import sys

import pytest

from onrecord.index.errors import ExtraMissing
from onrecord.index.milvus.connection import require_client


def test_a_missing_library_is_answered_with_how_to_add_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with pytest.raises(ExtraMissing, match=r"pip install 'onrecord\[milvus\]'"):
        require_client()
