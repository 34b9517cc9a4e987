"""A reader that has learned nothing: what is tested is how it is read."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def untrained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a reader with random heads, exported as a trained one would be."""
    import torch

    from onrecord.eval.lab.reader.model import Reader, export

    torch.manual_seed(3)
    reader, tokenizer = Reader.from_packaged()
    folder = tmp_path_factory.mktemp("reader")
    export(reader, tokenizer, folder, {"command": "a test"})
    return folder
