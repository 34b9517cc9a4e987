"""The four collections of an archive, and whether they were made with the settings in force.

`articles` has one row an article, which names its current version; `versions` has the texts and
`passages` what is searched, both by version; `notes` has everything else.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from onrecord.index.errors import ArchiveMismatch, describe_mismatch
from onrecord.index.milvus.connection import Connection
from onrecord.index.milvus.rows import MAX_BYTES, MAX_PIECES, note

SCHEMA_VERSION = 2
ARTICLES, VERSIONS, PASSAGES, NOTES = (
    f"onrecord_{name}" for name in ("articles", "versions", "passages", "notes")
)
ARCHIVE = "archive"  # the note that says what archive it is
BM25 = {"bm25_k1": 1.2, "bm25_b": 0.75}  # as in the local store's word index
GRAPH = {"M": 32, "efConstruction": 200}  # HNSW's links per node, and the candidates for each
MAPPED = {"mmap_enabled": True}  # fields that are not searched take no memory
LOADING_SECONDS = 60  # in which a cluster loads a new collection
LOOKED_UP = {  # fields, beside the keys, by which rows are found
    ARTICLES: ("location", "bucket", "number"),
    VERSIONS: (),
    PASSAGES: ("version",),
    NOTES: ("kind",),
}


def prepare(connection: Connection, build: Mapping[str, str], dimension: int) -> str:
    """Make the collections and indexes that are missing, load all, and return the archive's name.

    Raises `ArchiveMismatch` where the archive was built with other settings.
    """
    made = set(connection.call("list_collections"))
    for name, fields in _fields(dimension).items():
        if name not in made:
            _create(connection, name, fields)
        _index(connection, name)
        connection.call("load_collection", name, timeout=LOADING_SECONDS)
    wanted = {"schema": SCHEMA_VERSION, "build": dict(build), "dimension": dimension}
    described = f'kind == "{ARCHIVE}"'
    if not connection.query(NOTES, described, ["key"]):
        body = json.dumps({**wanted, "name": str(uuid.uuid4())})
        connection.upsert(NOTES, [note(ARCHIVE, ARCHIVE, body=body)])
    (row,) = connection.query(NOTES, described, ["body"])
    found = json.loads("".join(row["body"]))
    differs = describe_mismatch(wanted, found)
    if differs:
        raise ArchiveMismatch(
            f"the archive in Milvus at {connection.uri} was built with other settings: {differs}. "
            "Set them back, or build into another database"
        )
    return str(found["name"])


def _fields(dimension: int) -> dict[str, dict[str, dict[str, Any]]]:
    """Each collection's fields, its key first. Milvus requires a vector in each."""
    from pymilvus import DataType

    key = {"datatype": DataType.VARCHAR, "max_length": 256}
    text = {**key, "max_length": MAX_BYTES}
    integer = {"datatype": DataType.INT64}
    array = {"datatype": DataType.ARRAY, "element_type": DataType.VARCHAR, **MAPPED}
    body = {**array, "max_capacity": MAX_PIECES, "max_length": MAX_BYTES}
    unused = {"datatype": DataType.FLOAT_VECTOR, "dim": 2}
    published = {"first": integer, "last": integer, "outlet": text}
    return {
        ARTICLES: {
            **{"id": key, "version": key, "location": text, "digest": key, "language": key},
            **{**published, "passages": integer, "bucket": integer, "number": integer},
            "earlier": {**array, "max_capacity": MAX_PIECES, "max_length": 256},
            **{"deleted": {"datatype": DataType.BOOL}, "unused": unused},
        },
        VERSIONS: {"key": key, "body": body, "unused": unused},
        PASSAGES: {
            **{"key": integer, "version": key, **published, "body": body},
            "words": {**text, **MAPPED, "enable_analyzer": True, "enable_match": True},
            "bm25": {"datatype": DataType.SPARSE_FLOAT_VECTOR},
            "vector": {"datatype": DataType.FLOAT_VECTOR, "dim": dimension},
        },
        NOTES: {
            **{"key": key, "kind": key, "name": text, "body": body},
            **{"number": integer, "at": integer, "unused": unused},
        },
    }


def _create(connection: Connection, name: str, fields: dict[str, dict[str, Any]]) -> None:
    """Make a collection of strong consistency: a query sees all that was written before it."""
    from pymilvus import Function, FunctionType, MilvusClient

    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    for at, (field, described) in enumerate(fields.items()):
        schema.add_field(field, is_primary=at == 0, **described)
    if name == PASSAGES:
        schema.add_function(Function("bm25", FunctionType.BM25, ["words"], ["bm25"]))
    connection.call("create_collection", name, schema=schema, consistency_level="Strong")


def _index(connection: Connection, name: str) -> None:
    """Make the missing indexes: all at first, some after a process died while making them."""
    from pymilvus import MilvusClient

    vectors: dict[str, dict[str, Any]] = {"unused": {"index_type": "FLAT", "metric_type": "L2"}}
    if name == PASSAGES:
        graph = {"index_type": "HNSW", "params": GRAPH}
        vectors = {
            "bm25": {"index_type": "SPARSE_INVERTED_INDEX", "metric_type": "BM25", "params": BM25},
            "vector": {
                "metric_type": "IP",
                **({"index_type": "FLAT"} if connection.is_lite else graph),
            },
        }
    wanted = {**vectors, **{field: {"index_type": "INVERTED"} for field in LOOKED_UP[name]}}
    there = set(connection.call("list_indexes", name))
    indexes = MilvusClient.prepare_index_params()
    for field, described in wanted.items():
        if field not in there:
            indexes.add_index(field, index_name=field, **described)
    if len(indexes):
        connection.call("create_index", name, indexes, sync=False)  # there are no rows to wait for
