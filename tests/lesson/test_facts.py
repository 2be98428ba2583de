"""What the page's course shows of the digits is what the notebooks compute in the open."""

import numpy as np
import pytest

from common import Splits
from zeronine.lesson.facts import BATCH, RATES, SWITCHES, Facts, facts, one_step_each, shuffle
from zeronine.training.recipe import RECIPES


@pytest.fixture(scope="module")
def found(mnist: Splits) -> Facts:
    return facts(mnist[0], mnist[2])


def test_the_counts_are_all_the_digits(found: Facts, mnist: Splits) -> None:
    assert sum(found.counts) == len(mnist[0])
    assert found.counts[found.favourite] == max(found.counts)
    assert found.lazy == float((mnist[2].labels == 1).mean())


def test_averages_read_four_of_five_and_know_no_neighbours(found: Facts) -> None:
    """Shuffling the pixels of every picture alike changes nothing at all."""
    assert 0.80 < found.ordered == found.shuffled < 0.84


def test_shuffling_keeps_every_pixel_and_loses_the_picture(mnist: Splits) -> None:
    pictures = mnist[0].images[:5]
    order = np.random.default_rng(0).permutation(784)
    moved = shuffle(pictures, order)
    assert (np.sort(moved.reshape(5, -1)) == np.sort(pictures.reshape(5, -1))).all()
    assert (moved != pictures).any(axis=(1, 2)).all()


def test_short_steps_help_and_the_longest_does_not(mnist: Splits) -> None:
    before, after = one_step_each(mnist[0][:BATCH])
    assert [one < before for one in after] == [True] * (len(RATES) - 1) + [False]


def test_all_faults_put_back_make_the_article_as_printed() -> None:
    """Together the switches undo every repair, and nothing else."""
    recipe = RECIPES["repaired"]
    for _, changes in SWITCHES.values():
        recipe = recipe.changed(changes)
    printed = RECIPES["as-printed"]
    assert {**recipe.to_dict(), "name": ""} == {**printed.to_dict(), "name": ""}
