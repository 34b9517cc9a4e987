"""What assistants may call, driven by the protocol's official client over a real server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx2
import jsonschema
import pytest
from mcp.types import CallToolResult

from onrecord.index.types import Article, Terms
from onrecord.service.answer import Answerer
from tests.service.conftest import OpenArchive
from tests.service.encoders import BrokenEncoder, HeldEncoder
from tests.service.mcp_client import CALL_SECONDS, MODES, call, found, given, listed, said, served

BOLTS = "How many bolts did engineers replace in the crane?"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture(scope="module")
def url(paper: Answerer) -> Iterator[str]:
    with served(paper) as base:
        yield base


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_three_tools_are_offered_that_only_read(url: str, mode: str) -> None:
    tools = listed(url, mode)
    assert set(tools) == {"search", "fetch", "ask"}
    for tool in tools.values():
        assert tool.annotations.read_only_hint is True
        assert len(tool.description) > 80
        assert tool.input_schema["type"] == tool.output_schema["type"] == "object"
        assert tool.input_schema["additionalProperties"] is False
        jsonschema.Draft202012Validator.check_schema(tool.input_schema)
        jsonschema.Draft202012Validator.check_schema(tool.output_schema)


def test_the_tools_take_what_the_contract_names(url: str) -> None:
    tools = listed(url)
    assert set(tools["search"].input_schema["properties"]) == {"query"}
    assert set(tools["fetch"].input_schema["properties"]) == {"id"}
    asked = tools["ask"].input_schema
    assert asked["required"] == ["question"]
    assert set(asked["properties"]) == {
        "question",
        "top_k",
        "published_from",
        "published_to",
        "outlets",
        "sort",
        "today",
    }
    assert asked["properties"]["top_k"]["maximum"] == 50


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("search", {"query": "harbour"}),
        ("search", {"query": "articles from 1999 about ferries"}),
        ("fetch", {"id": "crane"}),
        ("fetch", {"id": "orchard"}),
        ("ask", {"question": BOLTS}),
        ("ask", {"question": BOLTS, "outlets": ["Nobody"]}),
        ("ask", {"question": "tunnel", "sort": "oldest", "published_to": "2024-12-31"}),
    ],
)
def test_results_meet_the_declared_schema(
    url: str, mode: str, tool: str, arguments: dict[str, Any]
) -> None:
    result = given(call(url, tool, mode, **arguments))
    jsonschema.validate(result, listed(url, mode)[tool].output_schema)


def test_search_lists_each_article_once_in_the_rankings_order(url: str) -> None:
    question = "tunnel and crane in the harbour of Varnholm"
    ids = found(url, question)
    quotes = httpx2.post(f"{url}/query", json={"question": question, "top_k": 50}).json()["quotes"]
    articles = [article for quote in quotes for article in (quote["article"], *quote["also_in"])]
    assert ids == list(dict.fromkeys(article["id"] for article in articles))
    assert found(url, BOLTS)[0] == "crane"


def test_search_lists_the_articles_that_say_the_same_after_their_first(url: str) -> None:
    ids = found(url, "Why was the road tunnel under Varnholm hill closed?")
    assert ids[0] == "tunnel-early"
    assert sorted(ids[1:3]) == ["tunnel-late", "tunnel-never"]


def test_search_gives_ids_titles_and_urls_that_open(url: str) -> None:
    results = given(call(url, "search", query=BOLTS))["results"]
    by_id = {one["id"]: one for one in results}
    assert set(results[0]) == {"id", "title", "url"}
    assert by_id["crane"]["title"] == "Eastern crane reopens"
    assert by_id["crane"]["url"] == "https://post.example/crane?page=1"
    assert by_id["library"]["url"] == f"{url}/articles/library"
    assert httpx2.get(by_id["library"]["url"]).json()["title"] == "Library lends tools"


def test_search_lists_near_misses_but_none_from_outside_the_window(paper: Answerer) -> None:
    strict = replace(paper, min_confidence=1.0)
    with served(strict) as base:
        assert found(base, BOLTS)[0] == "crane"
        assert found(base, f"articles from 1999: {BOLTS}") == []
        assert given(call(base, "ask", question=BOLTS))["reason"] == "weak_evidence"


def test_fetch_gives_the_whole_article_and_its_metadata(url: str, mode: str) -> None:
    fetched = given(call(url, "fetch", mode, id="crane"))
    whole = httpx2.get(f"{url}/articles/crane").json()
    del whole["evidence"]
    assert set(fetched) == {"id", "title", "text", "url", "metadata"}
    assert fetched["id"] == "crane"
    assert fetched["title"] == "Eastern crane reopens"
    assert fetched["url"] == "https://post.example/crane?page=1"
    assert fetched["text"] == whole.pop("text")
    assert fetched["metadata"] == whole
    assert fetched["metadata"]["published"] == "2024-03-04"
    assert fetched["metadata"]["published_precision"] == "day"
    assert fetched["metadata"]["terms"]["max_chars"] == 5_000


@pytest.mark.parametrize(
    "asked",
    [
        {"question": BOLTS},
        {"question": "tunnel", "top_k": 1, "sort": "oldest"},
        {"question": "frost", "published_from": "2023-01-01", "published_to": "2023-12-31"},
        {"question": "articles published last week on ferries", "today": "2025-03-12"},
        {"question": "visitors", "outlets": ["STRASSE BLATT"]},
    ],
)
def test_ask_gives_the_answer_of_query(url: str, mode: str, asked: dict[str, Any]) -> None:
    asked = {"today": "2025-03-12"} | asked
    answer = given(call(url, "ask", mode, **asked))
    queried = httpx2.post(f"{url}/query", json=asked).json()
    assert answer.pop("took_ms") > 0
    del queried["took_ms"]
    assert answer == queried


def test_ask_stays_within_what_terms_allow_and_fetch_carries_them(
    open_archive: OpenArchive,
) -> None:
    sentences = " ".join(f"Ship {number} brought {number} tonnes of salt." for number in range(60))
    terms = Terms(80, True, "At most 80 characters.")
    answers = open_archive([Article("salt", "Salt by ship", sentences, terms=terms)])
    with served(answers) as base:
        quotes = given(call(base, "ask", question="How much salt did ship 7 bring?"))["quotes"]
        assert 0 < sum(len(quote["text"]) for quote in quotes) <= 80
        fetched = given(call(base, "fetch", id="salt"))
        assert fetched["text"] == sentences
        assert fetched["metadata"]["terms"] == {
            "max_chars": 80,
            "link_required": True,
            "snippet": "At most 80 characters.",
        }


def test_an_empty_archive_finds_nothing_and_says_so(open_archive: OpenArchive) -> None:
    answers = open_archive([])
    with served(answers) as base:
        assert found(base, "anything") == []
        assert given(call(base, "ask", question="anything"))["reason"] == "empty_archive"


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("fetch", {"id": "nobody"}, "the archive has no such article"),
        ("fetch", {"id": "a" * 64}, "the archive has no such article"),
        ("fetch", {"id": "../secret"}, "id: String should match pattern"),
        ("fetch", {"id": "secret\n"}, "id: String should match pattern"),
        ("fetch", {"id": 7}, "id: Input should be a valid string"),
        ("fetch", {}, "id: Field required"),
        ("search", {"query": ""}, "query: String should have at least 1 character"),
        ("search", {"query": "secret" * 200}, "query: String should have at most 1000 characters"),
        ("search", {"query": None}, "query: Input should be a valid string"),
        ("search", {"query": "a", "secret": 1}, "Extra inputs are not permitted"),
        ("ask", {"question": "  "}, "question: String should have at least 1 character"),
        ("ask", {"question": "a", "top_k": 51}, "top_k: Input should be less than or equal to 50"),
        ("ask", {"question": "a", "top_k": "secret"}, "top_k: Input should be a valid integer"),
        ("ask", {"question": "a", "sort": "secret"}, "sort: Input should be 'relevance'"),
        ("ask", {"question": "a", "outlets": []}, "outlets: List should have at least 1 item"),
        ("ask", {"question": "a", "history": ["b"]}, "Extra inputs are not permitted"),
        ("ask", {"question": "a", "today": "secret"}, "today: expected a day as YYYY-MM-DD"),
        (
            "ask",
            {"question": "a", "published_from": "2024-05-02", "published_to": "2024-05-01"},
            "published_from is after published_to",
        ),
    ],
)
def test_wrong_arguments_are_a_plain_tool_error(
    url: str, mode: str, tool: str, arguments: dict[str, Any], message: str
) -> None:
    result = call(url, tool, mode, **arguments)
    assert result.is_error
    assert said(result).startswith(message)
    assert "secret" not in said(result)
    assert "pydantic" not in said(result)


def test_an_unknown_tool_is_an_error(url: str, mode: str) -> None:
    result = call(url, "write", mode)
    assert result.is_error
    assert said(result) == "there is no such tool; there are search, fetch, ask"


def test_an_unforeseen_fault_is_a_tool_error_that_tells_nothing(
    paper: Answerer, mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    broken = replace(paper, encoder=BrokenEncoder())  # type: ignore[arg-type]
    with served(broken) as base:
        result = call(base, "ask", mode, question=BOLTS)
    assert result.is_error
    assert said(result) == "Error executing tool ask"
    assert "secret of the machine" in caplog.text


def test_the_event_loop_is_free_while_a_question_is_answered(paper: Answerer) -> None:
    slow = HeldEncoder(paper.encoder)
    waiting = replace(paper, encoder=slow)  # type: ignore[arg-type]
    results: list[CallToolResult] = []
    with served(waiting) as base:
        asking = threading.Thread(
            target=lambda: results.append(call(base, "ask", question=BOLTS)), daemon=True
        )
        asking.start()
        assert slow.reached.wait(CALL_SECONDS)
        assert httpx2.get(f"{base}/healthz", timeout=5).status_code == 200
        assert given(call(base, "fetch", id="crane"))["id"] == "crane"
        assert not results
        slow.go_on.set()
        asking.join(CALL_SECONDS)
    assert "312 bolts" in given(results[0])["quotes"][0]["text"]
