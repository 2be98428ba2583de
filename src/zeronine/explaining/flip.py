"""What would change the answer: a small change of ink, made of dabs of a pen and of an eraser.

The search is greedy.  Every dab near the digit is tried once in a batch, and where dabs are not
enough, short strokes; the best for their ink are put together until the answer turns; those that turn
out not to be needed are taken back, and what is left is faded as far as the answer allows.  So the
change is small, not provably the smallest.
Values are rounded to 1/255 throughout, so the picture that is shown is the one that was judged.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from zeronine.canvas import SIDE, Canvases
from zeronine.explaining.case import Case, Picture
from zeronine.reading.classify import Classifier, Floats

BRUSH = np.array([[0.35, 0.8, 0.35], [0.8, 1.0, 0.8], [0.35, 0.8, 0.35]], np.float32)
EDGE_PX = 3  #: touches are centred at least this far from the edge of the canvas
REACH_PX = 3  #: a pen dab lies at most this far from ink
MIN_INK = 0.15  #: ink that a dab has to change to be worth a try
TOGETHER = 3  #: dabs put together in one round
KEPT = 64  #: dabs that are tried again in the next round
ROUNDS = 20
WITH_STROKES = (3, 7, 11)  #: rounds at which all touches are tried anew, on the changed canvas
FADES = 24
SURE = 1e-3  #: by how much the new answer has to lead, so that rounding cannot turn it back


@dataclass(frozen=True, slots=True)
class Flip:
    """The changed canvas and how much was changed."""

    rival: int
    flipped: bool  #: whether the model now answers `rival`; the search may fail for a far digit
    canvas: Floats  #: (28, 28), multiples of 1/255
    change: Picture  #: + ink added, - ink taken away
    probabilities: Floats  #: (10,), of the changed canvas

    @property
    def added(self) -> float:
        """Ink added, in pixels full of ink."""
        return float(np.maximum(self.change, 0).sum())

    @property
    def removed(self) -> float:
        """Ink taken away, in pixels full of ink."""
        return float(np.maximum(-self.change, 0).sum())


def flip(classifier: Classifier, case: Case) -> Flip:
    """Return a small change of ink after which the model answers the case's rival."""
    start = _rounded(case.canvas)
    dabs, turned = _searched(classifier, start, case.rival)
    if turned:
        canvas = _faded(classifier, start, _needed(classifier, start, dabs, case.rival), case.rival)
    else:
        canvas = _with(start, dabs.sum(axis=0))
    answers = classifier(canvas)
    return Flip(
        case.rival,
        bool(answers.logits[0].argmax() == case.rival),
        canvas,
        canvas.astype(np.float64) - case.canvas,
        answers.probabilities[0],
    )


def _searched(classifier: Classifier, start: Floats, rival: int) -> tuple[Canvases, bool]:
    """Return touches that together turn the answer, and whether they do: dabs first, then strokes too."""
    canvas, chosen = start, np.zeros((0, SIDE, SIDE), np.float32)
    touches = _touches(start, (BRUSH,))
    for number in range(ROUNDS):
        if number in WITH_STROKES:
            touches = _touches(canvas, (BRUSH, *_strokes()), everywhere=number == WITH_STROKES[-1])
        touches = _best_first(classifier, canvas, touches, rival)[:KEPT]
        if not len(touches):
            continue  # until strokes are tried
        steps = _with(canvas, np.cumsum(touches[:TOGETHER], axis=0))
        turned = _lead(classifier, steps, rival) >= SURE
        count = 1 + int(turned.argmax() if turned.any() else _belief(classifier, steps, rival).argmax())
        chosen = np.concatenate([chosen, touches[:count]])
        if turned.any():
            return chosen, True
        canvas, touches = steps[count - 1], touches[count:]
    return chosen, False


def _touches(canvas: Floats, brushes: tuple[Floats, ...], *, everywhere: bool = False) -> Canvases:
    """Return what each brush can change; long brushes are tried at fewer places unless `everywhere`."""
    return np.concatenate(
        [_dabs(canvas, brush, _places(sparse=len(brush) > 3 and not everywhere)) for brush in brushes]
    )


def _best_first(classifier: Classifier, canvas: Floats, dabs: Canvases, rival: int) -> Canvases:
    """Return the dabs that bring the answer nearer, the best for their ink first."""
    if not len(dabs):
        return dabs
    changed = _with(canvas, dabs)
    ink = np.abs(changed - canvas).sum(axis=(1, 2)) + MIN_INK
    before = _belief(classifier, canvas[None], rival)[0]
    gains = (_belief(classifier, changed, rival) - before) / np.sqrt(ink)
    order = np.argsort(-gains, kind="stable")
    return np.asarray(dabs[order[gains[order] > 0]])


def _dabs(canvas: Floats, brush: Floats, places: npt.NDArray[np.bool_]) -> Canvases:
    """Return the changes (n, 28, 28) that one touch can make: of the pen near ink, of the eraser on it."""
    side = len(brush)
    parts = sliding_window_view(canvas, (side, side))  # (m, m, side, side), by its top-left corner
    half = side // 2
    middles = slice(half, SIDE - half)
    open_places = places[middles, middles]
    pens = np.maximum(brush - parts, 0)
    erasers = -brush * parts
    near = _grown(canvas > 0.3, REACH_PX)[middles, middles]
    on_pen = open_places & near & (pens.sum(axis=(2, 3)) > MIN_INK)
    on_eraser = open_places & (-erasers.sum(axis=(2, 3)) > MIN_INK)
    changes = np.concatenate([pens[on_pen], erasers[on_eraser]])
    corners = np.concatenate([np.argwhere(on_pen), np.argwhere(on_eraser)])
    pictures = np.zeros((len(changes), SIDE, SIDE), np.float32)
    for picture, (y, x), change in zip(pictures, corners, changes, strict=True):
        picture[y : y + side, x : x + side] = change
    return pictures


def _places(*, sparse: bool) -> npt.NDArray[np.bool_]:
    """Return (28, 28): where touches are tried, every second place, or every fourth if `sparse`."""
    y, x = np.indices((SIDE, SIDE))
    inside = (np.minimum(y, x) >= EDGE_PX) & (np.maximum(y, x) < SIDE - EDGE_PX)
    return np.asarray(inside & ((x + y) % 2 == 0) & ((x % 2 == 0) | (not sparse)))


def _strokes() -> tuple[Floats, ...]:
    """Return four short lines, (7, 7) each: lying, standing and both ways aslant."""
    lines = []
    for dy, dx in ((0, 1), (1, 0), (1, 1), (1, -1)):
        line = np.zeros((7, 7), np.float32)
        for along in (-2, -1, 0, 1, 2):
            y, x = 3 + along * dy, 3 + along * dx
            part = line[y - 1 : y + 2, x - 1 : x + 2]
            np.maximum(part, BRUSH, out=part)
        lines.append(line)
    return tuple(lines)


def _grown(mask: npt.NDArray[np.bool_], reach: int) -> npt.NDArray[np.bool_]:
    """Return the places within `reach` pixels of the mask, in rows and columns."""
    wide = np.pad(mask, reach)
    windows = sliding_window_view(wide, (2 * reach + 1, 2 * reach + 1))
    return np.asarray(windows.any(axis=(2, 3)))


def _needed(classifier: Classifier, start: Floats, dabs: Canvases, rival: int) -> Canvases:
    """Return the dabs without those that the answer turns without, the least needed taken back first."""
    while len(dabs) > 1:
        without = dabs.sum(axis=0) - dabs  # (n, 28, 28), each without one
        leads = _lead(classifier, _with(start, without), rival)
        spare = np.flatnonzero(leads >= SURE)
        if not len(spare):
            break
        # Among the dabs that can be spared, the one that costs most ink goes.
        ink = np.abs(dabs[spare]).sum(axis=(1, 2))
        dabs = np.delete(dabs, spare[ink.argmax()], axis=0)
    return dabs


def _faded(classifier: Classifier, start: Floats, dabs: Canvases, rival: int) -> Floats:
    """Return the changed canvas with the change as faint as the answer allows."""
    strength = np.linspace(1 / FADES, 1, FADES, dtype=np.float32)[:, None, None]
    canvases = _with(start, strength * dabs.sum(axis=0))
    turned = _lead(classifier, canvases, rival) >= SURE
    return np.asarray(canvases[int(turned.argmax())] if turned.any() else canvases[-1])


def _with(canvas: Floats, changes: Canvases) -> Canvases:
    """Return the canvas with each of some changes."""
    return _rounded(np.clip(canvas + changes, 0, 1))


def _lead(classifier: Classifier, canvases: Canvases, rival: int) -> npt.NDArray[np.float64]:
    """Return (N,): by how much the logit of `rival` leads the best of the others."""
    logits = classifier(canvases).logits.astype(np.float64)
    others = np.delete(logits, rival, axis=1).max(axis=1)
    return np.asarray(logits[:, rival] - others)


def _belief(classifier: Classifier, canvases: Canvases, rival: int) -> npt.NDArray[np.float64]:
    """Return (N,): the logarithm of the probability of `rival`, which no third digit can hide."""
    logits = classifier(canvases).logits.astype(np.float64)
    top = logits.max(axis=1)
    return np.asarray(logits[:, rival] - top - np.log(np.exp(logits - top[:, None]).sum(axis=1)))


def _rounded(canvas: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return np.asarray(np.rint(canvas * 255) / np.float32(255), np.float32)
