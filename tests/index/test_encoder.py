"""The encoder that serves: unit vectors, alone in their batch, without torch."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from onrecord.index import encoder as encoder_module
from onrecord.index.defaults import DEFAULT_MODEL
from onrecord.index.encoder import (
    Encoder,
    cache_folder,
    encode_all,
    open_encoder,
    pad,
    plan_batches,
)
from onrecord.index.errors import ModelUnusable
from onrecord.service.settings import Settings

FERRY = "The ferry was four hours late because of the storm."
LIBRARY = "The council voted to keep the library open on Sundays."
HEAVY = ("torch", "transformers", "sentence_transformers", "onnx", "sklearn", "matplotlib")


def run_python(script: str, *arguments: str) -> str:
    """What a fresh Python prints."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_vectors_have_length_one(encoder: Encoder) -> None:
    vectors = encode_all(encoder, [FERRY, LIBRARY, "ok", "", "図書館", "👩‍👩‍👧‍👦"])
    assert vectors.shape == (6, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1).tolist() == pytest.approx([1.0] * 6, abs=1e-5)


def test_a_question_lies_nearest_to_the_passage_that_answers_it(encoder: Encoder) -> None:
    question = encoder.encode_question("Why were the boats delayed?")
    ferry, library = encode_all(encoder, [FERRY, LIBRARY]) @ question
    assert ferry > 0.4 > library


def test_a_vector_does_not_depend_on_its_neighbours(encoder: Encoder) -> None:
    (alone,) = encoder.encode_passages([FERRY])
    among = list(encoder.encode_passages([LIBRARY, "x " * 200, FERRY, "ok", FERRY]))
    assert np.array_equal(among[2], alone)
    assert np.array_equal(among[4], alone)


def test_vectors_come_in_the_order_of_their_texts(encoder: Encoder) -> None:
    texts = [
        f"{word} " * (1 + 60 * (at % 2)) for at, word in enumerate(["one", "two", "three", "four"])
    ]
    together = encode_all(encoder, texts)
    assert all(
        np.array_equal(vector, next(encoder.encode_passages([text])))
        for vector, text in zip(together, texts, strict=True)
    )


def test_no_texts_give_no_vectors(encoder: Encoder) -> None:
    assert encode_all(encoder, []).shape == (0, 384)


def test_the_models_own_marks_are_counted(encoder: Encoder) -> None:
    assert encoder.count_pieces("The library.") == 5
    assert encoder.count_pieces("") == 2


def test_a_question_over_the_limit_is_read_to_the_limit(encoder: Encoder) -> None:
    at_the_limit = encoder.encode_question("ferry " * 254)
    assert np.array_equal(encoder.encode_question("ferry " * 9_000 + "library"), at_the_limit)


def test_a_passage_at_the_limit_is_encoded_and_one_over_it_is_not(encoder: Encoder) -> None:
    assert len(list(encoder.encode_passages(["ferry " * 254]))) == 1
    with pytest.raises(ValueError, match="at most 256 word-pieces, got 257"):
        list(encoder.encode_passages(["ferry " * 255]))


@pytest.mark.slow
def test_encoding_a_question_imports_no_torch() -> None:
    modules = run_python(
        """
        import sys
        from onrecord.service.archive import load_encoder
        from onrecord.service.settings import Settings
        load_encoder(Settings()).encode_question("Why was the ferry late?")
        print(*sys.modules, sep="\\n")
        """
    ).split()
    assert "onnxruntime" in modules
    assert [name for name in HEAVY if name in modules] == []


@pytest.mark.slow
def test_asking_on_the_command_line_imports_no_torch(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "ferry.md").write_text(f"# Ferry delayed\n\n{FERRY} Nobody was hurt.\n")
    printed = run_python(
        """
        import sys
        import onrecord.service.cli
        news, archive = sys.argv[1:]
        for arguments in (["build", news], ["ask", "Why was the ferry late?"]):
            sys.argv = ["onrecord", *arguments, "--archive", archive]
            try:
                onrecord.service.cli.main()
            except SystemExit as ending:
                assert not ending.code, ending.code
        print("imported:", *sys.modules)
        """,
        str(tmp_path / "news"),
        str(tmp_path / "archive"),
    )
    said, modules = printed.split("imported:")
    assert "four hours late because of the storm" in " ".join(said.split())
    assert [name for name in HEAVY if name in modules.split()] == []


def test_a_packaged_model_of_other_weights_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "other_minilm"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "model" / "model.safetensors").write_bytes(b"damaged")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(encoder_module, "PACKAGE", "other_minilm")
    with pytest.raises(
        ModelUnusable, match=f"expected sha256 {encoder_module.PACKAGE_SHA256}, got 41f0c27c"
    ):
        open_encoder(DEFAULT_MODEL, tmp_path / "cache")


def test_a_missing_packaged_model_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder_module, "PACKAGE", "no_such_minilm")
    with pytest.raises(ModelUnusable, match="pip install no_such_minilm"):
        open_encoder(DEFAULT_MODEL, tmp_path / "cache")


@pytest.fixture
def cache(tmp_path: Path, encoder: Encoder) -> Path:
    """A copy of the default encoder's cache, to be damaged."""
    assert encoder.description.graph_sha256
    folder = cache_folder(DEFAULT_MODEL, Settings().cache, "int8")
    copy = cache_folder(DEFAULT_MODEL, tmp_path, "int8")
    copy.mkdir(parents=True)
    for file in folder.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    return tmp_path


def test_a_flipped_bit_in_the_cached_graph_is_found(cache: Path) -> None:
    graph = cache_folder(DEFAULT_MODEL, cache, "int8") / "encoder.onnx"
    raw = bytearray(graph.read_bytes())
    raw[len(raw) // 2] ^= 1
    graph.write_bytes(raw)
    with pytest.raises(ModelUnusable, match=r"encoder.onnx is damaged: delete .* and try again"):
        open_encoder(DEFAULT_MODEL, cache)


def test_a_missing_cached_graph_is_found(cache: Path) -> None:
    (cache_folder(DEFAULT_MODEL, cache, "int8") / "encoder.onnx").unlink()
    with pytest.raises(ModelUnusable, match=r"encoder.onnx is damaged"):
        open_encoder(DEFAULT_MODEL, cache)


@pytest.mark.parametrize("written", ["", "{", "[]", '{"model": "x"}', "\x00"])
def test_a_damaged_description_is_found(cache: Path, written: str) -> None:
    (cache_folder(DEFAULT_MODEL, cache, "int8") / "encoder.json").write_text(written)
    with pytest.raises(ModelUnusable, match=r"encoder.json is damaged"):
        open_encoder(DEFAULT_MODEL, cache)


def test_a_whole_cache_is_opened_without_exporting(cache: Path, encoder: Encoder) -> None:
    opened = open_encoder(DEFAULT_MODEL, cache)
    assert opened.description == encoder.description
    assert np.array_equal(opened.encode_question(FERRY), encoder.encode_question(FERRY))


@pytest.mark.parametrize(
    ("lengths", "budget", "batches"),
    [
        pytest.param([3, 10, 9, 4, 2], 20, [[1, 2], [3, 0, 4]], id="the longest go first"),
        pytest.param([10, 1, 1, 1], 20, [[0, 1], [2, 3]], id="padding counts"),
        pytest.param([2, 5, 3], 0, [[1], [2], [0]], id="no budget separates all texts"),
        pytest.param([50, 4, 4], 20, [[0], [1, 2]], id="a text over the budget is alone"),
        pytest.param([], 100, [], id="no texts make no batch"),
    ],
)
def test_texts_are_encoded_in_batches_that_fit_the_budget(
    lengths: list[int], budget: int, batches: list[list[int]]
) -> None:
    assert plan_batches(lengths, budget) == batches


def test_shorter_texts_are_padded_and_masked() -> None:
    feeds = pad([[101, 7, 102], [101, 102]])
    assert feeds["input_ids"].tolist() == [[101, 7, 102], [101, 102, 0]]
    assert feeds["attention_mask"].tolist() == [[1, 1, 1], [1, 1, 0]]
    assert not np.any(feeds["token_type_ids"])
