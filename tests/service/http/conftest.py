"""The paper, asked over a real connection."""

from __future__ import annotations

from collections.abc import Iterator

import openai
import pytest

from onrecord.service.answer import Answerer
from tests.service.http.openai_client import official_client


@pytest.fixture(scope="module")
def official(paper: Answerer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[openai.OpenAI]:
    """OpenAI's client of the paper."""
    with official_client(paper, tmp_path_factory.mktemp("keys")) as client:
        yield client
