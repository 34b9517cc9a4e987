"""Layer normalisation rewritten: the same numbers by other operators."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto
from onnx.helper import make_graph, make_model, make_node, make_opsetid, make_tensor_value_info

from onrecord.index.norms import FUSED, spread_norms

WIDTH = 8


def save_graph(path: Path, norms: int, *, biased: bool) -> None:
    """A graph that adds its two inputs and normalises the sum, so many times."""
    weights = {"weight": np.linspace(0.5, 2, WIDTH), "shift": np.linspace(-1, 1, WIDTH)}
    weights["bias"] = np.linspace(3, 4, WIDTH)
    nodes = [
        make_node(
            FUSED,
            [
                f"text{at}" if at else "text",
                "skip",
                "weight",
                "shift",
                *(["bias"] if biased else []),
            ],
            [f"text{at + 1}"],
            epsilon=1e-12,
            domain="com.microsoft",
        )
        for at in range(norms)
    ]
    nodes.append(make_node("Identity", [f"text{norms}" if norms else "text"], ["out"]))
    shape = ["texts", "pieces", WIDTH]
    inputs = [make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("text", "skip")]
    kept = [onnx.numpy_helper.from_array(v.astype(np.float32), k) for k, v in weights.items()]
    out = [make_tensor_value_info("out", TensorProto.FLOAT, shape)]
    graph = make_graph(nodes, "norms", inputs, out, kept)
    opsets = [make_opsetid("", 17), make_opsetid("com.microsoft", 1)]
    onnx.save(make_model(graph, opset_imports=opsets, ir_version=9), path)


def run_graph(path: Path) -> np.ndarray:
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    random = np.random.default_rng(0)
    feeds = {
        name: random.normal(size=(2, 5, WIDTH)).astype(np.float32) for name in ("text", "skip")
    }
    return np.asarray(session.run(["out"], feeds)[0])


@pytest.mark.parametrize("biased", [True, False])
def test_a_rewritten_graph_gives_the_same_numbers(tmp_path: Path, biased: bool) -> None:
    path = tmp_path / "graph.onnx"
    save_graph(path, 2, biased=biased)
    before = run_graph(path)
    assert spread_norms(path) == 2
    assert FUSED not in {node.op_type for node in onnx.load(path).graph.node}
    assert np.abs(run_graph(path) - before).max() < 1e-5


def test_a_graph_without_layer_normalisation_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "graph.onnx"
    save_graph(path, 0, biased=False)
    before = path.read_bytes()
    assert spread_norms(path) == 0
    assert path.read_bytes() == before
