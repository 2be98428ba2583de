"""The nearest digits and the map, against brute force and scikit-learn."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zeronine.data.digits import Digits
from zeronine.errors import DataError
from zeronine.explaining.map import map_of
from zeronine.explaining.neighbours import Index, build_index, index_of, kept_index, nearest
from zeronine.reading.classify import Classifier


def scattered(count: int, width: int, seed: int) -> Index:
    """Return an index of made-up embeddings around ten centres."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, 10, count)
    centres = random.normal(0, 4, (10, width))
    embedding = (centres[labels] + random.normal(0, 1, (count, width))).astype(np.float32)
    images = random.integers(0, 256, (count, 28, 28)).astype(np.uint8)
    return index_of(embedding, images, labels)


@settings(max_examples=60, deadline=None)
@given(
    count=st.integers(1, 400), width=st.integers(1, 70), asked=st.integers(1, 20), seed=st.integers(0, 999)
)
def test_the_nearest_are_those_of_brute_force(count: int, width: int, asked: int, seed: int) -> None:
    """Distances and places equal those of looking at every digit in float64."""
    index = scattered(count, width, seed)
    point = np.random.default_rng(seed + 1).normal(0, 4, width).astype(np.float32)
    found = nearest(index, point, count=asked)
    distances = np.linalg.norm(index.embedding.astype(np.float64) - point, axis=1)
    order = np.argsort(distances, kind="stable")[:asked]
    np.testing.assert_array_equal(found.places, order)
    np.testing.assert_allclose(found.distances, distances[order])
    np.testing.assert_array_equal(found.labels, index.labels[order])
    np.testing.assert_array_equal(found.images, index.images[order])


def test_a_digit_of_the_index_is_nearest_to_itself(shipped_model: Classifier, shapes: Digits) -> None:
    """Asked about one of its own digits, the index answers that digit at distance 0."""
    index = build_index(shipped_model, shapes.images, shapes.labels)
    embedding = shipped_model(shapes.images[7]).embedding[0]
    found = nearest(index, embedding, count=3)
    assert found.places[0] == 7
    assert found.distances[0] == pytest.approx(0, abs=1e-3)


def test_an_index_is_kept_and_not_built_again(
    shipped_model: Classifier, shapes: Digits, tmp_path: Path
) -> None:
    """The second time the kept embeddings are used; a damaged or foreign file is built anew."""
    path = tmp_path / "embeddings" / "one.npy"
    told: list[float] = []
    first = kept_index(path, shipped_model, shapes.images, shapes.labels, progress=told.append)
    assert told[-1] == 1.0
    told.clear()
    again = kept_index(path, shipped_model, shapes.images, shapes.labels, progress=told.append)
    assert told == []
    np.testing.assert_array_equal(first.embedding, again.embedding)
    for damage in (b"", b"not numpy", path.read_bytes()[:-100]):
        path.write_bytes(damage)
        mended = kept_index(path, shipped_model, shapes.images, shapes.labels, progress=told.append)
        np.testing.assert_array_equal(first.embedding, mended.embedding)
    assert told, "a damaged file has to be built again"


def test_counts_that_differ_are_refused() -> None:
    """Embeddings of other digits are not an index."""
    with pytest.raises(DataError, match="do not belong together"):
        index_of(np.zeros((3, 4), np.float32), np.zeros((2, 28, 28), np.uint8), np.zeros(2, np.int64))


def test_the_map_is_that_of_fishers_discriminants() -> None:
    """The two axes span the same coordinates as scikit-learn's discriminant analysis."""
    sklearn = pytest.importorskip(
        "sklearn.discriminant_analysis", reason="scikit-learn is the reference here"
    )
    index = scattered(1500, 12, 5)
    reference = sklearn.LinearDiscriminantAnalysis(solver="eigen", n_components=2)
    expected = reference.fit(index.embedding, index.labels).transform(index.embedding)
    found = map_of(index, shown=len(index)).points
    for axis in (0, 1):
        assert abs(np.corrcoef(found[:, axis], expected[:, axis])[0, 1]) > 0.98


def test_the_map_places_a_digit_where_it_shows_it() -> None:
    """A digit of the index, placed like a drawing, lands on its own point; all lie in [-1, 1]."""
    index = scattered(300, 16, 2)
    made = map_of(index, shown=300)
    assert np.abs(made.points).max() == pytest.approx(1)
    for number in (0, 99, 299):
        assert made.place(index.embedding[number]) == pytest.approx(tuple(made.points[number]))
    assert 0 < made.share[1] <= made.share[0] <= 1


def test_dead_units_and_missing_classes_do_no_harm() -> None:
    """A unit that is always 0, or an index of two classes only, still gives finite points."""
    index = scattered(200, 8, 3)
    embedding = index.embedding.copy()
    embedding[:, 3] = 0
    two = index_of(embedding, index.images, index.labels % 2)
    assert np.isfinite(map_of(two).points).all()
