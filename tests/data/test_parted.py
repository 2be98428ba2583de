"""Parts that the reader's seams cut out of touching digits."""

import numpy as np
import pytest

from zeronine.data.batches import NO_DIGIT
from zeronine.data.digits import Digits
from zeronine.data.parted import parted
from zeronine.data.writing.strokes import write
from zeronine.errors import DataError
from zeronine.reading.classify import Classifier


@pytest.fixture(scope="module")
def digits() -> Digits:
    labels = np.arange(300) % 10
    return Digits(write(labels, generator=np.random.default_rng(0), wildness=0.5), labels)


@pytest.fixture(scope="module")
def parts(digits: Digits) -> tuple[np.ndarray, np.ndarray]:
    return parted(digits, 201, generator=np.random.default_rng(1))


def test_half_of_them_are_digits(parts: tuple[np.ndarray, np.ndarray]) -> None:
    images, labels = parts
    assert images.shape == (201, 28, 28)
    assert images.dtype == np.uint8
    assert (labels == NO_DIGIT).sum() == 100
    assert set(labels.tolist()) == {NO_DIGIT, *range(10)}


def test_what_keeps_its_label_still_reads_as_it(parts: tuple[np.ndarray, np.ndarray]) -> None:
    images, labels = parts
    good = labels != NO_DIGIT
    answers = Classifier()(images[good].astype(np.float32) / 255)
    assert (answers.probabilities.argmax(axis=1) == labels[good]).mean() > 0.95


def test_the_generator_decides_everything(digits: Digits) -> None:
    first, again = [parted(digits, 12, generator=np.random.default_rng(2)) for _ in range(2)]
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])


def test_digits_that_give_no_parts_are_refused() -> None:
    """Instead of being cut for ever."""
    blank = Digits(np.zeros((5, 28, 28), np.uint8), np.arange(5))
    dots = Digits(np.zeros((5, 28, 28), np.uint8), np.arange(5))
    dots.images[:, 14, 14] = 255
    for digits in (blank, dots):
        with pytest.raises(DataError, match="set parted to 0"):
            parted(digits, 4, generator=np.random.default_rng(0))


def test_none_are_made_when_none_are_wanted(digits: Digits) -> None:
    images, labels = parted(digits, 0, generator=np.random.default_rng(0))
    assert images.shape == (0, 28, 28)
    assert labels.shape == (0,)
