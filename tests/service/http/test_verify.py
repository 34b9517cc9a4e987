"""POST /verify, to the letter of the contract."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from onrecord.service.answer import Answerer
from tests.service.clients import client_of
from tests.service.http.conversations import SECRET

JSON = {"Content-Type": "application/json"}
BOLTS = "Engineers replaced 312 bolts and tested the arm with a load of forty tonnes."
MATCH = {"article", "start", "end", "text", "similarity", "diff", "headline"}


def check(client: TestClient, quote: str) -> dict[str, Any]:
    """The answer, after all that the contract says of it."""
    response = client.post("/verify", json={"quote": quote})
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    answer: dict[str, Any] = response.json()
    assert set(answer) == {"verdict", "matches"}
    assert answer["verdict"] in ("verbatim", "altered", "not_found")
    assert (answer["verdict"] == "not_found") == (answer["matches"] == [])
    assert len(answer["matches"]) <= 10
    for match in answer["matches"]:
        assert set(match) == MATCH
        whole = client.get(f"/articles/{match['article']['id']}").json()
        if match["headline"]:
            assert (match["start"], match["end"]) == (0, 0)
            assert match["text"] in whole["title"]
        else:
            assert whole["text"][match["start"] : match["end"]] == match["text"]
        assert {name: whole[name] for name in match["article"]} == match["article"]
        assert set(whole) - set(match["article"]) == {"text", "evidence"}
        assert 0.5 <= match["similarity"] <= 1
        assert all(set(piece) == {"op", "text"} for piece in match["diff"])
        assert joined(match, "equal", "delete") == quote
        assert joined(match, "equal", "insert") == match["text"]
    return answer


def joined(match: dict[str, Any], *ops: str) -> str:
    return "".join(piece["text"] for piece in match["diff"] if piece["op"] in ops)


def refused(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert SECRET not in response.text
    problem: dict[str, Any] = response.json()
    return problem


def test_a_sentence_of_the_archive_is_verbatim(client: TestClient) -> None:
    answer = check(client, BOLTS)
    assert answer["verdict"] == "verbatim"
    assert answer["matches"][0]["article"]["id"] == "crane"
    assert answer["matches"][0]["similarity"] == 1
    assert answer["matches"][0]["diff"] == [{"op": "equal", "text": BOLTS}]


def test_a_changed_sentence_is_altered_and_says_what_was_changed(client: TestClient) -> None:
    answer = check(client, BOLTS.replace("312", "412"))
    assert answer["verdict"] == "altered"
    assert answer["matches"][0]["similarity"] == pytest.approx(1 - 1 / 14, abs=1e-6)
    assert answer["matches"][0]["diff"][:4] == [
        {"op": "equal", "text": "Engineers replaced "},
        {"op": "delete", "text": "412"},
        {"op": "insert", "text": "312"},
        {"op": "equal", "text": BOLTS[BOLTS.index(" bolts") :]},
    ]


def test_a_headline_is_found_and_has_no_offsets_of_the_text(client: TestClient) -> None:
    title = client.get("/articles/crane").json()["title"]
    answer = check(client, f"“{title}”")
    assert answer["verdict"] == "verbatim"
    assert (answer["matches"][0]["headline"], answer["matches"][0]["text"]) == (True, title)


def test_a_sentence_of_nobody_is_not_found(client: TestClient) -> None:
    assert check(client, "Zwölf Boxkämpfer jagen Viktor.")["verdict"] == "not_found"


def test_offsets_behind_astral_characters_count_code_points(client: TestClient) -> None:
    first = check(client, "The growers of Varnholm counted 19 nights")["matches"][0]
    assert (first["article"]["id"], first["start"]) == ("orchard", 69)


def test_white_space_around_a_quote_is_part_of_what_was_submitted(client: TestClient) -> None:
    answer = check(client, f" \n“{BOLTS}”\t")
    assert answer["verdict"] == "verbatim"
    assert answer["matches"][0]["text"] == BOLTS


@pytest.mark.parametrize(
    "quote",
    [
        " ",
        "?",
        "\x00\x01\x1b[31m",
        "🐟" * 5_000,
        "x" * 5_000,
        "a " * 2_500,
        "“" * 5_000,
        "' \" ' \"",
        "312 " * 1_250,
        "\u200b\u202e\u2066",
        "e\u0301" * 2_500,
        "隧道为什么关闭？",
        "\U0010ffff\ue000\ufffe",
        '((((a:b AND "*~^',
        BOLTS * 60,
        ("the " * 1_249) + "and",
    ],
    ids=range(16),
)
def test_a_strange_quote_gets_an_honest_answer(client: TestClient, quote: str) -> None:
    check(client, quote)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b"null", "/"),
        (b"{}", "/quote"),
        (b'{"quote": null}', "/quote"),
        (b'{"quote": ""}', "/quote"),
        (b'{"quote": 7}', "/quote"),
        (b'{"quote": ["kx9secretqz"]}', "/quote"),
        (b'{"quote": "kx9secretqz ' + b"x" * 5_000 + b'"}', "/quote"),
        (b'{"quote": "\\ud800 kx9secretqz"}', "/quote"),
        (b'{"quote": "\\udc00\\ud800"}', "/quote"),
        (b'{"quote": "q", "kx9secretqz": 1}', "/"),
    ],
)
def test_a_wrong_field_is_a_422_that_names_it(
    client: TestClient, body: bytes, pointer: str
) -> None:
    problem = refused(client.post("/verify", content=body, headers=JSON), 422)
    assert pointer in [fault["pointer"] for fault in problem["errors"]]


@pytest.mark.parametrize("body", [b"{", b'{"quote": "kx9secretqz"', b"kx9secretqz", b"\xff\xfe"])
def test_malformed_json_is_a_400(client: TestClient, body: bytes) -> None:
    refused(client.post("/verify", content=body, headers=JSON), 400)


def test_the_contract_shows_an_example_and_the_faults(client: TestClient) -> None:
    contract = client.get("/openapi.json").json()
    operation = contract["paths"]["/verify"]["post"]
    assert {"200", "400", "422"} <= set(operation["responses"])
    shape = contract["components"]["schemas"]["VerifyIn"]
    assert shape["properties"]["quote"]["maxLength"] == 5_000
    assert shape["examples"][0]["quote"]


def test_the_example_is_verbatim_in_the_projects_own_briefs(briefs: Answerer) -> None:
    client = client_of(briefs)
    shape = client.get("/openapi.json").json()["components"]["schemas"]["VerifyIn"]
    assert check(client, shape["examples"][0]["quote"])["verdict"] == "verbatim"
