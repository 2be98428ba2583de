"""Changes of a picture that leave what it says alone: a person reads the same before and after.

Each takes a `Sample` and a random generator and gives a changed picture (H, W) uint8, or None where the
change does not go with that sample.  Lengths are shares of the writing's height, so that a change is as
strong on a digit of 20 pixels as on one of 500.  Nothing here is shared with the code that makes pages to
train on.  `contact_sheet` in metamorphic.py shows them all.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Grey = npt.NDArray[np.uint8]  #: (H, W)
Floats = npt.NDArray[np.float32]
Generator = np.random.Generator
Frame = tuple[int, int, int, int]  #: left, top, right, bottom; the last two are outside

LEAST_PX = 10  #: writing lower than this is not made: a person guesses it
MOST_PIXELS = 12_000_000  #: larger pictures are not made
WORDS = ("Name", "from", "when", "Raum", "Menu", "km", "par")


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A picture and the numbers that stand in it."""

    picture: Grey
    truth: tuple[str, ...]
    one: bool
    digits: tuple[Frame, ...]  #: of each digit, in the order of the truth; of all the writing where unknown
    page: bool = False  #: several numbers, each counted on its own

    @property
    def frame(self) -> Frame:
        """Around all the writing."""
        left, top, right, bottom = np.array(self.digits).T
        return int(left.min()), int(top.min()), int(right.max()), int(bottom.max())

    @property
    def height(self) -> float:
        """Of a digit, pixels."""
        return float(np.median([bottom - top for _, top, _, bottom in self.digits]))

    @property
    def tones(self) -> tuple[float, float]:
        """The levels of paper and ink."""
        return tones_of(self.picture)


Change = Callable[[Sample, Generator], Grey | None]


def tones_of(picture: Grey) -> tuple[float, float]:
    """Return the levels of paper (the commonest tone) and ink (what is farthest from it)."""
    low, ground, high = np.percentile(picture, (0.2, 50, 99.8))
    return float(ground), float(low if ground - low >= high - ground else high)


def writing_of(picture: Grey) -> Frame:
    """Return the frame of the ink of a picture of one digit, specks left out."""
    ground, ink = tones_of(picture)
    dark = (darkness(picture, ground, ink) > 0.5).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    areas = stats[1:, cv2.CC_STAT_AREA]
    kept = stats[1:][areas >= 0.05 * areas.max()]
    left, top = kept[:, 0].min(), kept[:, 1].min()
    return int(left), int(top), int((kept[:, 0] + kept[:, 2]).max()), int((kept[:, 1] + kept[:, 3]).max())


def darkness(picture: Grey, ground: float, ink: float) -> Floats:
    """Return how much of the ink's tone each pixel has, (H, W): 0 is paper, 1 is ink."""
    return np.asarray((picture.astype(np.float32) - ground) / ((ink - ground) or 1), np.float32)


def levels(values: npt.NDArray[Any]) -> Grey:
    return np.asarray(np.rint(np.clip(values, 0, 255)), np.uint8)


# ---- tone and light ----


def inverted(sample: Sample, generator: Generator) -> Grey:
    return 255 - sample.picture


def darkened(sample: Sample, generator: Generator) -> Grey:
    return levels(0.4 * sample.picture.astype(np.float32))


def faded(sample: Sample, generator: Generator) -> Grey:
    """A tenth of the contrast is left."""
    ground, _ = sample.tones
    return levels(ground + 0.1 * (sample.picture.astype(np.float32) - ground))


def shaded(sample: Sample, generator: Generator) -> Grey:
    """Light falls off to a third from one side to the other."""
    height, width = sample.picture.shape
    angle = generator.uniform(0, 2 * np.pi)
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    along = np.cos(angle) * x + np.sin(angle) * y
    fall = (along - along.min()) / (np.ptp(along) or 1)
    return levels(sample.picture * (1 - 0.65 * fall))


def noisy(sample: Sample, generator: Generator) -> Grey:
    """Grain with a deviation of 15 % of the contrast."""
    ground, ink = sample.tones
    grain = generator.normal(0, 0.15 * abs(ink - ground), sample.picture.shape)
    return levels(sample.picture + grain)


def blurred(sample: Sample, generator: Generator) -> Grey:
    """Out of focus: a Gaussian of 4 % of the height, at least 0.7 pixels."""
    return np.asarray(cv2.GaussianBlur(sample.picture, (0, 0), max(0.7, 0.04 * sample.height)), np.uint8)


def jpeg_30(sample: Sample, generator: Generator) -> Grey:
    buffer = io.BytesIO()
    Image.fromarray(sample.picture).save(buffer, "JPEG", quality=30)
    return np.array(Image.open(buffer), np.uint8)


# ---- size and place ----


def cropped_tight(sample: Sample, generator: Generator) -> Grey:
    left, top, right, bottom = sample.frame
    return sample.picture[max(0, top) : bottom, max(0, left) : right].copy()


def padded(sample: Sample, generator: Generator) -> Grey:
    """A height of empty paper on every side."""
    return with_margin(sample.picture, round(sample.height))


def scaled(factor: float) -> Change:
    def change(sample: Sample, generator: Generator) -> Grey | None:
        area = sample.picture.size * factor**2
        if factor * sample.height < LEAST_PX or area > MOST_PIXELS:
            return None
        smooth = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
        return np.asarray(
            cv2.resize(sample.picture, None, fx=factor, fy=factor, interpolation=smooth), np.uint8
        )

    return change


def turned_10(sample: Sample, generator: Generator) -> Grey:
    """By ten degrees to either side, on a sheet that holds all of it."""
    height, width = sample.picture.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), float(generator.choice([-10, 10])), 1)
    cosine, sine = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = np.ceil([height * sine + width * cosine, height * cosine + width * sine]).astype(int)
    matrix[:, 2] = matrix[:, 2] + size / 2 - np.array([width, height]) / 2
    turned = cv2.warpAffine(
        sample.picture,
        matrix,
        (int(size[0]), int(size[1])),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=sample.tones[0],
    )
    return np.asarray(turned, np.uint8)


def turned_90(sample: Sample, generator: Generator) -> Grey | None:
    return np.rot90(sample.picture).copy() if sample.page else None


def turned_180(sample: Sample, generator: Generator) -> Grey | None:
    return np.rot90(sample.picture, 2).copy() if sample.page else None


def half_outside(sample: Sample, generator: Generator) -> Grey | None:
    """Half of the last digit lies beyond the picture's right edge."""
    if sample.page:
        return None
    left, _, right, _ = sample.digits[-1]
    return sample.picture[:, : max(1, (left + right) // 2)].copy()


# ---- the pen ----


def thick_pen(sample: Sample, generator: Generator) -> Grey:
    """Strokes are 7 % of the height wider."""
    return redrawn(sample, lambda inked, height: cv2.dilate(inked, disc(0.035 * height)))


def thick_cropped(sample: Sample, generator: Generator) -> Grey:
    thick = thick_pen(sample, generator)
    ground, ink = tones_of(sample.picture)
    rows, columns = np.nonzero(darkness(thick, ground, ink) > 0.5)
    return thick[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1].copy()


def thin_pen(sample: Sample, generator: Generator) -> Grey:
    """Strokes are about half as wide."""

    def thinner(inked: Floats, height: float) -> Any:
        inside = cv2.distanceTransform((inked > 0.5).astype(np.uint8), cv2.DIST_L2, 5)
        middle = float(np.percentile(inside[inside > 0], 75)) if inside.any() else 1.0
        return cv2.erode(inked, disc(0.45 * middle))

    return redrawn(sample, thinner)


def redrawn(sample: Sample, pen: Callable[[Floats, float], Any]) -> Grey:
    """Change the ink on a picture enlarged to 160 pixels a digit, so that a pen can be finer than a pixel."""
    ground, ink = sample.tones
    zoom = max(1.0, 160 / sample.height)
    height, width = sample.picture.shape
    large = cv2.resize(sample.picture, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC)
    inked = pen(np.clip(darkness(np.asarray(large, np.uint8), ground, ink), -1, 1.2), zoom * sample.height)
    small = cv2.resize(inked, (width, height), interpolation=cv2.INTER_AREA)
    return levels(ground + small * (ink - ground))


def disc(radius: float) -> Any:
    """Return a round kernel of a radius in pixels."""
    reach = max(1, round(radius))
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))


# ---- what stands round it ----


def framed(sample: Sample, generator: Generator) -> Grey:
    """A closed frame, a quarter of the height away."""
    picture, frame = room(sample, 0.5)
    lines = np.zeros(picture.shape, np.float32)
    rectangle(lines, around(frame, 0.25 * sample.height), pen_px(sample))
    return printed(picture, lines, sample, 0.9)


def in_a_cell(sample: Sample, generator: Generator) -> Grey:
    """A cell of a table: rules on all four sides that run on beyond it."""
    picture, frame = room(sample, 0.6)
    left, top, right, bottom = around(frame, 0.15 * sample.height)
    lines = np.zeros(picture.shape, np.float32)
    height, width = picture.shape
    for x in (left, right):
        stroke(lines, (x, 0), (x, height), pen_px(sample))
    for y in (top, bottom):
        stroke(lines, (0, y), (width, y), pen_px(sample))
    return printed(picture, lines, sample, 0.8)


def in_a_comb(sample: Sample, generator: Generator) -> Grey | None:
    """A box for each digit; where digits nearly touch, only teeth of the boxes' walls."""
    if sample.page or len(sample.digits) < 2:
        return None
    margin = round(0.5 * sample.height)
    picture, frame = room(sample, 0.5)
    left, top, right, bottom = around(frame, 0.12 * sample.height)
    gaps = [(a[2], b[0]) for a, b in zip(sample.digits, sample.digits[1:], strict=False)]
    apart = min(b - a for a, b in gaps) >= 0.1 * sample.height
    lines = np.zeros(picture.shape, np.float32)
    if apart:
        rectangle(lines, (left, top, right, bottom), pen_px(sample))
    else:
        stroke(lines, (left, bottom), (right, bottom), pen_px(sample))
    tooth = top if apart else bottom - 0.3 * (bottom - top)
    walls = [margin + (a + b) / 2 for a, b in gaps]
    for x in walls if apart else [left, *walls, right]:
        stroke(lines, (x, bottom), (x, tooth), pen_px(sample))
    return printed(picture, lines, sample, 0.8)


def underlined(sample: Sample, generator: Generator) -> Grey:
    """A stroke of the same ink under it that touches its feet."""
    picture, (left, _, right, bottom) = room(sample, 0.4)
    lines = np.zeros(picture.shape, np.float32)
    reach, slope = 0.2 * sample.height, generator.uniform(-0.01, 0.01) * (right - left)
    y = bottom - 1  # the lowest row of its ink
    stroke(lines, (left - reach, y + slope), (right + reach, y - slope), 1.4 * pen_px(sample))
    return printed(picture, lines, sample, 1.0)


def beside_a_word(sample: Sample, generator: Generator) -> Grey:
    """A printed word of half the height stands to the left, as before an amount in a form."""
    word = str(generator.choice(WORDS))
    size = max(8, round(0.6 * sample.height))
    font = ImageFont.load_default(size)
    length = round(font.getlength(word))
    left = length + round(1.2 * sample.height)
    ground, ink = sample.tones
    height, width = sample.picture.shape
    picture = np.full((max(height, size) + size // 3, width + left), ground, np.float32)
    picture[:height, left:] = sample.picture
    mask = Image.new("L", (picture.shape[1], picture.shape[0]), 0)
    baseline = max(sample.digits[0][3], size)
    ImageDraw.Draw(mask).text((round(0.3 * sample.height), baseline), word, 255, font, anchor="ls")
    share = np.asarray(mask, np.float32) / 255
    return levels(picture + share * (ground + 0.85 * (ink - ground) - picture))


def beside_a_line(sample: Sample, generator: Generator) -> Grey:
    """The rule of a margin runs from top to bottom, a third of the height to the left."""
    picture, (left, _, _, _) = room(sample, 0.6)
    lines = np.zeros(picture.shape, np.float32)
    x = left - 0.33 * sample.height
    stroke(lines, (x, 0), (x, picture.shape[0]), pen_px(sample))
    return printed(picture, lines, sample, 0.8)


def ruled(sample: Sample, generator: Generator) -> Grey:
    """Printed rules, as far apart as the writing is high, a third as dark as the ink."""
    picture, _ = room(sample, 0.5)
    return printed(picture, rules(picture.shape, 1.1 * sample.height, generator), sample, 0.35)


def squared(sample: Sample, generator: Generator) -> Grey:
    """Squared paper: two and a half squares a digit, a quarter as dark as the ink."""
    picture, _ = room(sample, 0.5)
    pitch = max(4.0, 0.4 * sample.height)
    across = rules(picture.shape, pitch, generator)
    upright = rules(picture.shape[::-1], pitch, generator).T
    return printed(picture, np.maximum(across, upright), sample, 0.25)


def patterned(sample: Sample, generator: Generator) -> Grey:
    """Guilloche: families of fine waves that cross, as on cheques, a quarter as dark as the ink."""
    picture, _ = room(sample, 0.5)
    y, x = np.mgrid[: picture.shape[0], : picture.shape[1]].astype(np.float32) / np.float32(sample.height)
    lines = np.zeros(picture.shape, np.float32)
    for _ in range(3):
        angle, phase = generator.uniform(0, np.pi), generator.uniform(0, 2 * np.pi)
        along = np.cos(angle) * x + np.sin(angle) * y
        across = np.cos(angle) * y - np.sin(angle) * x
        wave = across + 0.25 * np.sin(2 * np.pi * along / generator.uniform(1.2, 2.4) + phase)
        pitch = max(0.16, 4 / sample.height)
        away = np.abs((wave / pitch) % 1 - 0.5) * 2  # 1 on a line, 0 between lines
        lines = np.maximum(lines, np.clip((away - 0.6) / 0.4, 0, 1))
    return printed(picture, lines, sample, 0.25)


def rules(shape: tuple[int, ...], pitch: float, generator: Generator) -> Floats:
    """Return level lines (H, W) in [0, 1], a thirtieth of the pitch wide, at least one pixel."""
    away = np.abs((np.arange(shape[0]) - generator.uniform(0, pitch)) % pitch - pitch / 2)
    row = np.clip(max(0.5, pitch / 60) + 0.5 - away, 0, 1).astype(np.float32)
    return np.repeat(row[:, None], shape[1], axis=1)


def with_margin(picture: Grey, margin: int) -> Grey:
    """Return the picture with empty paper of its own tone round it."""
    ground, _ = tones_of(picture)
    edges = (margin,) * 4
    return np.asarray(cv2.copyMakeBorder(picture, *edges, cv2.BORDER_CONSTANT, value=ground), np.uint8)


def room(sample: Sample, margin: float) -> tuple[Grey, Frame]:
    """Return the picture with a margin (in heights) round it, and where the writing stands in it."""
    edge = round(margin * sample.height)
    left, top, right, bottom = sample.frame
    return with_margin(sample.picture, edge), (left + edge, top + edge, right + edge, bottom + edge)


def around(frame: Frame, gap: float) -> tuple[float, float, float, float]:
    left, top, right, bottom = frame
    return left - gap, top - gap, right + gap, bottom + gap


def pen_px(sample: Sample) -> float:
    """The width of a drawn line: 3 % of the height, at least a pixel."""
    return max(1.0, 0.03 * sample.height)


def rectangle(lines: Floats, frame: tuple[float, float, float, float], width: float) -> None:
    left, top, right, bottom = frame
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    for start, end in zip(corners, corners[1:] + corners[:1], strict=True):
        stroke(lines, start, end, width)


def stroke(lines: Floats, start: tuple[float, float], end: tuple[float, float], width: float) -> None:
    """Draw a straight line of a width in pixels, soft at its edges."""
    first, last = ((round(16 * x), round(16 * y)) for x, y in (start, end))
    cv2.line(lines, first, last, 1.0, max(1, round(width)), cv2.LINE_8, 4)


def printed(picture: Grey, lines: Floats, sample: Sample, strength: float) -> Grey:
    """Lay lines under the ink: what is inked already gets no darker."""
    ground, ink = sample.tones
    left = 1 - np.clip(darkness(picture, ground, ink), 0, 1)
    return levels(picture + left * lines * strength * (ink - ground))


CHANGES: dict[str, Change] = {
    "inverted": inverted,
    "cropped tight": cropped_tight,
    "padded": padded,
    "framed": framed,
    "in a cell": in_a_cell,
    "in a comb": in_a_comb,
    "ruled paper": ruled,
    "squared paper": squared,
    "patterned paper": patterned,
    "underlined, touching": underlined,
    "scale 0.5": scaled(0.5),
    "scale 2": scaled(2),
    "scale 4": scaled(4),
    "blurred": blurred,
    "darkened to 40 %": darkened,
    "faded to 10 % contrast": faded,
    "shaded": shaded,
    "thick pen": thick_pen,
    "thick pen, cropped tight": thick_cropped,
    "thin pen": thin_pen,
    "turned by 10 degrees": turned_10,
    "turned by 90 degrees": turned_90,
    "turned by 180 degrees": turned_180,
    "JPEG 30": jpeg_30,
    "noise": noisy,
    "beside a word": beside_a_word,
    "beside a line": beside_a_line,
    "half outside": half_outside,
}
HONEST = ("half outside",)  #: the answer may change there, but not be sure
