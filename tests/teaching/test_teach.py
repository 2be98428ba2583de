"""Teaching a hand: what it learns, what it must not forget, what is refused, and what is written."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import zeronine as zn
from strange_hands import write
from zeronine.canvas import SIDE
from zeronine.card import KEY
from zeronine.data.digits import Digits
from zeronine.errors import DataError, ModelError
from zeronine.models import SHIPPED, model_file
from zeronine.onnx_file import metadata_of, read_graph, with_constants, with_metadata
from zeronine.reading.classify import Classifier, shipped
from zeronine.teaching import yardstick
from zeronine.teaching.heads import Head, Teachable
from zeronine.teaching.learning import FAST, Plan, _slopes, _wanted, learn
from zeronine.teaching.lesson import folds, lesson_of, prepared
from zeronine.teaching.shelf import HandFolder, all_hands
from zeronine.teaching.teach import digits_of, teach

HAND = "mirror hooks"
FEW, MANY = np.arange(30) % 10, np.arange(200) % 10


@pytest.fixture(scope="module", autouse=True)
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep hands in a folder of the tests' own; leave MNIST out, which takes ten times as long."""
    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZERONINE_DATA", str(folder))
        patch.setattr(yardstick, "load", _no_mnist)
        patch.setattr(yardstick, "HELD", 600)
        prepared.cache_clear()  # of tests that judge otherwise
        yield folder
    prepared.cache_clear()


def _no_mnist(*_: object, **__: object) -> None:
    raise DataError("not here")


@pytest.fixture(scope="module")
def anna(data: Path) -> zn.TaughtHand:
    """Return a strange hand that was taught once."""
    return teach(write(HAND, FEW, seed=1), name="anna", offline=True)


def right(model: zn.TaughtHand | str, digits: Digits) -> int:
    found = Classifier(model)(digits.images).probabilities.argmax(axis=1)
    return int((found == digits.labels).sum())


def test_a_strange_hand_is_read_better_on_digits_that_were_not_learnt(anna: zn.TaughtHand) -> None:
    judged = write(HAND, MANY, seed=2)
    before, after = right("shipped", judged), right(anna, judged)
    assert anna.kept and anna.own.gained > 0
    assert 2 * (len(judged) - after) <= len(judged) - before


def test_little_is_forgotten(anna: zn.TaughtHand) -> None:
    others = anna.mnist or anna.made
    assert others.gained >= -0.001 * others.before.count


def test_its_digits_are_doubted_less(anna: zn.TaughtHand) -> None:
    judged = write(HAND, MANY, seed=2).images
    assert Classifier(anna)(judged).digit_probability.mean() > shipped()(judged).digit_probability.mean()


def test_a_taught_hand_is_a_model_by_its_name_everywhere(anna: zn.TaughtHand) -> None:
    canvas = write(HAND, FEW, seed=3).images
    assert model_file("anna") == anna.model_path
    assert np.array_equal(zn.classify(canvas, model="anna"), zn.classify(canvas, model=anna))
    assert zn.Reader(model="anna").read(np.full((40, 40), 255, np.uint8)).text == ""


def test_the_card_says_what_it_is(anna: zn.TaughtHand) -> None:
    card = Classifier("anna").card
    assert card.name.endswith("taught a hand")
    assert card.figures["own digits, cross-validated"]["count"] == 30


def test_a_hand_that_is_read_already_is_refused_with_the_reason(data: Path) -> None:
    usual = _easy()[:20]
    made = teach(usual, name="usual", offline=True)
    assert not made.kept and "right already" in made.reason
    with pytest.raises(ModelError, match="has no model"):
        _ = made.model_path
    assert len(HandFolder("usual").lessons()) == 20


def _easy() -> Digits:
    """Return digits of a plain hand that the shipped model reads right."""
    some = write("slashes", np.arange(60) % 10, seed=4)
    good = shipped()(some.images).probabilities.argmax(axis=1) == some.labels
    return some[np.flatnonzero(good)]


def test_labels_that_lie_are_refused() -> None:
    """Digits with another's label in half of the cases cannot be read better by anybody."""
    digits = write(HAND, FEW, seed=1)
    lies = Digits(digits.images, np.random.default_rng(0).integers(0, 10, 30), "lies")
    made = teach(lies, keep=False, offline=True)
    assert not made.kept and made.reason.startswith("not kept")


def test_nothing_is_written_unless_it_is_to_be_kept(data: Path) -> None:
    made = teach(write("square", FEW, seed=1), name="nobody", keep=False, fast=True, offline=True)
    assert made.own.before.count == 30
    assert not (data / "hands" / "nobody").exists()


def test_lessons_add_up_and_the_newest_label_of_a_picture_counts(data: Path) -> None:
    hand, digits = HandFolder("ben"), write("square", FEW, seed=1)
    hand.add(digits[:20])
    kept = hand.add(Digits(digits.images[10:], (digits.labels[10:] + 1) % 10))
    assert len(kept) == 30
    assert np.array_equal(kept.labels[10:], (digits.labels[10:] + 1) % 10)
    assert len(hand.remove(0)) == 29
    hand.delete()
    assert not hand.path.exists() and "ben" not in [one.name for one in all_hands()]
    with pytest.raises(ModelError, match="there is no hand 'ben'"):
        hand.delete()


@pytest.mark.parametrize("name", ["", "shipped", "../up", "a b", "x" * 41])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ModelError, match="cannot be called"):
        HandFolder(name)


def test_too_few_digits_are_refused() -> None:
    with pytest.raises(DataError, match="too few"):
        teach(write("square", np.arange(4), seed=1), keep=False)


def test_pictures_with_labels_become_digits_and_what_cannot_is_named() -> None:
    picture = 255 - np.kron(write("square", np.array([3]), seed=1).images[0], np.ones((4, 4), np.uint8))
    assert digits_of([(picture, 3)]).labels.tolist() == [3]
    with pytest.raises(DataError, match="lesson 1: the label is 12"):
        digits_of([(picture, 3), (picture, 12)])
    with pytest.raises(DataError, match="lesson 0: there is no ink"):
        digits_of([(np.full((40, 40), 255, np.uint8), 3)])


def test_every_digit_is_kept_apart_once() -> None:
    places = np.concatenate(list(folds(FEW)))
    assert np.array_equal(np.sort(places), np.arange(30))


def test_heads_answer_as_the_file_does_and_go_back_into_it() -> None:
    model = Teachable(shipped())
    canvases = np.random.default_rng(1).random((8, SIDE, SIDE), np.float32)
    features = model.features(canvases)
    assert np.allclose(model.heads[0](features), shipped()(canvases).logits, atol=1e-4)
    moved = [one.like([part * np.float32(0.9) for part in one.parts]) for one in model.heads]
    content = model.content_with(moved)
    graph = read_graph(content)
    assert len(graph.nodes) == len(read_graph(model.content).nodes)
    assert np.allclose(graph.constants["network.output.weight"], moved[0].second)


def test_the_slopes_are_those_of_numbers_moved_a_little() -> None:
    """Against mathematics: each slope is the change of the loss for a small change of the weight."""
    generator = np.random.default_rng(2)
    shapes = ((5, 7), (5,), (10, 5), (10,))
    nothing = np.zeros(0)
    head = Head(nothing, nothing, nothing, nothing, 0.9).like([generator.normal(size=one) for one in shapes])
    features, labels = generator.normal(size=(6, 7)), np.arange(6)
    wanted, weights = _wanted(labels, 10), np.full(6, 1 / 6)
    slopes = _slopes(head, features, wanted, weights)
    for place, part in enumerate(head.parts):
        where = (0,) * part.ndim
        losses = []
        for step in (1e-5, -1e-5):
            moved = [one.copy() for one in head.parts]
            moved[place][where] += step
            answers = head.gain * (np.maximum(features @ moved[0].T + moved[1], 0) @ moved[2].T + moved[3])
            log = answers - np.log(np.exp(answers).sum(axis=1, keepdims=True))
            losses.append(-float((wanted * log).sum(axis=1) @ weights))
        assert slopes[place][where] == pytest.approx((losses[0] - losses[1]) / 2e-5, rel=1e-3, abs=1e-7)


def test_the_fast_way_leaves_the_first_layer_alone() -> None:
    model = Teachable(shipped())
    own = model.features(write("square", FEW, seed=1).images.astype(np.float32) / np.float32(255))
    plan = Plan(steps=3, last_only=True)
    after = learn(model.heads[0], own, FEW, own, plan, np.random.default_rng(0))
    assert np.array_equal(after.first, model.heads[0].first)
    assert not np.array_equal(after.second, model.heads[0].second)


def test_the_last_layer_on_what_the_first_says_learns_what_both_would() -> None:
    """What the first layer says is computed once, and nothing else is different."""
    model, measure = prepared(SHIPPED, 0, None, True)
    lesson = lesson_of(model, measure, write("square", FEW, seed=1), fast=True)
    every = np.arange(len(FEW))
    whole, share = lesson.learnt(every, FAST)
    last, same_share = lesson.last_layer().learnt(every, FAST)
    assert share == same_share
    assert np.allclose(whole.second, last.second, atol=1e-4)
    assert np.array_equal(lesson.old.with_last(last).first, lesson.old.first)


def test_a_file_is_edited_without_touching_the_rest() -> None:
    content = SHIPPED.read_bytes()
    graph = read_graph(content)
    bias = np.asarray(graph.constants["network.output.bias"], np.float32)
    assert (
        read_graph(with_constants(content, {"network.output.bias": bias})).constants.keys()
        == graph.constants.keys()
    )
    assert metadata_of(with_metadata(content, KEY, "new"))[KEY] == "new"
    with pytest.raises(ValueError, match="cannot become"):
        with_constants(content, {"network.output.bias": bias[:3]})
    with pytest.raises(ValueError, match="there are no constants"):
        with_constants(content, {"nothing": bias})
