"""OpenAI's own client of an archive, for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openai
from fastapi.testclient import TestClient
from openai.types.chat import ChatCompletion

from onrecord.service.answer import Answerer
from onrecord.service.http.app import create_app
from onrecord.service.keys import KeyFile
from tests.conftest import archive_of
from tests.service.clients import app_settings
from tests.service.http.conversations import CRANE, user
from tests.serving import serving

PATH = "/v1/chat/completions"


@contextmanager
def official_client(answers: Answerer, folder: Path) -> Iterator[openai.OpenAI]:
    """OpenAI's client of the archive, served; one that asks for keys."""
    keys = folder / "keys.json"
    key = KeyFile(keys).make("reader")
    settings = app_settings(allowed_hosts=("127.0.0.1",), keys=keys, readers_need_keys=True)
    app = create_app(archive_of(answers, settings))
    with (
        serving(app) as url,
        openai.OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0) as client,
    ):
        yield client


def complete(official: openai.OpenAI, *messages: Any, **fields: Any) -> ChatCompletion:
    return official.chat.completions.create(model="onrecord", messages=[*messages], **fields)


def content_of(completion: ChatCompletion) -> str:
    content = completion.choices[0].message.content
    assert content is not None
    return content


def post(client: TestClient, **fields: Any) -> Any:
    return client.post(PATH, json={"messages": [user(CRANE)], **fields})
