"""What others have published is repeated, so that encoder, BM25 and measures are wired well."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.eval.lab.published import PUBLISHED, repeat_published
from tests.nightly import NIGHTLY

pytestmark = pytest.mark.slow

SCIFACT = Path(__file__).parents[4] / "shared" / "data" / "scifact"


def test_dense_and_bm25_come_within_reach_of_the_published_figures() -> None:
    if not NIGHTLY:
        pytest.skip("encoding scifact takes four minutes of a core: set ONRECORD_NIGHTLY=1")
    if not SCIFACT.is_dir():
        pytest.skip("scifact is not beside the project (../shared/data)")
    found = repeat_published(SCIFACT)
    outside = [one for one in PUBLISHED if not one.low <= found[one.retriever] <= one.high]
    assert outside == []
