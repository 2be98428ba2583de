"""The recogniser as a scikit-learn estimator: `fit`, `predict`, `predict_proba`, `score`.

It wraps the one training loop, so recipes mean the same here and there.  A row of X is a square
picture, flattened: 784 values for MNIST, 64 for scikit-learn's own digits, any number else (what lacks
to a square is paper).  The lowest and the highest value given to `fit` are paper and ink.
Pictures of your own are brought to the canvas by `zeronine.load_own` first.
"""

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from zeronine.canvas import BOX, SIDE
from zeronine.data.digits import Digits
from zeronine.extras import need
from zeronine.reading.normalise import area_weights
from zeronine.training.recipe import DEFAULT

if TYPE_CHECKING:
    from zeronine.training.recipe import Recipe

base: Any = need("sklearn.base", extra="sklearn")
multiclass = need("sklearn.utils.multiclass", extra="sklearn")
validation = need("sklearn.utils.validation", extra="sklearn")

LEAST_STEPS = 400  #: of a fit whose number of epochs was not given: few digits need many epochs
MOST_CLASSES = 10
AT_ONCE = 1024  #: pictures that go through the network together

Rows = npt.NDArray[np.floating]


class DigitClassifier(base.ClassifierMixin, base.BaseEstimator):  # type: ignore[misc]  # no types there
    """A digit recogniser with scikit-learn's conventions; up to ten classes of any name.

    `recipe` is the name of a recipe or a `Recipe`; `epochs` overrides its number of epochs (None: the
    recipe's own, or more where that would be under 400 steps).
    After `fit` there are `classes_`, `n_features_in_`, `low_` and `high_` (paper and ink), `network_`,
    and `history_` (the figures of every epoch).
    """

    def __init__(
        self,
        recipe: "str | Recipe" = DEFAULT,
        *,
        epochs: int | None = None,
        random_state: Any = None,
        device: str = "cpu",
    ) -> None:
        """Store the choices; nothing is checked or built before `fit`."""
        self.recipe = recipe
        self.epochs = epochs
        self.random_state = random_state
        self.device = device

    def fit(self, X: npt.ArrayLike, y: npt.ArrayLike) -> Self:  # noqa: N803  scikit-learn's name
        """Learn from pictures X, (N, features) or (N, height, width), and their classes y (N,)."""
        from zeronine.training.loop import fit

        rows, classes = validation.validate_data(self, _flat(X), y, dtype=np.float64)
        multiclass.check_classification_targets(classes)
        self.classes_, labels = np.unique(classes, return_inverse=True)
        if len(self.classes_) > MOST_CLASSES:
            raise ValueError(f"y has {len(self.classes_)} classes, a digit recogniser learns at most ten")
        self.low_, self.high_ = float(rows.min()), float(rows.max())
        digits = Digits(_images(rows, self.low_, self.high_), labels.astype(np.int64), "X")
        network, self.history_ = fit(digits, self._plan(len(digits)), device=self.device)
        self.network_ = network.cpu().double()  # so that an answer does not depend on its neighbours
        return self

    def predict_proba(self, X: npt.ArrayLike) -> npt.NDArray[np.float64]:  # noqa: N803
        """Return the probability of each of `classes_`, (N, classes)."""
        import torch

        validation.check_is_fitted(self)
        rows = validation.validate_data(self, _flat(X), dtype=np.float64, reset=False)
        canvases = torch.from_numpy(_images(rows, self.low_, self.high_)).double() / 255
        with torch.inference_mode():
            parts = [self.network_(some).logits for some in torch.split(canvases, AT_ONCE)]
            logits = torch.cat(parts)[:, : len(self.classes_)]
        return np.asarray(torch.softmax(logits, dim=1), np.float64)

    def predict(self, X: npt.ArrayLike) -> npt.NDArray[Any]:  # noqa: N803
        """Return the most likely class of every picture, (N,)."""
        best = self.predict_proba(X).argmax(axis=1)
        return np.asarray(self.classes_[best])

    def _plan(self, count: int) -> "Recipe":
        """Return the recipe with this estimator's seed and number of epochs."""
        from zeronine.training.recipe import recipe_named

        plan = recipe_named(self.recipe)
        seed = int(
            need("sklearn.utils", extra="sklearn").check_random_state(self.random_state).randint(2**31)
        )
        enough = -(-LEAST_STEPS // -(-count // plan.batch_size))
        return replace(plan, seed=seed, epochs=self.epochs or max(plan.epochs, enough))


def _flat(pictures: npt.ArrayLike) -> Any:
    """Return pictures (N, height, width) as rows; anything else as it is, for scikit-learn to judge."""
    if isinstance(pictures, np.ndarray) and pictures.ndim == 3:
        return pictures.reshape(len(pictures), -1)
    return pictures


def _images(rows: Rows, low: float, high: float) -> npt.NDArray[np.uint8]:
    """Return rows of any length as canvases (N, 28, 28) uint8: squares, brought to 20 pixels and framed.

    Pictures of 28 x 28 stay as they are; larger ones are brought to 28 pixels without a frame.
    """
    count, features = rows.shape
    side = math.isqrt(features - 1) + 1
    ink = np.zeros((count, side * side), np.float32)
    ink[:, :features] = np.clip((rows - low) / max(high - low, np.finfo(float).tiny), 0, 1)
    squares = ink.reshape(count, side, side)
    if side != SIDE:
        new = SIDE if side > SIDE else BOX
        weights = area_weights(side, new)
        frame = (SIDE - new) // 2
        squares = np.pad(weights @ squares @ weights.T, ((0, 0), (frame, frame), (frame, frame)))
    return np.rint(squares * 255).astype(np.uint8)
