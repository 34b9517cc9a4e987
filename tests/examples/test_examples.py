"""The examples in docs/examples run as they stand, over the project's own briefs."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from onrecord.service.answer import Answerer
from onrecord.service.http.app import create_app
from tests.conftest import archive_of
from tests.service.clients import app_settings
from tests.serving import serving

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
QUESTION = "How many Crimean Tatars does Russia hold in its prisons?"
EVIDENCE = "132 of these prisoners were Crimean Tatars"
OFF_TOPIC = "What is the recipe for sourdough bread?"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.delenv("ONRECORD_URL", raising=False)


@pytest.fixture(scope="session")
def url(briefs: Answerer) -> Iterator[str]:
    """A real server over seeds/."""
    with serving(
        create_app(archive_of(briefs, app_settings(allowed_hosts=("127.0.0.1",))))
    ) as base:
        yield base


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """An example as a newcomer runs it, from a folder that is not the project's."""
    return subprocess.run(
        command,
        cwd=Path(command[1]).parent,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize("how", ["argument", "variable"])
def test_curl_sh_asks_lists_and_verifies(url: str, how: str) -> None:
    if shutil.which("curl") is None:
        pytest.skip("there is no curl on this machine")
    script = str(EXAMPLES / "curl.sh")
    done = run("sh", script, url) if how == "argument" else run("sh", script, ONRECORD_URL=url)
    assert done.returncode == 0, done.stderr
    asked, filtered, listed, verified = map(json.loads, done.stdout.splitlines())
    assert EVIDENCE in asked["quotes"][0]["text"]
    assert filtered["filters"]["published_from"] == "2024-01-01"
    assert len(listed["articles"]) == 2
    assert verified["verdict"] == "verbatim"
    assert verified["matches"][0]["text"] == EVIDENCE


@pytest.mark.parametrize("how", ["argument", "variable"])
def test_ask_py_prints_citations_and_evidence(url: str, how: str) -> None:
    script = str(EXAMPLES / "ask.py")
    if how == "argument":
        done = run(sys.executable, script, QUESTION, url)
    else:
        done = run(sys.executable, script, QUESTION, ONRECORD_URL=url)
    assert done.returncode == 0, done.stderr
    assert "— onrecord briefs, “Ukrainian mission counts nearly 5,500" in done.stdout
    assert any(
        line.startswith("  -> ") and EVIDENCE in line for line in done.stdout.splitlines()
    ), done.stdout


def test_ask_py_says_so_where_the_archive_does_not_answer(url: str) -> None:
    done = run(sys.executable, str(EXAMPLES / "ask.py"), OFF_TOPIC, url)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "The archive does not answer this (weak_evidence).\n"


@pytest.mark.parametrize("script", ["ask.py", "langchain_retriever.py"])
def test_without_a_question_an_example_explains_itself(script: str) -> None:
    done = run(sys.executable, str(EXAMPLES / script))
    assert done.returncode == 1
    assert f"python {script}" in done.stderr


def test_the_langchain_retriever_gives_documents_that_are_quotes(url: str) -> None:
    pytest.importorskip("langchain_core")
    spec = importlib.util.spec_from_file_location(
        "langchain_retriever", EXAMPLES / "langchain_retriever.py"
    )
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    retriever = example.OnrecordRetriever(url=url, top_k=3)
    documents = retriever.invoke(QUESTION)
    assert 1 <= len(documents) <= 3
    assert EVIDENCE in documents[0].page_content
    assert "onrecord briefs" in documents[0].metadata["citation"]
    for document in documents:
        place = document.metadata
        article = httpx2.get(f"{url}/articles/{place['article']}").json()
        assert article["text"][place["start"] : place["end"]] == document.page_content
        assert place["published"] == article["published"]
    assert retriever.invoke(OFF_TOPIC) == []


def test_the_langchain_example_runs_as_a_script(url: str) -> None:
    pytest.importorskip("langchain_core")
    script = str(EXAMPLES / "langchain_retriever.py")
    done = run(sys.executable, script, QUESTION, ONRECORD_URL=url)
    assert done.returncode == 0, done.stderr
    assert EVIDENCE in done.stdout
