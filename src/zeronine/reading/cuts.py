"""Where one piece of ink might hold two digits: seams along which it could be cut.

A seam runs from the top of a piece to its bottom and crosses as little ink as it can, so it slips
between slanted digits and through the thinnest place of a stroke that joins two.  Too many cuts are
made on purpose: which of them are true is decided by `split.py` with the classifier's evidence
(LeCun, Bottou, Bengio and Haffner, 1998, section V: heuristic over-segmentation).
"""

import cv2
import numpy as np

from zeronine.reading.find import Ints, Pieces
from zeronine.reading.normalise import Ink, stroke_width
from zeronine.reading.rings import holes, seams_between

SEAM_SIDE = 64  #: pixels of height on which seams are sought
APART = 0.12  #: of a digit's height: seams lie at least so far apart
STROKES = 3.0  #: a seam crosses at most this many stroke widths of ink
ASIDE = 0.05  #: what it costs a seam to go one pixel aside, in pixels of ink
PAPER = 0.01  #: and to cross one pixel of paper


def cut_piece(ink: Ink, pieces: Pieces, index: int, *, height: float, first_name: int) -> Pieces:
    """Cut one piece along its seams; its parts are pieces again, named from `first_name` on, left to right.

    Writes the new names into `pieces.labels`.  A piece without seams comes back as it is.
    `height` is that of the line's digits, in pixels.
    """
    x, y, wide, tall = (int(value) for value in pieces.boxes[index])
    window = pieces.labels[y : y + tall, x : x + wide]
    mine = window == pieces.names[index]
    seams = find_seams(np.where(mine, ink[y : y + tall, x : x + wide], np.float32(0)), height)
    if len(seams) == 0:
        return pieces.keep(np.array([index]))
    part = between(seams, wide)  # (tall, wide)
    names, boxes, areas, masses = [], [], [], []
    share = float(pieces.masses[index]) / max(int(pieces.areas[index]), 1)
    for number in range(len(seams) + 1):
        rows, columns = np.nonzero(mine & (part == number))
        if len(rows):
            left, top = int(columns.min()), int(rows.min())
            names.append(first_name + number)
            boxes.append((x + left, y + top, int(columns.max()) - left + 1, int(rows.max()) - top + 1))
            areas.append(len(rows))
            masses.append(len(rows) * share)
    window[mine] = first_name + part[mine]
    return Pieces(
        pieces.labels,
        np.array(names, np.int32),
        np.array(boxes, np.int32),
        np.array(areas, np.int32),
        np.array(masses, np.float32),
    )


def between(seams: Ints, wide: int) -> Ints:
    """Return where each pixel lies among the seams (s, h), (h, wide): 0 left of all, s right of all."""
    return np.asarray((np.arange(wide)[None, None, :] > seams[:, :, None]).sum(axis=0), np.int32)


def find_seams(ink: Ink, height: float) -> Ints:
    """Return the seams of a piece (h, w) from left to right, (s, h): the column of each seam in each row.

    A seam belongs left of the pixel it names and crosses at most `STROKES` strokes, or lies between two
    rings that share one.
    """
    cheap = cheap_seams(ink, height)
    shared = seams_between(holes(ink > 0, height), height)
    if not shared:
        return cheap
    apart = [seam for seam in cheap if all(np.abs(seam - one).mean() > APART * height for one in shared)]
    return np.array(sorted(apart + shared, key=np.mean), np.int32)


def cheap_seams(ink: Ink, height: float) -> Ints:
    """Return the seams that cross as little of a piece (h, w) as they can, from left to right, (s, h)."""
    tall, wide = ink.shape
    shrink = min(1.0, SEAM_SIDE / tall)
    small_tall, small_wide = max(2, round(tall * shrink)), max(2, round(wide * shrink))
    size = (small_wide, small_tall)
    small = np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA), np.float32)
    down, back = cheapest(small), cheapest(small[::-1])[::-1]
    middle = small_tall // 2
    through = down[middle] + back[middle] - small[middle] - PAPER  # (w,): cost of the best seam through x
    most = STROKES * max(stroke_width(small), 1.0)
    starts = valleys(through, most=most, apart=max(1.0, APART * height * shrink))
    seams = np.zeros((len(starts), small_tall), np.int32)
    follow(seams, down, starts, range(middle, -1, -1))
    follow(seams, back, starts, range(middle, small_tall))
    rows = np.minimum((np.arange(tall) * small_tall) // tall, small_tall - 1)
    return np.asarray(np.round((seams[:, rows] + 0.5) / shrink - 0.5), np.int32)


def cheapest(ink: Ink) -> Ink:
    """Return for each pixel the ink that the best way from the top row down to it must cross, (h, w)."""
    cost = ink + np.float32(PAPER)
    for y in range(1, len(cost)):
        cost[y] += np.minimum(cost[y - 1], beside(cost[y - 1]) + np.float32(ASIDE))
    return cost


def beside(row: Ink) -> Ink:
    """Return the cheaper of each pixel's two neighbours in a row."""
    edged = np.pad(row, 1, constant_values=np.float32(np.inf))
    return np.minimum(edged[:-2], edged[2:])


def follow(seams: Ints, cost: Ink, starts: Ints, rows: range) -> None:
    """Write the way of each seam from its start in the first of the rows to the last, back up its costs."""
    wide = cost.shape[1]
    at = starts.copy()
    seams[:, rows[0]] = at
    for y in rows[1:]:
        choices = np.stack([at, np.maximum(at - 1, 0), np.minimum(at + 1, wide - 1)])
        price = cost[y][choices] + np.array([[0.0], [ASIDE], [ASIDE]])
        at = np.take_along_axis(choices, price.argmin(axis=0)[None], axis=0)[0]
        seams[:, y] = at


def valleys(through: Ink, *, most: float, apart: float) -> Ints:
    """Return where the cost has its lowest places, at most `most` and at least `apart` from each other.

    The outermost columns are no cuts.
    """
    chosen: list[int] = []
    for x in np.argsort(through, kind="stable"):
        if through[x] > most:
            break
        inside = apart <= x < len(through) - apart
        if inside and all(abs(x - other) > apart for other in chosen):
            chosen.append(int(x))
    return np.sort(np.array(chosen, np.int32))
