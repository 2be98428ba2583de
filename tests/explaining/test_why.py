"""The explanations against mathematics, a reference, and the model itself."""

import time

import numpy as np
import pytest
import torch

from common import Make, slowness
from zeronine.canvas import Canvases
from zeronine.errors import CanvasError
from zeronine.explaining.case import case_of
from zeronine.explaining.contribution import contribute
from zeronine.explaining.flip import flip
from zeronine.explaining.hidden import look_at_units, switch_off
from zeronine.explaining.insight import look_into
from zeronine.explaining.occlusion import occlude
from zeronine.reading.classify import Classifier

FAST_MS = 150


def canvas(seed: int = 0) -> np.ndarray:
    """Return a canvas with a bar of uneven ink."""
    made = np.zeros((28, 28), np.float32)
    made[5:23, 10:17] = np.random.default_rng(seed).random((18, 7), np.float32)
    return made


# ---- the case ----


def test_the_rival_is_the_second_likeliest_digit(shipped_model: Classifier, drawings: Canvases) -> None:
    """The margin is that of the best logit over the second, and the probabilities agree."""
    for one in drawings:
        case = case_of(shipped_model, one)
        ranked = np.sort(case.answers.logits[0])
        assert case.margin == pytest.approx(float(ranked[-1] - ranked[-2]))


def test_what_cannot_be_asked_is_refused(shipped_model: Classifier, drawings: Canvases) -> None:
    """Several canvases, a rival that is the answer, or is no digit: an error says so."""
    value = case_of(shipped_model, drawings[0]).value
    for asked, rival in ((drawings[:2], None), (drawings[0], value), (drawings[0], 10)):
        with pytest.raises(CanvasError):
            case_of(shipped_model, asked, rival=rival)


# ---- occlusion ----


def test_occlusion_of_a_linear_model_by_hand(make: Make) -> None:
    """For a linear model a covered square costs exactly its ink times its weights."""
    network, classifier = make(())
    case = case_of(classifier, canvas())
    weights = network.output.weight.detach().numpy().astype(np.float64) / 0.5  # deviation 0.5
    share = ((weights[case.value] - weights[case.rival]).reshape(28, 28)) * case.canvas
    total, count = np.zeros((28, 28)), np.zeros((28, 28))
    for y in range(0, 25, 2):
        for x in range(0, 25, 2):
            total[y : y + 4, x : x + 4] += share[y : y + 4, x : x + 4].sum()
            count[y : y + 4, x : x + 4] += 1
    np.testing.assert_allclose(occlude(classifier, case), total / count, atol=1e-4)


def test_occlusion_equals_captum(make: Make) -> None:
    """The same squares through Captum's Occlusion give the same picture, on a network that is not linear."""
    attr = pytest.importorskip("captum.attr", reason="captum is the reference here")
    network, classifier = make((32, 16))
    case = case_of(classifier, canvas(1))

    def margin(canvases: torch.Tensor) -> torch.Tensor:
        logits = network(canvases).logits
        ahead: torch.Tensor = logits[:, case.value] - logits[:, case.rival]
        return ahead

    reference = attr.Occlusion(margin).attribute(
        torch.from_numpy(case.canvas[None]), sliding_window_shapes=(4, 4), strides=(2, 2), baselines=0
    )
    np.testing.assert_allclose(occlude(classifier, case), reference[0].numpy(), atol=1e-4)


def test_paper_is_never_blamed(shipped_model: Classifier, drawings: Canvases) -> None:
    """A spot that no inked square covers gets exactly 0."""
    picture = occlude(shipped_model, case_of(shipped_model, drawings[0]))
    assert picture[0, 0] == 0
    assert np.abs(picture).max() > 0


# ---- contribution ----


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "gelu"])
def test_contribution_is_ink_times_autograds_slope(make: Make, activation: str) -> None:
    """The slope through the layers is PyTorch's, for every activation; the parts sum up to the margin."""
    network, classifier = make((32, 16), activation)
    insight, case = look_into(classifier), case_of(classifier, canvas())
    ink = torch.from_numpy(case.canvas[None].copy()).requires_grad_()
    logits = network(ink).logits[0]
    (logits[case.value] - logits[case.rival]).backward()
    found = contribute(insight, case)
    assert found is not None
    assert ink.grad is not None
    np.testing.assert_allclose(found.picture, ink.grad[0].numpy() * case.canvas, atol=1e-5)
    assert found.picture.sum() + found.rest == pytest.approx(found.margin)
    assert found.exact == (activation == "relu")


def test_contribution_is_exact_in_the_active_region(make: Make) -> None:
    """While the same ReLUs stay active, dimming the ink dims the margin just as the picture says."""
    _, classifier = make((32, 16))
    insight, case = look_into(classifier), case_of(classifier, canvas())
    found = contribute(insight, case)
    assert found is not None
    dimmed = case.canvas * np.float32(0.9995)
    same = [
        np.array_equal(one > 0, other > 0)
        for one, other in zip(
            insight.units(insight.start(case.canvas[None], case.answers)),
            insight.units(insight.start(dimmed[None], case.answers)),
            strict=True,
        )
    ]
    assert all(same), "the test's canvas lies on a kink: choose another"
    logits = insight.logits(insight.start(dimmed[None], case.answers))[0]
    expected = 0.9995 * found.picture.sum() + found.rest
    assert logits[case.value] - logits[case.rival] == pytest.approx(expected, abs=1e-5)


def test_contribution_is_not_offered_for_convolutions(shipped_model: Classifier, drawings: Canvases) -> None:
    """The convnet has none."""
    assert contribute(look_into(shipped_model), case_of(shipped_model, drawings[0])) is None


# ---- flip ----


def test_the_flip_really_flips(shipped_model: Classifier, drawings: Canvases) -> None:
    """What says it flipped does so when the rounded picture is sent again; nine of ten searches succeed."""
    flips = [flip(shipped_model, case_of(shipped_model, one)) for one in drawings]
    for one, found in zip(drawings, flips, strict=True):
        sent = np.rint(found.canvas * 255).astype(np.uint8)
        answer = int(shipped_model(sent).logits[0].argmax())
        assert found.flipped == (answer == found.rival)
        np.testing.assert_allclose(found.canvas - one, found.change, atol=1e-6)
        assert found.added + found.removed == pytest.approx(np.abs(found.change).sum())
    assert np.mean([found.flipped for found in flips]) >= 0.9


def test_a_flip_goes_where_it_is_asked(shipped_model: Classifier, drawings: Canvases) -> None:
    """Asked about any of the nine other digits, the search ends there, and says so when it cannot."""
    value = case_of(shipped_model, drawings[3]).value
    flips = [
        flip(shipped_model, case_of(shipped_model, drawings[3], rival=r)) for r in {*range(10)} - {value}
    ]
    reached = [int(found.probabilities.argmax()) == found.rival for found in flips]
    assert [found.flipped for found in flips] == reached
    assert sum(reached) >= 7


def test_a_flip_is_small(shipped_model: Classifier, drawings: Canvases) -> None:
    """The change is far smaller than drawing another digit: in the median under a third of the ink."""
    shares = []
    for one in drawings:
        found = flip(shipped_model, case_of(shipped_model, one))
        shares.append((found.added + found.removed) / one.sum())
    assert np.median(shares) < 1 / 3


# ---- hidden units ----


@pytest.mark.parametrize("kind", ["feed-forward", "convnet"])
def test_the_effect_of_a_unit_is_what_switching_it_off_costs(
    make: Make, shipped_model: Classifier, drawings: Canvases, kind: str
) -> None:
    """The list of effects equals switching the units off one by one."""
    classifier = shipped_model if kind == "convnet" else make((32, 16))[1]
    insight, case = look_into(classifier), case_of(classifier, drawings[0])
    for number, layer in enumerate(look_at_units(insight, case)):
        for unit in (0, 7, 15):
            without = switch_off(insight, case, {number: [unit]})
            assert layer.effect[unit] == pytest.approx(case.margin - without.margin, abs=1e-3)
            assert without.probabilities.sum() == pytest.approx(1)
            assert without.layers[number][unit] == 0


def test_switching_off_nothing_changes_nothing(shipped_model: Classifier, drawings: Canvases) -> None:
    """With all units on, the probabilities are the model's."""
    case = case_of(shipped_model, drawings[0])
    found = switch_off(look_into(shipped_model), case, {})
    np.testing.assert_allclose(found.probabilities, case.answers.probabilities[0], atol=1e-4)
    assert found.margin == pytest.approx(case.margin, abs=1e-3)


# ---- speed ----


def test_each_explanation_is_fast(shipped_model: Classifier, drawings: Canvases) -> None:
    """In the median over the drawings each takes under 150 ms of one core."""
    insight = look_into(shipped_model)
    spent: dict[str, list[float]] = {"occlusion": [], "flip": [], "hidden": []}
    for one in drawings[:12]:
        case = case_of(shipped_model, one)
        for name, work in (
            ("occlusion", lambda case=case: occlude(shipped_model, case)),
            ("flip", lambda case=case: flip(shipped_model, case)),
            ("hidden", lambda case=case: look_at_units(insight, case)),
        ):
            began = time.process_time()
            work()
            spent[name].append(1000 * (time.process_time() - began))
    assert {name: np.median(times) < FAST_MS * slowness() for name, times in spent.items()} == dict.fromkeys(
        spent, True
    )
