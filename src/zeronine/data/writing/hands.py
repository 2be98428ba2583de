"""One hand writes a line: the same slant, pen, size and shapes from the first character to the last.

A hand draws digits, signs and letters into a sheet of ink, and says which box each one fills.  Its
shapes are MNIST's training digits, chosen to be alike in slant and pen; or the paths of `shapes.py` and
`signs.py`, bent one way for the whole line; or the glyphs of a font, by hand or printed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from zeronine.canvas import BOX
from zeronine.data.digits import Digits
from zeronine.data.writing.fonts import Glyph
from zeronine.data.writing.shapes import HELD_APART, SHAPES
from zeronine.data.writing.signs import LETTERS, SIGNS, STRANGE
from zeronine.data.writing.strokes import shape_as_weights

Sheet = npt.NDArray[np.uint8]  #: (H, W), ink = 255; drawn into
Matrix = npt.NDArray[np.float64]  #: (2, 3), from heights of a digit to pixels of the sheet
Box = tuple[float, float, float, float]  #: left, top, right, bottom in pixels of the sheet
Generator = np.random.Generator

KINDS = ("mnist", "strokes", "hand font", "print")
SHARES = (0.36, 0.36, 0.18, 0.1)
BY_PATH = 0.2  #: share of the digits that a hand of MNIST's digits writes by paths: shapes that MNIST lacks
ALIKE = 40  #: MNIST digits among which the one nearest to the hand is taken
SHIFT = 4  #: bits behind the point in what OpenCV draws
SUBPIXEL = 1 << SHIFT
INKED = 100  #: level above which ink counts for a box


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What hands take their shapes from."""

    images: npt.NDArray[np.uint8]  #: (N, 28, 28)
    places: Sequence[npt.NDArray[np.int64]]  #: of each digit's images, 0 to 9
    boxes: npt.NDArray[np.int64]  #: (N, 4): left, top, right, bottom of the ink
    slants: npt.NDArray[np.float32]  #: (N,): columns to the right for each row upwards
    pens: npt.NDArray[np.float32]  #: (N,): width of the stroke, in heights
    hand_fonts: Sequence[Mapping[str, Glyph]]
    print_fonts: Sequence[Mapping[str, Glyph]]
    shapes: Mapping[str, Sequence[str]]  #: texts of paths by character
    strange: float = 1.0  #: how many times as far as usual hands stray from their shapes


def material_of(
    digits: Digits,
    *,
    hand_fonts: Sequence[Mapping[str, Glyph]] = (),
    print_fonts: Sequence[Mapping[str, Glyph]] = (),
    held_apart: bool = False,
    strange: float = 1.0,
) -> Material:
    """Measure the digits and gather shapes: those for training, or only those `held_apart` from it.

    Hands stray `strange` times as far from their shapes as those that networks learn from.
    """
    rows, columns = digits.images.max(2) > 50, digits.images.max(1) > 50
    boxes = np.stack(
        [columns.argmax(1), rows.argmax(1), 28 - columns[:, ::-1].argmax(1), 28 - rows[:, ::-1].argmax(1)], 1
    )
    weight = digits.images.astype(np.float32) / 255
    total = weight.sum((1, 2)) + 1e-6
    at = np.arange(28, dtype=np.float32)
    middle_x = (weight.sum(1) @ at) / total
    middle_y = (weight.sum(2) @ at) / total
    dx, dy = at[None] - middle_x[:, None], at[None] - middle_y[:, None]
    across = np.einsum("nyx,nx,ny->n", weight, dx, dy, optimize=True)
    slants = -across / (np.einsum("nyx,ny->n", weight, dy**2, optimize=True) + 1e-6)
    outline = np.hypot(np.diff(weight[:, :, :-1], axis=1), np.diff(weight[:, :-1], axis=2)).sum((1, 2))
    return Material(
        images=digits.images,
        places=[np.flatnonzero(digits.labels == digit) for digit in range(10)],
        boxes=boxes,
        slants=np.clip(slants, -0.6, 0.8).astype(np.float32),
        pens=np.asarray(2 * total / np.maximum(outline, 1) / BOX, np.float32),
        hand_fonts=hand_fonts,
        print_fonts=print_fonts,
        shapes=_shapes(held_apart=held_apart),
        strange=strange,
    )


def _shapes(*, held_apart: bool) -> dict[str, Sequence[str]]:
    own = {
        str(digit): [text for name, text in shapes.items() if (name in HELD_APART[digit]) == held_apart]
        for digit, shapes in SHAPES.items()
    }
    return {**own, **SIGNS, **STRANGE, **LETTERS}


@dataclass(frozen=True, slots=True)
class Placed:
    """A character on a sheet."""

    character: str
    box: Box
    right: float  #: where the next one may begin, in heights along the line


class Hand:
    """One hand with one pen, for one line."""

    def __init__(self, material: Material, generator: Generator, *, kind: str | None = None) -> None:
        """Draw a hand by lot; `kind` is one of KINDS."""
        g = generator
        self.material, self.generator = material, g
        self.kind = kind or KINDS[int(g.choice(len(KINDS), p=SHARES))]
        self.fonts = material.print_fonts if self.kind == "print" else material.hand_fonts
        if self.kind not in ("mnist", "strokes") and not self.fonts:
            self.kind = "strokes"
        self.slant = float(g.normal(0.13, 0.22)) if self.kind != "print" else float(g.normal(0, 0.04))
        self.pen = float(np.clip(np.exp(g.normal(-2.45, 0.48)), 0.018, 0.26))  #: in heights
        self.stretch = float(np.exp(g.normal(0, 0.19)))
        strange = material.strange if self.kind != "print" else 1.0
        self.swell = g.normal(0, 0.09 * strange, 6)
        self.mess = strange * float(g.uniform(0.3, 1.6)) if self.kind != "print" else 0.1
        self.uneven = float(g.uniform(0.02, 0.14)) if self.kind != "print" else 0.005  #: of sizes
        self.rising = float(g.normal(0, 0.05)) if self.kind != "print" else 0.0  #: of sizes along a text
        self.small = self._small_ones()
        self.by_path = frozenset(str(digit) for digit in np.flatnonzero(g.random(10) < BY_PATH))
        self._written = 0
        self.gap = self._gap()
        self.table = _sharpened(float(g.uniform(0.32, 0.62)), float(g.uniform(1.2, 3.5)))
        self.font: Mapping[str, Glyph] = {}
        if self.fonts and self.kind in ("hand font", "print"):
            self.font = self.fonts[int(g.integers(len(self.fonts)))]
        self.grow = int(g.integers(-1, 3)) if self.font and self.kind == "hand font" else 0
        self._chosen: dict[str, str] = {}

    def _small_ones(self) -> dict[str, float]:
        """Return the sizes of the digits that this hand writes small: zeros as a rule, where any."""
        g = self.generator
        if self.kind == "print" or g.random() > 0.35:
            return {}
        chosen = "0" if g.random() < 0.6 else "".join(map(str, g.integers(0, 10, int(g.integers(1, 5)))))
        return dict.fromkeys(chosen, float(g.uniform(0.5, 0.85)))

    def begin(self) -> None:
        """Begin a new text: sizes start anew."""
        self._written = 0

    def _gap(self) -> float:
        """Return the paper between two characters, in heights; below zero they overlap."""
        g = self.generator
        if self.kind == "print":
            return float(g.uniform(0.08, 0.3))
        kind = g.random()
        if kind < 0.4:
            return float(g.uniform(-0.22, 0.06))  # they touch, some of them
        return float(g.uniform(0.05, 0.5) if kind < 0.9 else g.uniform(0.5, 1.3))

    def write(self, sheet: Sheet, character: str, at: float, line: Matrix) -> Placed | None:
        """Draw a character that begins `at` heights along the line; None where the hand cannot write it.

        `line` takes heights to pixels: (0, 0) is the top of its first digit, (0, 1) the line it stands on.
        """
        wobble, size = self._wobble(character)
        self._written += 1
        place = line @ np.array([[1, 0, at], [0, 1, 0], [0, 0, 1.0]]) @ wobble
        placed = self._write(sheet, character, place)
        if placed is None or placed.box[2] - placed.box[0] < 1:
            return None  # the pen was too faint to leave anything
        return Placed(character, placed.box, at + size * placed.right)

    def _write(self, sheet: Sheet, character: str, place: Matrix) -> Placed | None:
        if self.font:
            glyph = self.font.get(character)
            return None if glyph is None else self._stamp(sheet, character, glyph, 0.0, place)
        if self.kind == "mnist" and character.isdigit() and character not in self.by_path:
            return self._write_digit(sheet, character, place)
        if character not in self.material.shapes:
            return None
        return self._draw_path(sheet, character, place)

    def _wobble(self, character: str) -> tuple[Matrix, float]:
        """Return how this character strays from its place: a (3, 3) matrix, and its size."""
        g, mess = self.generator, self.mess
        drift = np.clip(self.rising * self._written, -0.4, 0.4)
        own = self.small.get(character, 1.0)
        size = own * np.exp(g.normal(0, self.uneven) + drift)
        turn = g.normal(0, 0.04 * mess)
        cos, sin = size * np.cos(turn), size * np.sin(turn)
        stands = 1.0 if own == 1.0 else g.uniform(0.3, 1.0)  # small ones hang somewhat above the line
        up = g.normal(0, 0.04 * mess) + (1 - size) * stands
        return np.array([[cos, -sin, 0.0], [sin, cos, up], [0, 0, 1]]), float(size)

    def _write_digit(self, sheet: Sheet, character: str, place: Matrix) -> Placed:
        """Stamp the MNIST digit that is most like this hand among some."""
        material, places = self.material, self.material.places[int(character)]
        some = places[self.generator.integers(0, len(places), ALIKE)]
        unlike = np.abs(material.slants[some] - self.slant) + 6 * np.abs(material.pens[some] - self.pen)
        chosen = int(some[np.argmin(unlike)])
        left, top, right, bottom = material.boxes[chosen].tolist()
        mask = material.images[chosen, top:bottom, left:right]
        height = bottom - top
        raised = (BOX - height) / 2 if height < 0.6 * BOX else BOX - height
        glyph = Glyph(mask, 0.0, raised / BOX, BOX)
        return self._stamp(sheet, character, glyph, float(material.slants[chosen]), place)

    def _stamp(self, sheet: Sheet, character: str, glyph: Glyph, slant: float, place: Matrix) -> Placed:
        """Lay a mask on the sheet, sheared so that its own slant becomes the hand's."""
        loose = self.mess * self.generator.normal(0, (0.06, 0.07)) if not self.font else (0.0, 0.0)
        shear, stretch = self.slant - slant + loose[0], self.stretch * float(np.exp(loose[1]))
        height, width = (side / glyph.scale for side in glyph.mask.shape)
        lean = shear * stretch
        start = glyph.left if self.font else 0.0
        # heights = (x * stretch / scale + start, y / scale + top), sheared about the foot of the line
        to_line = np.array(
            [
                [stretch / glyph.scale, -lean / glyph.scale, start + lean * (1 - glyph.top)],
                [0, 1 / glyph.scale, glyph.top],
                [0, 0, 1.0],
            ]
        )
        to_sheet = place @ to_line  # (2, 3)
        narrower = abs(slant) * height * 0.5 if not self.font else 0.0
        box = _lay(sheet, glyph.mask, to_sheet, self.table, self.grow)
        return Placed(character, box, start + max(0.12, width * stretch - narrower))

    def _draw_path(self, sheet: Sheet, character: str, place: Matrix) -> Placed:
        """Draw a path with the hand's pen."""
        g = self.generator
        text = self._chosen.setdefault(character, _one_of(self.material.shapes[character], g))
        controls, weights, down, _ = shape_as_weights(text)
        bent = controls + g.normal(0, 0.026 * self.mess, controls.shape)
        points = (weights @ bent).astype(np.float64)  # (P, 2) in heights
        swell = self.swell if character.isalnum() else 0.3 * self.swell
        x, y = points[:, 0] - 0.3, points[:, 1] - 0.5
        x, y = x + swell[0] * y * y + swell[1] * x * y, y + swell[2] * x * 0.5 + swell[3] * x * y
        x = x * self.stretch
        left, right = float(x.min()), float(x.max())
        x = x - left - self.slant * (y - 0.5)
        on_sheet = np.stack([x, y + 0.5], 1) @ place[:, :2].T + place[:, 2]
        height = float(np.hypot(*place[:, 1]))
        thick = max(1, round(self.pen * height * (1.25 if character in ".:,÷!•" else 1.0)))
        _stroke(sheet, on_sheet, down, thick)
        low, high = on_sheet.min(0) - thick / 2, on_sheet.max(0) + thick / 2
        return Placed(character, (low[0], low[1], high[0], high[1]), max(0.04, right - left))

    def join(self, sheet: Sheet, first: Placed, second: Placed, height: float) -> None:
        """Draw the pen's way from one character to the next, where it did not leave the paper."""
        share = self.generator.uniform(0.25, 1.0)
        start = (first.box[2] - 0.1 * height, first.box[1] + share * (first.box[3] - first.box[1]))
        stop = (
            second.box[0] + 0.1 * height,
            second.box[1] + self.generator.uniform(0, 0.9) * (second.box[3] - second.box[1]),
        )
        if abs(stop[0] - start[0]) < height:
            points = np.array([start, stop])
            _stroke(sheet, points, np.ones(1, np.bool_), max(1, round(0.8 * self.pen * height)))


def _one_of(texts: Sequence[str], generator: Generator) -> str:
    return texts[int(generator.integers(len(texts)))]


def _stroke(sheet: Sheet, points: npt.NDArray[np.float64], down: npt.NDArray[np.bool_], thick: int) -> None:
    """Draw a path of pixels (P, 2) where the pen is down."""
    fixed = np.rint(np.clip(points, -2000, 4000) * SUBPIXEL).astype(np.int32)
    lifted = np.flatnonzero(~down) + 1
    parts = [part.reshape(-1, 1, 2) for part in np.split(fixed, lifted) if len(part)]
    cv2.polylines(sheet, parts, False, 255, thick, cv2.LINE_AA, SHIFT)


def _lay(sheet: Sheet, mask: Sheet, to_sheet: Matrix, table: Sheet, grow: int) -> Box:
    """Lay a mask (h, w) on the sheet by an affine map; return the box of its ink."""
    height, width = mask.shape
    corners = np.array([[0, 0, 1], [width, 0, 1], [0, height, 1], [width, height, 1.0]]) @ to_sheet.T
    low = np.floor(corners.min(0)).astype(int) - 2
    size = np.ceil(corners.max(0)).astype(int) + 3 - low
    if not 0 < size.max() < 1200:
        return (0.0, 0.0, 0.0, 0.0)
    moved = to_sheet.copy()
    moved[:, 2] -= low
    drawn = cv2.warpAffine(mask, moved, (int(size[0]), int(size[1])), flags=cv2.INTER_LINEAR)
    drawn = cv2.LUT(drawn, table)
    if grow:
        drawn = (cv2.dilate if grow > 0 else cv2.erode)(drawn, np.ones((abs(grow) + 1,) * 2, np.uint8))
    x, y, w, h = cv2.boundingRect((drawn > INKED).view(np.uint8))
    _onto(sheet, np.asarray(drawn, np.uint8), int(low[0]), int(low[1]))
    return (float(low[0] + x), float(low[1] + y), float(low[0] + x + w), float(low[1] + y + h))


def _onto(sheet: Sheet, drawn: Sheet, left: int, top: int) -> None:
    """Keep the darker of the sheet and what is drawn, as far as it lies on the sheet."""
    height, width = sheet.shape
    a, b = max(left, 0), min(left + drawn.shape[1], width)
    c, d = max(top, 0), min(top + drawn.shape[0], height)
    if a < b and c < d:
        part = sheet[c:d, a:b]
        np.maximum(part, drawn[c - top : d - top, a - left : b - left], out=part)


@lru_cache(maxsize=512)
def _steep(middle: int, slope: int) -> Sheet:
    levels = np.arange(256) / 255
    return np.rint(255 * np.clip((levels - middle / 100) * slope / 100 + 0.5, 0, 1)).astype(np.uint8)


def _sharpened(middle: float, slope: float) -> Sheet:
    """Return a table of levels (256,) that makes edges steeper, and strokes thinner for a higher middle."""
    return _steep(round(100 * middle), 10 * round(10 * slope))
