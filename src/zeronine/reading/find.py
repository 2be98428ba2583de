"""Ink in, pieces out: connected patches of ink, without specks, lines and frames.

A piece is not yet a digit: a digit may be broken into several pieces, and one piece may hold several
touching digits; `split.py` sees to that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from zeronine.reading.normalise import Ink
from zeronine.reading.rules import remove_rules

Ints = npt.NDArray[np.int32]

MOST_PIECES = 20_000  #: beyond this only the largest are kept: noise must not cost unbounded time
SPECK_SHARE = 0.12  #: a piece is a speck when both its sides are below this share of a digit's height
NEIGHBOUR_SHARE = 0.2  #: of the digit's ink: lighter things at the border are its neighbours'
FRAME_THICK, FRAME_LONG = 0.08, 0.6  #: of the picture's side: the border piece of a frame
FAINT_SHARE = 0.35  #: of the way from the threshold to full ink: pattern is fainter on the whole
BLOT = 2.3  #: stroke widths: what is no longer than this is a dot or a blot
ALIKE = (0.6, 1.5)  #: of a digit's height: how tall a faint piece is that may be a digit too
HAIR = 0.5  #: of the page's stroke width: no faint digit's strokes are thinner, squared paper's lines are
LOW = 0.6  #: of a digit's height: only pieces lower than this are taken for pattern


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Connected patches of ink."""

    labels: Ints  #: (H, W): 0 for paper, else the number of the piece + 1, before any was dropped
    names: Ints  #: (k,): which label each piece has
    boxes: Ints  #: (k, 4): x, y, width, height
    areas: Ints  #: (k,): pixels
    masses: npt.NDArray[np.float32]  #: (k,): ink above the threshold, summed

    def __len__(self) -> int:
        """Return how many pieces there are."""
        return len(self.names)

    def keep(self, which: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> "Pieces":
        """Return some of the pieces, by a mask or in the order of an index."""
        return Pieces(
            self.labels, self.names[which], self.boxes[which], self.areas[which], self.masses[which]
        )


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What stands on a picture, before anything was read."""

    ink: Ink  #: (H, W): without rules
    pieces: Pieces
    height: float  #: of a digit, pixels; 0 where nothing was found
    ruled: bool  #: whether lines or frames were taken away


def find(ink: Ink, pieces: Pieces, threshold: float, *, faint: float = 1.0) -> Found:
    """Leave rules, specks and the paper's pattern out of the pieces that are connected above the threshold.

    Ink above `faint`, where that is below the threshold, counts where it stands alone and is as tall as
    the digits.
    """
    bare = remove_rules(ink, threshold, digit_height(pieces))
    ruled = bare is not ink
    if ruled:
        pieces = connected(bare, threshold)
    pieces = drop_specks(pieces, threshold)
    if faint < threshold and len(pieces):
        pieces = with_faint(bare, pieces, faint)
    return Found(bare, pieces, digit_height(pieces), ruled)


def with_faint(ink: Ink, pieces: Pieces, faint: float) -> Pieces:
    """Take patches of ink above a lower threshold that are as tall as the digits, where no digit stands.

    Another pen, or a hand that pressed less, on a page whose ink is darker for the most part; of such a
    digit only crumbs are above the threshold of the page, and they go into the patch.
    """
    height = digit_height(pieces)
    marked = pieces.labels > 0
    others = connected(np.where(marked, np.float32(1), ink), faint)
    home = np.zeros(int(pieces.labels.max()) + 1, np.int32)  # for each piece, the patch that it lies in
    home[pieces.labels[marked]] = others.labels[marked]
    tallest = np.zeros(int(others.labels.max()) + 1, np.int32)
    np.maximum.at(tallest, home[pieces.names], pieces.boxes[:, 3])
    _, _, wide, tall = others.boxes.T
    alike = (tall > ALIKE[0] * height) & (tall < ALIKE[1] * height) & (wide < ALIKE[1] * height)
    alone = alike & (tallest[others.names] < ALIKE[0] * height)
    if alone.any():
        alone &= widths_of(others) > HAIR * np.median(widths_of(pieces))
    taken = others.keep(alone)
    if len(taken) == 0:
        return pieces
    names = np.zeros_like(tallest)
    names[taken.names] = len(home) + np.arange(len(taken), dtype=np.int32)
    labels = np.maximum(pieces.labels, names[others.labels])
    rest = pieces.keep(names[home[pieces.names]] == 0)
    return join([replace(rest, labels=labels), replace(taken, labels=labels, names=names[taken.names])])


def connected(ink: Ink, threshold: float) -> Pieces:
    """Return the connected patches of ink above the threshold, in no particular order."""
    mask = ink > threshold
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    masses = np.bincount(labels[mask], weights=ink[mask] - threshold, minlength=count)[1:]
    pieces = Pieces(
        np.asarray(labels, np.int32),
        np.arange(1, count, dtype=np.int32),
        np.asarray(stats[1:, :4], np.int32),
        np.asarray(stats[1:, cv2.CC_STAT_AREA], np.int32),
        np.asarray(masses, np.float32),
    )
    if len(pieces) > MOST_PIECES:
        pieces = pieces.keep(np.sort(np.argsort(-pieces.areas, kind="stable")[:MOST_PIECES]))
    return pieces


def digit_height(pieces: Pieces) -> float:
    """Return how tall the digits of a picture are: the height that half of all ink is in pieces above."""
    if len(pieces) == 0:
        return 0.0
    heights = np.maximum(pieces.boxes[:, 3], pieces.boxes[:, 2] * 0.3)
    order = np.argsort(heights)
    weights = np.cumsum(pieces.masses[order])
    return float(heights[order][np.searchsorted(weights, weights[-1] / 2)])


def drop_specks(pieces: Pieces, threshold: float) -> Pieces:
    """Leave out what is far smaller than the digits of the picture, and low things that are only faint.

    The paper's pattern, where it shows at all, hardly gets over the threshold.
    """
    height = digit_height(pieces)
    longest = np.maximum(pieces.boxes[:, 2], pieces.boxes[:, 3])
    large = (longest >= SPECK_SHARE * height) & (longest >= BLOT * widths_of(pieces))
    strength = threshold + pieces.masses / pieces.areas
    faint = (strength < threshold + FAINT_SHARE * (1 - threshold)) & (pieces.boxes[:, 3] < LOW * height)
    return pieces.keep(large & ~faint)


def only_digit(pieces: Pieces, shape: tuple[int, ...]) -> Pieces:
    """Return the pieces of a picture (H, W) that holds one digit: without frames and bits of its neighbours.

    What lies along the border, or touches it and is far lighter than the digit, does not belong to it.
    """
    if len(pieces) < 2:
        return pieces
    height, width = shape
    x, y, wide, tall = pieces.boxes.T
    touching = (x <= 1) | (y <= 1) | (x + wide >= width - 1) | (y + tall >= height - 1)
    slight = pieces.masses < NEIGHBOUR_SHARE * pieces.masses.max()
    upright = (wide < FRAME_THICK * width) & (tall > FRAME_LONG * height)
    level = (tall < FRAME_THICK * height) & (wide > FRAME_LONG * width)
    outside = touching & (slight | upright | level)
    return pieces.keep(~outside) if not outside.all() else pieces


def widths_of(pieces: Pieces) -> npt.NDArray[np.float64]:
    """Return how wide the strokes of each piece are, (k,), in pixels: twice the area over the outline."""
    mask = (pieces.labels > 0).astype(np.uint8)
    inner = cv2.erode(mask, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=0)
    outline = np.bincount(pieces.labels[(mask > 0) & (inner == 0)], minlength=pieces.names.max(initial=0) + 1)
    return np.asarray(2 * pieces.areas / np.maximum(outline[pieces.names], 1), np.float64)


def join(some: Sequence[Pieces]) -> Pieces:
    """Return pieces of one picture as one list, in the order given; there must be at least one list."""
    return Pieces(
        some[0].labels,
        np.concatenate([pieces.names for pieces in some]),
        np.concatenate([pieces.boxes for pieces in some]),
        np.concatenate([pieces.areas for pieces in some]),
        np.concatenate([pieces.masses for pieces in some]),
    )


def cut(ink: Ink, pieces: Pieces, *, beyond: Ints | None = None, reach: int = 0) -> Ink:
    """Return the ink of these pieces alone, with their grey edges, (h, w) float32; full ink is 1.

    `beyond` names pieces of which the ink within `reach` pixels is taken too: a stroke that two digits
    share belongs to both.
    """
    x, y, right, bottom = hull(pieces.boxes)
    top, left = max(y - 1 - reach, 0), max(x - 1 - reach, 0)
    window = (slice(top, bottom + 1 + reach), slice(left, right + 1 + reach))
    labels = pieces.labels[window]
    mine = np.isin(labels, pieces.names) if len(pieces) > 1 else labels == pieces.names[0]
    if beyond is not None and reach:
        mine |= (spread(mine, reach) > 0) & np.isin(labels, beyond)
    return lift(ink[window], labels, mine)


def lift(ink: Ink, labels: Ints, mine: npt.NDArray[np.bool_]) -> Ink:
    """Return the ink (h, w) of these pixels alone, with their grey edges; full ink is 1."""
    near = (spread(mine, 1) > 0) & (mine | (labels == 0))
    part = np.where(near, ink, np.float32(0))
    return np.asarray(np.minimum(part / full_ink(part[mine]), 1), np.float32)


def spread(mask: npt.NDArray[np.bool_], reach: int) -> npt.NDArray[np.uint8]:
    """Return the mask grown by a square of this reach, (h, w) of 0 and 1."""
    side = 2 * reach + 1
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((side, side), np.uint8)), np.uint8)


def full_ink(values: Ink) -> float:
    """Return how dark a piece's own full ink is: a faint pen's digits are brought to 1 by it."""
    if values.size == 0:
        return 1.0
    place = (3 * values.size) // 4
    return max(float(np.partition(values, place)[place]), 1e-3)


def hull(boxes: Ints) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom (exclusive) of all boxes together."""
    if len(boxes) == 1:  # as a rule, and there are thousands
        x, y, wide, tall = boxes[0].tolist()
        return x, y, x + wide, y + tall
    return (
        int(boxes[:, 0].min()),
        int(boxes[:, 1].min()),
        int((boxes[:, 0] + boxes[:, 2]).max()),
        int((boxes[:, 1] + boxes[:, 3]).max()),
    )
