"""The four collections of an archive, and whether they were made with the settings in force.

`passages`, `articles` and `notes` (sources and tombstones) hold rows that say which generation
added and removed them; `ledger` says which generations are published.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from onrecord.index.errors import ArchiveMismatch, describe_mismatch
from onrecord.index.milvus.connection import Connection

SCHEMA_VERSION = 2
ARTICLES, PASSAGES, NOTES, LEDGER = (
    f"onrecord_{name}" for name in ("articles", "passages", "notes", "ledger")
)
ARCHIVE = "archive"  # the ledger's row that says what archive it is
NEVER = 2**62  # stands for the generation that removes a live row
MAX_BYTES = 65_535  # of a VARCHAR; Milvus allows no more
MAX_PIECES = 4_096  # of an ARRAY; Milvus allows no more
BM25 = {"bm25_k1": 1.2, "bm25_b": 0.75}  # as in the local store's word index
MAPPED = {"mmap_enabled": True}  # fields that are not searched take no memory
LOADING_SECONDS = 60  # in which a cluster loads a new collection
LOOKED_UP = {  # fields, beside the keys, by which rows are found
    ARTICLES: ("id", "location", "sha256"),
    PASSAGES: ("version",),
    NOTES: ("kind", "name"),
    LEDGER: (),
}
GRAPH = {"M": 32, "efConstruction": 200}  # HNSW's links per node, and the candidates for each


def prepare(connection: Connection, build: Mapping[str, str], dimension: int) -> None:
    """Make the collections and indexes that are missing, and load all.

    Raises `ArchiveMismatch` where the archive was built with other settings.
    """
    made = set(connection.call("list_collections"))
    for name, fields in _fields(dimension).items():
        if name not in made:
            _create(connection, name, fields)
        _index(connection, name)
        connection.call("load_collection", name, timeout=LOADING_SECONDS)
    found = connection.query(LEDGER, f'kind == "{ARCHIVE}"', ["body"])
    wanted = {"schema": SCHEMA_VERSION, "build": dict(build), "dimension": dimension}
    if not found:
        body = json.dumps({**wanted, "name": str(uuid.uuid4())})
        connection.call("upsert", LEDGER, [ledger_row(ARCHIVE, ARCHIVE, 0, 0, body)])
        found = connection.query(LEDGER, f'kind == "{ARCHIVE}"', ["body"])
    differs = describe_mismatch(wanted, json.loads(found[0]["body"]))
    if differs:
        raise ArchiveMismatch(
            f"the archive in Milvus at {connection.uri} was built with other settings: {differs}. "
            "Set them back, or build into another database"
        )


def ledger_row(token: str, kind: str, generation: int, at: int, body: str) -> dict[str, Any]:
    """A row of the ledger; `at` is in seconds since 1970."""
    return {
        "token": token,
        "kind": kind,
        "generation": generation,
        "at": at,
        "body": body,
        "unused": [0.0, 0.0],
    }


def _fields(dimension: int) -> dict[str, list[dict[str, Any]]]:
    """Each collection's fields, its key first. Milvus requires a vector in each."""
    lived = [_integer("added"), _integer("removed")]
    unused = {"field_name": "unused", "datatype": "FLOAT_VECTOR", "dim": 2}
    published = [_integer("first"), _integer("last"), _text("outlet")]
    return {
        ARTICLES: [
            _text("key", 256),
            *(_text("id", 64), _text("sha256", 64), _text("digest", 64), _text("location")),
            *published,
            *(*lived, _integer("erased"), _text_pieces("body"), unused),
        ],
        PASSAGES: [
            _integer("key"),
            *(_text("version", 256), _text("article", 64), *published, *lived),
            *(_integer("start"), _integer("end"), _integer("tokens"), {**_text("text"), **MAPPED}),
            *(_text_pieces("sentences"), _text_pieces("sentence_vectors")),
            {**_text("words"), **MAPPED, "enable_analyzer": True, "enable_match": True},
            {"field_name": "bm25", "datatype": "SPARSE_FLOAT_VECTOR"},
            {"field_name": "vector", "datatype": "FLOAT_VECTOR", "dim": dimension},
        ],
        NOTES: [
            _text("key", 256),
            *(_text("kind", 16), _text("name"), _text_pieces("body"), *lived, unused),
        ],
        LEDGER: [
            _text("token", 128),
            *(_text("kind", 16), _integer("generation"), _integer("at"), _text("body"), unused),
        ],
    }


def _create(connection: Connection, name: str, fields: list[dict[str, Any]]) -> None:
    """Make a collection of strong consistency: a query sees all that was written before it."""
    from pymilvus import DataType, Function, FunctionType, MilvusClient

    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    for at, field in enumerate(fields):
        types: dict[str, Any] = {
            key: getattr(DataType, field[key])
            for key in ("datatype", "element_type")
            if key in field
        }
        schema.add_field(**{**field, **types, "is_primary": at == 0})
    if name == PASSAGES:
        schema.add_function(Function("bm25", FunctionType.BM25, ["words"], ["bm25"]))
    connection.call("create_collection", name, schema=schema, consistency_level="Strong")


def _index(connection: Connection, name: str) -> None:
    """Make the missing indexes: all at first, some after a process died while making them."""
    from pymilvus import MilvusClient

    there = set(connection.call("list_indexes", name))
    indexes = MilvusClient.prepare_index_params()
    for field, described in _indexes(name, connection.is_lite).items():
        if field not in there:
            indexes.add_index(field, index_name=field, **described)
    if len(indexes):
        connection.call("create_index", name, indexes, sync=False)  # there are no rows to wait for


def _indexes(name: str, exact: bool) -> dict[str, dict[str, Any]]:
    nothing = {"index_type": "FLAT", "metric_type": "L2"}
    vectors: dict[str, dict[str, Any]] = {"unused": nothing}
    if name == PASSAGES:
        graph = {"index_type": "HNSW", "params": GRAPH}
        words = {"index_type": "SPARSE_INVERTED_INDEX", "metric_type": "BM25", "params": BM25}
        scan = {"index_type": "FLAT"}
        vectors = {"bm25": words, "vector": {"metric_type": "IP", **(scan if exact else graph)}}
    return {**vectors, **{field: {"index_type": "INVERTED"} for field in LOOKED_UP[name]}}


def _text(name: str, most_bytes: int = MAX_BYTES) -> dict[str, Any]:
    return {"field_name": name, "datatype": "VARCHAR", "max_length": most_bytes}


def _integer(name: str) -> dict[str, Any]:
    return {"field_name": name, "datatype": "INT64"}


def _text_pieces(name: str) -> dict[str, Any]:
    return {
        "field_name": name,
        "datatype": "ARRAY",
        "element_type": "VARCHAR",
        "max_capacity": MAX_PIECES,
        "max_length": MAX_BYTES,
        **MAPPED,
    }
