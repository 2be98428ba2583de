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

from zeronine.canvas import SIDE, Canvases, as_canvases
from zeronine.card import KEY, Card, card_from_json
from zeronine.errors import ModelError
from zeronine.models import SHIPPED, Model, model_file
from zeronine.onnx_file import digest_of, metadata_of
from zeronine.reading.arithmetic import chance
from zeronine.reading.onnx_check import INPUT, OUTPUTS, check_model

BATCH = 1024  #: canvases in one run of the session: bounds memory, costs no speed
MOST_AT_ONCE = 2**26  #: numbers in the largest value of one run, 256 MB: a wide network gets fewer canvases
_TRIALS = np.stack([np.eye(SIDE), np.ones((SIDE, SIDE)), np.zeros((SIDE, SIDE))]).astype(np.float32)
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


class Classifier:
    """A model file, opened once and used often; safe to call from several threads."""

    def __init__(self, model: Model = None, *, threads: int = 1) -> None:
        """Open what `model_file` takes (the shipped model by default) for `threads` CPU threads."""
        self.path = model_file(model)
        content = content_of(self.path)
        self.card: Card = card_of(content, self.path)
        cost = check_model(content, self.card.digest, where=str(self.path))
        self._at_once = max(1, min(BATCH, MOST_AT_ONCE // cost.values))
        self._session = open_session(content, self.path, threads)
        self(_TRIALS)  # what cannot be run is said now

    def __call__(self, canvases: npt.ArrayLike) -> Answers:
        """Return the network's answers for (N, 28, 28) canvases; N may be 0."""
        batch = as_canvases(canvases)
        parts = [
            self._run(batch[start : start + self._at_once])
            for start in range(0, max(len(batch), 1), self._at_once)
        ]
        logits, embedding, digit_logit = (np.concatenate(column) for column in zip(*parts, strict=True))
        if not (np.isfinite(logits).all() and np.isfinite(digit_logit).all()):
            raise ModelError(
                f"{self.path}: the model's answers are not finite numbers: train it again", file=self.path
            )
        return Answers(logits, embedding, digit_logit)

    def _run(self, batch: Canvases) -> list[Floats]:
        """Return the outputs for a few canvases."""
        try:
            found: list[Floats] = self._session.run(list(OUTPUTS), {INPUT: batch})
        except Exception as error:  # noqa: BLE001  onnxruntime's own errors share no public base
            reason = str(error).splitlines()[0][:200]
            raise ModelError(
                f"{self.path}: the model cannot be run ({reason}): export it again", file=self.path
            ) from None
        return found


@lru_cache(maxsize=4)
def shipped(threads: int = 1) -> Classifier:
    """Return the shipped model, opened once in a process."""
    return Classifier(threads=threads)


def classifier_of(model: "Model | Classifier", *, threads: int = 1) -> Classifier:
    """Return the classifier of whatever `model_file` takes; one that is open already is returned as it is."""
    if isinstance(model, Classifier):
        return model
    return shipped(threads) if model_file(model) == SHIPPED else Classifier(model, threads=threads)


def content_of(path: Path) -> bytes:
    """Return the bytes of a model file, at most the limit."""
    try:
        if path.stat().st_size > MAX_MODEL_BYTES:
            size = path.stat().st_size
            raise ModelError(f"{path}: {size:,} bytes is too large for a model of this package", file=path)
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {os.strerror(error.errno or 0)}", file=path) from None


def card_of(content: bytes, path: Path) -> Card:
    """Return the card that a model file carries; raise ModelError, naming `path`, where there is none."""
    try:
        metadata = metadata_of(content)
    except ValueError as error:
        raise ModelError(
            f"{path}: not a model file ({error}): give a .onnx file that `zeronine train` wrote", file=path
        ) from None
    if KEY not in metadata:
        raise ModelError(
            f"{path}: the file carries no card of this package, so how pictures must be brought to it "
            "is unknown: give a .onnx file that `zeronine train` wrote",
            file=path,
        )
    return card_from_json(metadata[KEY], where=str(path))


def open_session(content: bytes, path: Path, threads: int) -> Any:
    """Return the session of a model file; raise ModelError, naming `path`, where it cannot be opened."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        # From bytes: a file that names other files (external data) cannot reach them.
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # noqa: BLE001  onnxruntime's own errors share no public base
        raise ModelError(
            f"{path}: not a model file that can be opened ({str(error).splitlines()[0][:200]}): "
            "give a .onnx file that `zeronine train` wrote",
            file=path,
        ) from None


def open_own(path: Path, *, network: str, called: str, threads: int) -> tuple[Card, Any]:
    """Return card and session of a network that came with the package; raise ModelError for another file.

    `network` is what its card has to name, `called` what messages call it.
    """
    content = content_of(path)
    card = card_of(content, path)
    if card.network != network or digest_of(content) != card.digest:
        raise ModelError(
            f"{path}: is not the {called} that came with the package: install it again", file=path
        )
    return card, open_session(content, path, threads)


def classify(canvases: npt.ArrayLike, *, model: Model | Classifier = None) -> Floats:
    """Return each digit's probability, (N, 10), for canvases (N, 28, 28); by the shipped model or another."""
    return classifier_of(model)(canvases).probabilities
