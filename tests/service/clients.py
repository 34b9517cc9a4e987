"""HTTP over an answerer, as tests want it: no rate limit, no keys but those a test makes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from onrecord.service.answer import Answerer
from onrecord.service.http.app import create_app
from onrecord.service.settings import Settings
from tests.conftest import archive_of

NO_KEYS = Path("there-is-no-such-file")


def app_settings(**changes: Any) -> Settings:
    """Settings that refuse nobody, with some of them changed."""
    return Settings(
        **{"allowed_hosts": ("testserver",), "rate_limit": 0, "keys": NO_KEYS} | changes
    )


def client_of(answers: Answerer, *, raises: bool = True, **changes: Any) -> TestClient:
    """A client of the whole application; `raises` lets its faults through to the test."""
    app = create_app(archive_of(answers, app_settings(**changes)))
    return TestClient(app, raise_server_exceptions=raises)
