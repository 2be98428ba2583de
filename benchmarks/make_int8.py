"""Make the eight-bit file of the shipped recogniser again, after that one has changed.

    python benchmarks/make_int8.py

Weights (for each channel) and values become eight bits, by ONNX Runtime's static quantisation, with ranges
measured on 2,000 MNIST training digits; weights use seven of them, so that no processor's sums overflow.
How far its answers are from the shipped network's is counted, and stands in the file's card: on MNIST test
and on the ten made hands of `strange_hands.py`.  About a minute of one core; the last line is JSON.
"""

import argparse
import json
import logging
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper, numpy_helper

import strange_hands
from zeronine.bulk.quick import INT8, NETWORK, Quick, is_doubtful
from zeronine.data.digits import Digits
from zeronine.data.mnist import load
from zeronine.files import write_beside
from zeronine.metrics import wilson
from zeronine.models import SHIPPED
from zeronine.network.onnx import with_card
from zeronine.reading.classify import Answers, Classifier

CALIBRATION = 2000  #: MNIST training digits that the ranges of values are measured on
BATCH = 250
TOLERANCE = 1e-4  #: largest difference of an output that folding may make
BLOCKS = 12  #: of 2 x 2 pixels along a side of what the network sees of a canvas
HAND = 200  #: digits of each made hand

Array = npt.NDArray[Any]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=INT8)
    out = parser.parse_args().out
    exact = Classifier(SHIPPED)
    model = quantised(by_phases(folded(onnx.load(SHIPPED))))
    source = {"made from": exact.card.digest, "calibrated on": f"{CALIBRATION} MNIST training digits"}
    card = replace(exact.card, name="zeronine-int8", network=NETWORK, recipe=source, figures={})
    write_beside(out, with_card(model, card))
    figures = {
        **compared("MNIST test", load("test"), exact, Quick(out)),
        **compared("ten made hands", made_hands(), exact, Quick(out)),
    }
    write_beside(out, with_card(model, replace(card, figures=figures)))
    print(json.dumps({"bytes": out.stat().st_size, "figures": figures}))


def folded(model: Any) -> Any:
    """Return the network with each normalisation inside the convolution before it, and Relu before MaxPool.

    Which changes nothing where a normalisation's factors are positive; it is checked on digits.
    """
    before = model.SerializeToString()
    constants = {one.name: one for one in model.graph.initializer}
    nodes, left = [], iter(list(model.graph.node))
    for node in left:
        if node.op_type != "Conv" or f"{node.input[1]}_bias" in node.input:
            nodes.append(node)
            continue
        pool, normal, relu = (next(left) for _ in range(3))
        assert [one.op_type for one in (pool, normal, relu)] == ["MaxPool", "BatchNormalization", "Relu"]
        weight, factor, bias, mean, variance = (
            numpy_helper.to_array(constants[name]).astype(np.float64)
            for name in (node.input[1], *normal.input[1:])
        )
        epsilon = next(one.f for one in normal.attribute if one.name == "epsilon")
        slope = factor / np.sqrt(variance + epsilon)  # (channels,)
        assert (slope > 0).all()
        set_constant(model, node.input[1], weight * slope[:, None, None, None])
        set_constant(model, f"{node.input[1]}_bias", bias - mean * slope)
        node.input.append(f"{node.input[1]}_bias")
        relu.input[0], pool.input[0] = node.output[0], f"{node.output[0]}_on"
        pool.output[0], relu.output[0] = relu.output[0], pool.input[0]
        nodes += [node, relu, pool]
    del model.metadata_props[:]
    return with_nodes(model, nodes, like=before)


def by_phases(model: Any) -> Any:
    """Return the network with its first convolution and pool over blocks of 2 x 2 pixels.

    Eight bits are copied pixel by pixel for the 5 x 5 kernels of one channel, which took two fifths of the
    time.  So the pixels of a block become 4 channels, the four places of a kernel in a block 4 times as many
    kernels of 3 x 3 blocks, and the pool the largest of the four: the same numbers.
    """
    before, nodes = model.SerializeToString(), list(model.graph.node)
    at = next(place for place, node in enumerate(nodes) if node.op_type == "Conv")
    unsqueeze, convolution, relu, pool = nodes[at - 1 : at + 3]
    kinds = [one.op_type for one in (unsqueeze, convolution, relu, pool)]
    assert kinds == ["Unsqueeze", "Conv", "Relu", "MaxPool"]
    weight, bias = (
        numpy_helper.to_array(one) for one in model.graph.initializer if one.name in convolution.input[1:]
    )
    count = len(weight)
    set_constant(model, "phase_weight", kernels_of_blocks(weight))
    set_constant(model, "phase_bias", np.tile(bias, 4))
    for name, shape in (
        ("blocks", (-1, BLOCKS, 2, BLOCKS, 2)),
        ("phases", (-1, 4, BLOCKS, BLOCKS)),
        ("parts", (-1, 4, count * BLOCKS**2)),
        ("joined", (-1, count, BLOCKS, BLOCKS)),
        ("first", (1,)),
    ):
        model.graph.initializer.append(numpy_helper.from_array(np.array(shape), name))
    step = helper.make_node
    steps = [
        step("Reshape", [unsqueeze.input[0], "blocks"], ["in_blocks"]),  # (N, 12, 2, 12, 2)
        step("Transpose", ["in_blocks"], ["places_first"], perm=[0, 2, 4, 1, 3]),
        step("Reshape", ["places_first", "phases"], ["in_phases"]),  # (N, 4, 12, 12)
        step(
            "Conv",
            ["in_phases", "phase_weight", "phase_bias"],
            ["seen"],
            name="first",
            kernel_shape=[3, 3],
            pads=[1] * 4,
        ),
        step("Relu", ["seen"], ["seen_on"]),
        step("Reshape", ["seen_on", "parts"], ["in_parts"]),  # (N, 4, channels of 12 x 12)
        step("ReduceMax", ["in_parts", "first"], ["largest"], keepdims=0),
        step("Reshape", ["largest", "joined"], [pool.output[0]]),
    ]
    return with_nodes(model, [*nodes[: at - 1], *steps, *nodes[at + 3 :]], like=before)


def kernels_of_blocks(weight: Array) -> Array:
    """Return kernels (C, 1, 5, 5) of pixels as (4 C, 4, 3, 3) of blocks, one for each place in a block."""
    made = np.zeros((2, 2, len(weight), 2, 2, 3, 3), np.float32)
    for row, column, down, right, y, x in np.ndindex(2, 2, 2, 2, 3, 3):
        pixel = (2 * y + down - row, 2 * x + right - column)
        if min(pixel) >= 0 and max(pixel) < 5:
            made[row, column, :, down, right, y, x] = weight[:, 0, *pixel]
    return made.reshape(4 * len(weight), 4, 3, 3)


def with_nodes(model: Any, nodes: list[Any], *, like: bytes) -> Any:
    """Return the network with other steps and without constants that none of them takes.

    Raises AssertionError where it answers otherwise than the network `like` on digits.
    """
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    used = {name for node in nodes for name in node.input}
    kept = [one for one in model.graph.initializer if one.name in used]
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    canvases = load("train").images[:BATCH].astype(np.float32) / np.float32(255)
    pairs = zip(run(like, canvases), run(model.SerializeToString(), canvases), strict=True)
    assert max(float(np.abs(one - other).max()) for one, other in pairs) < TOLERANCE
    return model


def set_constant(model: Any, name: str, values: Array) -> None:
    """Set a constant of a model, or add it."""
    made = numpy_helper.from_array(values.astype(np.float32), name)
    for one in model.graph.initializer:
        if one.name == name:
            one.CopyFrom(made)
            return
    model.graph.initializer.append(made)


def run(content: bytes, canvases: Array) -> list[Array]:
    """Return the outputs of a model for canvases (N, 28, 28)."""
    import onnxruntime

    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    found: list[Array] = session.run(None, {"canvas": canvases})
    return found


def quantised(model: Any) -> Any:
    """Return the network with eight-bit weights and values."""
    from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_static

    class Some(CalibrationDataReader):  # type: ignore[misc]  # it has no types
        def __init__(self) -> None:
            self.batches: Iterator[Array] = batches_of(load("train").images[:CALIBRATION])

        def get_next(self) -> dict[str, Array] | None:
            batch = next(self.batches, None)
            return None if batch is None else {"canvas": batch}

    logging.disable(logging.WARNING)  # which would have us prepare the network, as is done above
    with tempfile.TemporaryDirectory() as folder:
        came, went = Path(folder) / "float32.onnx", Path(folder) / "int8.onnx"
        onnx.save(model, came)
        quantize_static(
            came,
            went,
            Some(),
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["Conv", "MaxPool", "Relu", "Gemm", "Reshape", "Transpose"],
        )
        made = onnx.load(went)
    helper.set_model_props(made, {})
    return made


def batches_of(images: Array) -> Iterator[Array]:
    for start in range(0, len(images), BATCH):
        yield images[start : start + BATCH].astype(np.float32) / np.float32(255)


def made_hands() -> Digits:
    """Return digits of ten hands that nobody writes, and that no network learnt from."""
    labels = np.arange(HAND, dtype=np.int64) % 10
    hands = [strange_hands.write(name, labels, seed=1) for name in strange_hands.HANDS]
    return Digits(np.concatenate([one.images for one in hands]), np.tile(labels, len(hands)), "made hands")


def compared(name: str, digits: Digits, exact: Classifier, quick: Quick) -> dict[str, Any]:
    """Return the figures of some digits: read alone, read with a second look, and how often that differs."""
    one, other = exact(digits.images), quick(digits.images)
    doubtful = is_doubtful(other.certainty)
    both = np.where(doubtful, answer(one), answer(other))
    counts = {
        "accuracy": answer(other) == digits.labels,
        "accuracy of the float32 network": answer(one) == digits.labels,
        "same digit as the float32 network": answer(other) == answer(one),
        "asked again in float32": doubtful,
        "same digit, the doubtful asked again": both == answer(one),
        "same side of 0.5, the doubtful asked again": doubtful
        | ((one.certainty >= 0.5) == (other.certainty >= 0.5)),
    }
    return {f"{name}: {what}": figure(found) for what, found in counts.items()}


def answer(answers: Answers) -> Array:
    return np.asarray(answers.logits.argmax(axis=1))


def figure(found: Array) -> dict[str, Any]:
    """Return a figure of a card: the share of what is so."""
    hits, count = int(found.sum()), len(found)
    interval = [round(side, 5) for side in wilson(hits, count)]
    return {"value": hits / count, "count": count, "interval": interval, "protocol": "counted once"}


if __name__ == "__main__":
    main()
