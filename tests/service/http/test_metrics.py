"""What Prometheus is given."""

from __future__ import annotations

import re
from dataclasses import replace

from prometheus_client.parser import text_string_to_metric_families

from onrecord.service.answer import Answerer
from onrecord.service.http.monitoring import Metrics
from tests.service.clients import client_of


def values(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Each sample's value by its name and labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_answers_are_counted_by_outcome(paper: Answerer) -> None:
    client = client_of(paper)
    strict = client_of(replace(paper, min_confidence=1.0))
    question = {"question": "Who is the harbour master of Varnholm?"}
    for asked in (client, client, strict):
        asked.post("/query", json=question)
    counted = values(client.get("/metrics").text)
    assert counted["onrecord_answers_total", (("outcome", "answered"),)] == 2
    refused = values(strict.get("/metrics").text)
    assert refused["onrecord_answers_total", (("outcome", "weak_evidence"),)] == 1


def test_each_stage_of_an_answer_is_timed(paper: Answerer) -> None:
    client = client_of(paper)
    client.post("/query", json={"question": "Who is the harbour master of Varnholm?"})
    found = values(client.get("/metrics").text)
    for stage in ("reading", "searching", "quoting"):
        assert found["onrecord_stage_seconds_count", (("stage", stage),)] == 1


def test_requests_are_timed_by_route_and_never_by_what_was_sent(paper: Answerer) -> None:
    client = client_of(paper)
    client.get("/articles/crane")
    client.get("/articles/bakery")
    client.get("/secret-of-mine")
    client.request("BREW", "/healthz")
    text = client.get("/metrics").text
    labels = (("method", "GET"), ("route", "/articles/{article_id}"), ("status", "200"))
    assert values(text)["onrecord_http_request_seconds_count", labels] == 2
    assert "secret-of-mine" not in text
    assert "BREW" not in text


def test_the_archive_is_reported_as_it_is(paper: Answerer) -> None:
    found = values(client_of(paper).get("/metrics").text)
    assert found["onrecord_archive_articles", ()] == 9
    assert found["onrecord_archive_generation", ()] >= 1
    assert found["onrecord_requests_waiting", ()] == 0


def test_two_applications_count_apart() -> None:
    one, other = Metrics(), Metrics()
    one.count_answer("answered")
    assert b'outcome="answered"} 1.0' in one.write()
    assert not re.search(rb'outcome="answered"', other.write())
