"""A site of the test's own."""

from collections.abc import Iterator

import pytest

from tests.service.watch.site import Site, served


@pytest.fixture
def site() -> Iterator[Site]:
    """A site that has nothing yet."""
    with served() as opened:
        yield opened
