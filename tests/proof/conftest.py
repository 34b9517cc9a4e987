"""A service that may be written to, with keys, over a copy of the paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI

from onrecord.index.encoder import Encoder
from onrecord.service.answer import Answerer
from onrecord.service.http.app import create_app
from onrecord.service.keys import KeyFile
from tests.conftest import archive_of
from tests.service.clients import app_settings
from tests.service.conftest import PAPER, open_articles


@dataclass(frozen=True)
class Scratch:
    """An archive to be written to, and the keys to it."""

    answers: Answerer
    keys_file: Path
    writer: str
    reader: str

    def app(self, **changes: object) -> FastAPI:
        """The service over it."""
        return create_app(archive_of(self.answers, app_settings(keys=self.keys_file, **changes)))


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Scratch]:
    """The paper in an archive of this module's own."""
    folder = tmp_path_factory.mktemp("scratch")
    answers = open_articles(folder / "archive", encoder, PAPER)
    keys = KeyFile(folder / "keys.json")
    yield Scratch(answers, folder / "keys.json", keys.make("writer"), keys.make("reader"))
    answers.store.close()
