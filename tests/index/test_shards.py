"""Parts of a build."""

from __future__ import annotations

import hashlib

import pytest

from onrecord.index.shards import Shard

SHAS = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(400)]


@pytest.mark.parametrize("of", [1, 2, 3, 7])
def test_every_page_is_in_exactly_one_part(of: int) -> None:
    for sha256 in SHAS:
        assert [Shard(number, of).takes(sha256) for number in range(1, of + 1)].count(True) == 1


def test_the_parts_are_about_even() -> None:
    sizes = [sum(Shard(number, 4).takes(sha256) for sha256 in SHAS) for number in (1, 2, 3, 4)]
    assert sum(sizes) == 400
    assert min(sizes) > 70
