"""Canvases in, probabilities out: the one place where a model file is opened and run.

Works on canvases only; pictures of any other size go through `reader.py`.
"""

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from zeronine.canvas import SIDE, as_canvases
from zeronine.card import KEY, Card, card_from_json
from zeronine.errors import ModelError

SHIPPED = Path(__file__).parents[1] / "models" / "zeronine.onnx"
OUTPUTS = ("logits", "embedding", "digit_logit")
BATCH = 1024  #: canvases in one run of the session: bounds memory, costs no speed
MAX_MODEL_BYTES = 64 * 2**20

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Answers:
    """What the network says of N canvases."""

    logits: Floats  #: (N, 10), calibrated: softmax gives probabilities
    embedding: Floats  #: (N, E)
    digit_logit: Floats  #: (N,), log-odds that the canvas holds one digit

    @property
    def probabilities(self) -> Floats:
        """(N, 10), rows sum to 1: which digit, given that it is one."""
        shifted = np.exp(self.logits - self.logits.max(axis=1, keepdims=True, initial=-np.inf))
        return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), np.float32)

    @property
    def digit_probability(self) -> Floats:
        """(N,), in [0, 1]: that the canvas holds one digit at all."""
        return np.asarray(chance(self.digit_logit), np.float32)

    @property
    def certainty(self) -> Floats:
        """(N,), in [0, 1]: that the canvas holds one digit, and the likeliest one."""
        return np.asarray(self.digit_probability * self.probabilities.max(axis=1, initial=0), np.float32)

    def keep(self, which: list[int]) -> "Answers":
        """Return the answers of some of the canvases, by their places."""
        return Answers(self.logits[which], self.embedding[which], self.digit_logit[which])


def chance(log_odds: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.floating[Any]]:
    """Return the probability, in [0, 1], that log-odds stand for: the logistic function."""
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -60, 60))))


class Classifier:
    """A model file, opened once and used often; safe to call from several threads."""

    def __init__(self, model: str | Path | None = None, *, threads: int = 1) -> None:
        """Open a model file (the shipped one by default) for `threads` CPU threads."""
        self.path = Path(model) if model is not None else SHIPPED
        self._session = _open(self.path, threads)
        self.card: Card = _card_of(self._session, self.path)

    def __call__(self, canvases: npt.ArrayLike) -> Answers:
        """Return the network's answers for (N, 28, 28) canvases; N may be 0."""
        batch = as_canvases(canvases)
        parts = [
            self._session.run(list(OUTPUTS), {"canvas": batch[start : start + BATCH]})
            for start in range(0, max(len(batch), 1), BATCH)
        ]
        logits, embedding, digit_logit = (np.concatenate(column) for column in zip(*parts, strict=True))
        return Answers(logits, embedding, digit_logit)


@lru_cache(maxsize=4)
def shipped(threads: int = 1) -> Classifier:
    """Return the shipped model, opened once in a process."""
    return Classifier(threads=threads)


def _open(path: Path, threads: int) -> Any:
    import onnxruntime

    if not path.is_file():
        raise ModelError(
            f"{path}: there is no such model file: give a .onnx file that `zeronine train` wrote"
        )
    if path.stat().st_size > MAX_MODEL_BYTES:
        raise ModelError(f"{path}: {path.stat().st_size} bytes is too large for a model of this package")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        # From bytes: a file that names other files (external data) cannot reach them.
        session = onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {os.strerror(error.errno or 0)}") from None
    except Exception as error:  # noqa: BLE001  onnxruntime's own errors share no public base
        raise ModelError(
            f"{path}: not a model file that can be opened ({str(error).splitlines()[0][:200]}): "
            "give a .onnx file that `zeronine train` wrote"
        ) from None
    return session


def _card_of(session: Any, path: Path) -> Card:
    metadata = session.get_modelmeta().custom_metadata_map
    if KEY not in metadata:
        raise ModelError(
            f"{path}: the file carries no card of this package, so how pictures must be brought to it "
            "is unknown: give a .onnx file that `zeronine train` wrote"
        )
    card = card_from_json(metadata[KEY], where=str(path))
    inputs = [(one.name, one.shape[1:], one.type) for one in session.get_inputs()]
    outputs = tuple(one.name for one in session.get_outputs())
    if inputs != [("canvas", [SIDE, SIDE], "tensor(float)")] or outputs != OUTPUTS:
        raise ModelError(
            f"{path}: the file has inputs {inputs} and outputs {outputs}: export the model again"
        )
    return card


def classify(canvases: npt.ArrayLike, *, model: str | Path | None = None) -> Floats:
    """Return each digit's probability, (N, 10), for canvases (N, 28, 28); by the shipped model or another."""
    classifier = shipped() if model is None else Classifier(model)
    return classifier(canvases).probabilities
