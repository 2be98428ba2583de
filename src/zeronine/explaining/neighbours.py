"""The training digits that the model finds most alike: nearest by its embedding.

The index is built once for a model out of labelled digits that come from outside; nothing is
downloaded here.  Distances are Euclidean between embeddings, so "alike" means alike *to the model*,
which may differ from what an eye would say.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from zeronine.errors import DataError
from zeronine.files import write_beside
from zeronine.reading.classify import Classifier, Floats

BATCH = 256  #: digits embedded at a time; between two batches others get their turn
CANDIDATES = 64  #: looked at again with exact distances

Labels = npt.NDArray[np.int64]
Images = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """Labelled digits and where the model's embedding puts them."""

    images: Images  #: (N, 28, 28), ink = 255
    labels: Labels  #: (N,)
    embedding: Floats  #: (N, E)
    squares: Floats  #: (N,), squared length of each embedding

    def __len__(self) -> int:
        """Return how many digits there are."""
        return len(self.labels)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The nearest digits, nearest first."""

    images: Images  #: (k, 28, 28)
    labels: Labels  #: (k,)
    distances: npt.NDArray[np.float64]  #: (k,)
    places: Labels  #: (k,), which digits of the index they are


def embed(classifier: Classifier, images: Images) -> Iterator[Floats]:
    """Yield the embeddings of (N, 28, 28) uint8 digits, batch by batch."""
    for start in range(0, len(images), BATCH):
        yield classifier(images[start : start + BATCH]).embedding


def build_index(
    classifier: Classifier,
    images: Images,
    labels: Labels,
    *,
    progress: Callable[[float], None] | None = None,
) -> Index:
    """Return the index of labelled digits; `progress` is told the share that is done."""
    parts: list[Floats] = []
    for part in embed(classifier, images):
        parts.append(part)
        if progress:
            progress(min(1.0, len(parts) * BATCH / len(images)))
    return index_of(np.concatenate(parts), images, labels)


def index_of(embedding: Floats, images: Images, labels: Labels) -> Index:
    """Return the index of digits whose embedding is known; raise DataError where the counts differ."""
    if not len(embedding) == len(images) == len(labels) > 0:
        raise DataError(
            f"{len(embedding)} embeddings, {len(images)} images and {len(labels)} labels do not belong "
            "together: build the index again"
        )
    squares = np.einsum("ne,ne->n", embedding, embedding)
    return Index(images, labels, embedding, squares)


def nearest(index: Index, embedding: npt.ArrayLike, *, count: int = 10) -> Neighbours:
    """Return the `count` digits nearest to one embedding (E,), ties by their order in the index."""
    asked = np.asarray(embedding, np.float32)
    rough = index.squares - 2 * (index.embedding @ asked)  # (N,), all but the asked one's own square
    kept = min(max(CANDIDATES, 2 * count), len(index))
    candidates = np.sort(np.argpartition(rough, kept - 1)[:kept])
    differences = index.embedding[candidates].astype(np.float64) - asked
    distances = np.sqrt((differences**2).sum(axis=1))
    order = np.argsort(distances, kind="stable")[:count]
    places = candidates[order]
    return Neighbours(index.images[places], index.labels[places], distances[order], places)


def save_embedding(path: Path, embedding: Floats) -> None:
    """Keep the embeddings of an index in a file; the digits themselves are not in it."""
    buffer = io.BytesIO()
    np.save(buffer, embedding.astype(np.float32), allow_pickle=False)
    write_beside(path, buffer.getvalue())


def load_embedding(path: Path, *, count: int) -> Floats | None:
    """Return kept embeddings of `count` digits; None where there are none, or a damaged file."""
    try:
        embedding = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    fits = embedding.ndim == 2 and len(embedding) == count and embedding.dtype == np.float32
    return np.asarray(embedding) if fits else None


def kept_index(
    path: Path,
    classifier: Classifier,
    images: Images,
    labels: Labels,
    *,
    progress: Callable[[float], None] | None = None,
) -> Index:
    """Return the index whose embeddings are kept at `path`; build and keep it where they are not."""
    embedding = load_embedding(path, count=len(labels))
    if embedding is not None:
        return index_of(embedding, images, labels)
    index = build_index(classifier, images, labels, progress=progress)
    save_embedding(path, index.embedding)
    return index
