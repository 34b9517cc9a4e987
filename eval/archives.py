"""Archives built from data sets for measuring, and the data sets' files."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.encoder import Encoder
from index.ingest import ingest
from service.answer import Answerer
from service.confidence import shipped
from service.opening import open_store
from service.settings import Settings


@contextmanager
def kept_archive(
    folder: Path, paths: Sequence[Path], settings: Settings, encoder: Encoder
) -> Iterator[Answerer]:
    """An answerer over the files, built into `folder` where that has not been done."""
    store = open_store(settings.model_copy(update={"archive": folder}), encoder)
    ingest(paths, store, encoder, settings.budget)
    try:
        yield Answerer(store, encoder, settings.ranking, shipped(), settings.min_confidence)
    finally:
        store.close()


@contextmanager
def scratch_archive(
    records: Sequence[dict[str, Any]], settings: Settings, encoder: Encoder
) -> Iterator[Answerer]:
    """An answerer over some records, gone afterwards."""
    with tempfile.TemporaryDirectory() as scratch:
        lines = Path(scratch, "records.jsonl")
        lines.write_text("".join(json.dumps(record) + "\n" for record in records))
        with kept_archive(Path(scratch, "archive"), [lines], settings, encoder) as answers:
            yield answers


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The records of a JSON Lines file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def read_gold(path: Path) -> dict[str, list[str]]:
    """Each question's relevant articles, the most relevant first, from BEIR's qrels."""
    gold: dict[str, list[tuple[int, str]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        question, article, level = line.split("\t")
        gold.setdefault(question, []).append((-int(level), article))
    return {question: [name for _, name in sorted(found)] for question, found in gold.items()}
