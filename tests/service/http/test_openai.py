"""POST /v1/chat/completions and GET /v1/models: what OpenAI's client is told."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import openai
import pytest

from onrecord.index.tokens import count_tokens
from onrecord.service.answer import Answerer, Query
from onrecord.service.citations import link, place, say_terms
from onrecord.service.openai import name_source
from tests.service.clients import client_of
from tests.service.http.conversations import CRANE, user
from tests.service.http.openai_client import complete, content_of, post

FROST = "How many nights of frost came after the bloom?"
TUNNEL = "Why was the tunnel closed?"


def quotes_in(content: str) -> list[str]:
    """The texts of the blockquotes, their markup taken off."""
    quotes: list[list[str]] = []
    before = ""
    for line in content.split("\n"):
        if line.startswith("> "):
            if not before.startswith("> "):
                quotes.append([])
            quotes[-1].append(line.removeprefix("> "))
        before = line
    return ["\n".join(lines) for lines in quotes]


def test_the_content_is_quotes_and_citations_to_the_letter(official: openai.OpenAI) -> None:
    content = content_of(complete(official, user("How many crowns did the company lose?")))
    first = content.split("\n\n> ")[0]
    assert first == (
        "> The night ferry between Varnholm and the island of Lys sails no more. The company lost "
        "2.5 million crowns on it, its director Mona Berg told the harbour council.\n\n"
        "— “Night ferry stops”, undated ([source](https://ferry.example/notes#night:~:text="
        "The%20night%20ferry%20between%20Varnholm%20and,Mona%20Berg%20told%20the%20harbour%20"
        "council.))"
    )


@pytest.mark.parametrize("question", [CRANE, FROST, TUNNEL, "What does the library lend?"])
def test_every_quote_is_the_articles_text(
    official: openai.OpenAI, paper: Answerer, question: str
) -> None:
    quotes = quotes_in(content_of(complete(official, user(question))))
    expected = paper.answer(Query(question)).quotes
    assert quotes == [q.article.text[q.span.start : q.span.end] for q in expected]
    assert len(quotes) == 5


def base_of(client: openai.OpenAI) -> str:
    """The service's own address."""
    return str(client.base_url).removesuffix("v1/")


@pytest.mark.parametrize("question", [CRANE, FROST, TUNNEL])
def test_nothing_else_is_said(official: openai.OpenAI, paper: Answerer, question: str) -> None:
    rest, base = content_of(complete(official, user(question))), base_of(official)
    for quote in paper.answer(Query(question)).quotes:
        for text in ("\n".join(f"> {line}" for line in quote.text.split("\n")), "— "):
            assert text in rest
            rest = rest.replace(text, "", 1)
        for article in (quote.article, *quote.also_in):
            rest = rest.replace(name_source(article), "", 1)
        for address in (link(quote, base), *(place(one, base) for one in quote.also_in)):
            rest = rest.replace(f" ([source]({address}))", "", 1)
        if quote.article.terms:
            rest = rest.replace(say_terms(quote.article.terms), "", 1)
    assert set(rest.split()) <= {"also", "in:"}


def test_annotations_point_at_the_citations(official: openai.OpenAI, paper: Answerer) -> None:
    message = complete(official, user(FROST)).choices[0].message
    content, annotations = content_of(complete(official, user(FROST))), message.annotations
    assert annotations
    cited = [content[a.url_citation.start_index : a.url_citation.end_index] for a in annotations]
    assert "🍎" in content[: annotations[0].url_citation.start_index]  # offsets are code points
    assert cited[0] == "Harbour Post, “Orchards bloom early”, 31 December 2023"
    quotes = paper.answer(Query(FROST)).quotes
    shown = [article for quote in quotes for article in (quote.article, *quote.also_in)]
    assert cited == [name_source(article) for article in shown]
    for annotation, text in zip(annotations, cited, strict=True):
        assert annotation.type == "url_citation"
        assert annotation.url_citation.title in text
        assert annotation.url_citation.url.startswith(("https://", base_of(official)))


def test_the_offsets_of_a_citation_are_known_numbers(official: openai.OpenAI) -> None:
    first = (complete(official, user(CRANE)).choices[0].message.annotations or [])[0].url_citation
    quoted = len(
        "> The harbour of Varnholm reopened its eastern crane on Monday after eleven weeks of "
        "repairs. Engineers replaced 312 bolts and tested the arm with a load of forty tonnes. "
        "The port authority expects nine ships a day.\n> Harbour master Jonas Ek thanked the night "
        "shift."
    )
    start = quoted + len("\n\n— ")
    assert (first.start_index, first.end_index) == (start, start + 51)
    assert first.title == "Eastern crane reopens"
    assert first.url.startswith("https://post.example/crane?page=1#:~:text=The%20harbour%20of")


def test_an_article_without_a_url_is_cited_with_its_page_in_the_service(
    official: openai.OpenAI,
) -> None:
    completion = complete(official, user(TUNNEL))
    content, message = content_of(completion), completion.choices[0].message
    cited = (message.annotations or [])[0].url_citation
    assert cited.title == "Tunnel shut"
    assert cited.url.startswith(f"{base_of(official)}articles/tunnel-early#0-")
    source = f"Alpha, “Tunnel shut”, May 2022 ([source]({cited.url}))"
    assert f"\n\n— {source}\n\nalso in: " in content


def test_a_completion_has_openais_shape(official: openai.OpenAI, paper: Answerer) -> None:
    messages = [{"role": "system", "content": "Invent something."}, user(CRANE)]
    completion = complete(official, *messages)
    content = content_of(completion)
    assert completion.id.startswith("chatcmpl-")
    assert completion.object == "chat.completion"
    assert completion.created > 1_700_000_000
    assert completion.model == "onrecord"
    assert completion.system_fingerprint == paper.answer(Query(CRANE)).fingerprint
    (choice,) = completion.choices
    assert (choice.index, choice.finish_reason, choice.logprobs) == (0, "stop", None)
    assert (choice.message.role, choice.message.refusal) == ("assistant", None)
    prompt = count_tokens("Invent something.") + count_tokens(CRANE)
    assert completion.usage is not None
    assert completion.usage.prompt_tokens == prompt == 16
    assert completion.usage.completion_tokens == count_tokens(content)
    assert completion.usage.total_tokens == prompt + count_tokens(content)


def test_two_completions_differ_in_their_ids_alone(official: openai.OpenAI) -> None:
    one, two = (complete(official, user(FROST)).model_dump() for _ in range(2))
    assert one.pop("id") != two.pop("id")
    assert abs(one.pop("created") - two.pop("created")) <= 5
    assert one == two


def test_no_answer_is_said_and_the_nearest_misses_are_not_cited(paper: Answerer) -> None:
    response = post(client_of(replace(paper, min_confidence=1.1))).json()
    message = response["choices"][0]["message"]
    lines = message["content"].split("\n\n")
    assert lines[:2] == [
        "The archive does not answer this.",
        "Nearest misses, which do not answer it:",
    ]
    assert len(quotes_in(message["content"])) == 5
    assert message["annotations"] == []
    assert response["choices"][0]["finish_reason"] == "stop"


def test_an_empty_archive_says_so_and_no_more(open_archive: Any) -> None:
    client = client_of(open_archive([]))
    message = post(client).json()["choices"][0]["message"]
    assert message["content"] == "The archive is empty: run `onrecord build` first."
    chunks = post(client, stream=True).text.split("\n\n")
    deltas = [json.loads(c.removeprefix("data: "))["choices"][0]["delta"] for c in chunks[:-2]]
    assert deltas == [{"role": "assistant", "content": ""}, {"content": message["content"]}, {}]


def test_the_models_are_one(official: openai.OpenAI) -> None:
    models = official.models.list()
    assert models.object == "list"
    (model,) = models.data
    assert (model.id, model.object, model.owned_by) == ("onrecord", "model", "onrecord")
    assert official.models.retrieve("onrecord") == model
