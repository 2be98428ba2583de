"""Draws tests/pictures: handwriting that is unlike MNIST, written stroke by stroke, with truth.csv beside.

    python tests/draw_pictures.py

The shapes below were put down by hand for these tests and share nothing with `zeronine.data.writing.strokes`,
whose digits a recogniser may be trained on.  A shape is a row of points "x,y" in a box about 60 wide and
100 high, y downwards; the pen runs smoothly through them, turns sharply at a point marked with !, and is
lifted at a bar.  Photographs are made by `zeronine.data.pages.paper`.  Same program, same pictures.
"""

import csv
import io
import itertools
import zlib
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from zeronine.data.pages.paper import Paper, Photo, as_levels, lay_on_paper, photograph

FOLDER = Path(__file__).parent / "pictures"
SUPER = 4  # strokes are drawn so many times larger, then averaged

SHAPES = {
    "0 oval": "32,0 8,22 3,55 14,90 32,100 50,86 58,50 50,12 32,0 22,4",
    "0 slashed": "32,0 8,22 3,55 14,90 32,100 50,86 58,50 50,12 32,0 | 54,2 8,98",
    "0 crossing": "44,10 24,2 4,40 10,85 32,100 54,76 56,35 42,8 26,-6",
    "1 caret": "0,50 30,0! 27,100",
    "1 hook": "0,40 14,26 32,0! 30,100",
    "1 serif": "8,22 28,0! 28,100! | 6,100 50,100",
    "1 stick": "34,0 26,100",
    "2 swan": "6,22 14,5 34,0 52,14 50,38 30,66 4,98! 58,98",
    "2 loop": "8,20 20,2 44,4 52,24 40,56 14,90 4,96 4,84 16,82 34,94 60,96",
    "2 wave": "4,26 10,6 32,0 50,12 48,36 28,70 2,98! 20,92 40,98 60,90",
    "2 zed": "4,10 30,0 52,6 48,30! 4,98! 56,100",
    "3 round": "6,12 24,0 48,8 50,30 24,46! 52,58 56,82 34,100 4,90",
    "3 flat": "6,2! 54,2! 26,40! 50,52 58,76 40,100 4,92",
    "4 open": "14,0 6,58! 58,56 | 46,20 42,100",
    "4 closed": "44,100 44,0! 2,66! 60,66",
    "4 cup": "10,2 8,40 16,56 54,52 | 50,6 46,102",
    "4 bolt": "30,0 4,62! 56,60 | 40,40 36,100",
    "5 hat": "16,2 12,42! 34,34 56,54 54,84 30,100 4,92 | 16,2 56,0",
    "5 line": "56,2! 18,2! 12,44! 38,36 58,62 46,94 22,100 2,90",
    "5 ess": "54,4 30,0 14,18 26,42 50,58 52,86 26,100 4,92",
    "6 curl": "46,0 18,30 4,70 20,100 46,94 54,70 36,54 12,66 6,80",
    "6 stem": "30,0 8,60 8,88 30,100 52,86 50,62 28,54 8,70",
    "7 crossed": "2,8 6,2! 56,2! 30,50 18,100 | 10,50 50,48",
    "7 serif": "4,16! 4,2! 58,2! 24,100",
    "7 bow": "2,4 28,8 58,2! 38,40 28,100",
    "7 both": "4,18! 6,2! 58,4! 22,100 | 14,54 48,46",
    "8 ess": "46,12 28,0 8,14 20,40 46,58 50,86 28,100 4,84 12,58 42,38 50,16 36,2",
    "8 rings": "30,0 10,12 12,38 30,46 48,36 50,12 30,0 | 30,46 4,62 6,92 30,100 54,90 54,62 30,46",
    "8 open": "52,6 40,0 14,10 16,36 44,60 48,88 28,100 6,86 14,60 46,34 58,4",
    "9 stick": "50,22 34,2 10,10 4,36 22,50 44,40 52,18! 50,60 44,100",
    "9 curl": "48,16 30,0 8,14 8,40 28,50 48,34 52,12! 52,70 38,98 10,96",
    "9 plain": "46,30 26,2 6,20 12,46 36,48 46,24! 40,100",
}

HANDS = {  # one shape for each digit, 0 to 9
    "german": "oval caret swan round open hat curl crossed ess curl",
    "french": "crossing hook loop round cup line curl both open curl",
    "swiss": "oval hook wave flat bolt line stem both rings stick",
    "engineer": "slashed serif zed flat closed hat stem crossed rings plain",
    "american": "oval stick loop round open line curl serif ess stick",
    "hasty": "crossing stick zed round cup ess stem bow open plain",
}


@dataclass(frozen=True)
class Pen:
    width: float  # of the line, where a digit is 100 high
    nib: float = 0.0  # how much thinner a line to the upper right is, as with a broad nib
    grain: float = 0.0  # share of the ink that paper or board leaves out
    shake: float = 0.6  # how far points wander
    dark: float = 0.95


PENS = {
    "ball": Pen(4.5, shake=1.2),
    "hair": Pen(2.6, shake=0.8, dark=0.9),
    "pencil": Pen(5.0, grain=0.35, shake=1.2, dark=0.6),
    "felt": Pen(9.5, dark=0.9),
    "marker": Pen(16.0),
    "nib": Pen(9.0, nib=0.7),
    "chalk": Pen(9.0, grain=0.45, dark=0.8),
    "mouse": Pen(6.0, shake=3.2, dark=1.0),
}


@dataclass(frozen=True)
class Scene:
    text: str  # lines parted by /, numbers by a space
    hand: str
    pen: str
    paper: str = "plain"  # plain, ruled, squared, board, clear (black on nothing), clear white
    photo: bool = False
    height: int = 60  # pixels of a digit
    slant: float = 0.0
    suffix: str = "png"
    special: str = ""  # turned, cmyk, 16 bit, palette


NUMBERS = [
    Scene("10115", "german", "ball"),
    Scene("1171", "german", "ball", "squared"),
    Scene("4711", "german", "felt"),
    Scene("2077", "german", "pencil", "ruled", photo=True, suffix="jpg"),
    Scene("30419", "german", "nib", slant=0.25),
    Scene("1984 2026/3041 7752", "german", "ball", "ruled", photo=True, height=44, suffix="jpg"),
    Scene("75008", "french", "nib", suffix="webp"),
    Scene("13417", "french", "ball", "squared", photo=True, suffix="jpg"),
    Scene("69002 31000", "french", "felt", height=40),
    Scene("271828", "french", "hair", height=90),
    Scene("5772", "french", "marker", "plain", photo=True, suffix="jpg"),
    Scene("0612345678", "french", "ball", height=48, suffix="gif"),
    Scene("8001", "swiss", "ball", slant=-0.1),
    Scene("1291", "swiss", "pencil", photo=True, suffix="jpg"),
    Scene("3011 6003/9490 1204", "swiss", "felt", height=42),
    Scene("417", "swiss", "marker", "clear"),
    Scene("95731", "swiss", "nib", "ruled"),
    Scene("24601", "swiss", "hair", height=110, suffix="tif", special="16 bit"),
    Scene("40075", "engineer", "hair", "squared", height=70),
    Scene("6378 149", "engineer", "pencil", "squared", photo=True, height=54, suffix="jpg"),
    Scene("299792458", "engineer", "ball", height=46),
    Scene("602214", "engineer", "felt", suffix="jpg", special="cmyk"),
    Scene("1380649", "engineer", "ball", "ruled", photo=True, height=50, suffix="jpg"),
    Scene("90210", "american", "ball"),
    Scene("5551234", "american", "marker", height=64, slant=0.15),
    Scene("3926", "american", "chalk", "board", suffix="jpg"),
    Scene("1776 1492/1969 2001", "american", "felt", photo=True, height=46, suffix="jpg"),
    Scene("48103", "american", "mouse", "clear"),
    Scene("867", "american", "mouse", "clear white"),
    Scene("20742", "american", "pencil", slant=0.3, suffix="jpg", special="turned"),
    Scene("314159", "hasty", "ball", slant=0.2),
    Scene("4820", "hasty", "felt", "squared"),
    Scene("937", "hasty", "chalk", "board", photo=True, suffix="jpg"),
    Scene("65536", "hasty", "mouse"),
    Scene("7301 88/9946", "hasty", "pencil", "ruled", photo=True, height=50, suffix="jpg"),
    Scene("2358", "hasty", "nib", "plain", suffix="png", special="palette"),
]

SINGLES = [  # a shape, a pen, what it stands on, whether it is a photograph
    *[
        (shape, "ball", "plain", False)
        for shape in ("1 caret", "1 hook", "7 crossed", "7 both", "4 open", "4 bolt")
    ],
    *[
        (shape, "felt", "plain", True)
        for shape in ("0 oval", "2 loop", "3 flat", "5 line", "6 stem", "8 rings")
    ],
    *[
        (shape, "pencil", "squared", True)
        for shape in ("1 serif", "2 wave", "4 cup", "7 serif", "9 curl", "5 ess")
    ],
    *[
        (shape, "mouse", "clear", False)
        for shape in ("0 crossing", "3 round", "6 curl", "8 open", "9 stick", "4 closed")
    ],
    *[
        (shape, "chalk", "board", False)
        for shape in ("2 zed", "5 hat", "7 bow", "8 ess", "9 plain", "1 stick")
    ],
]


# ---- writing ----


def strokes_of(shape: str) -> list[np.ndarray]:
    """Return the strokes of a shape, each (N, 2), with many points on smooth curves."""
    strokes = []
    for part in shape.split("|"):
        words = part.split()
        points = np.array([[float(one) for one in word.rstrip("!").split(",")] for word in words])
        ends = [
            0,
            *[i for i, word in enumerate(words) if word.endswith("!") and 0 < i < len(words) - 1],
            len(words) - 1,
        ]
        runs = [through(points[first : last + 1]) for first, last in itertools.pairwise(ends)]
        strokes.append(np.concatenate(runs))
    return strokes


def through(points: np.ndarray, steps: int = 24) -> np.ndarray:
    """Return points on the curve of Catmull and Rom (1974) through the given ones."""
    if len(points) == 2:
        return np.linspace(points[0], points[1], steps)
    padded = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    t = np.linspace(0, 1, steps)[:, None]
    pieces = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        pieces.append(
            b + t * (c - a) / 2 + t**2 * (2 * a - 5 * b + 4 * c - d) / 2 + t**3 * (3 * (b - c) + d - a) / 2
        )
    return np.concatenate(pieces)


def write_digit(shape: str, pen: Pen, height: int, slant: float, rng: np.random.Generator) -> np.ndarray:
    """Return the ink (H, W) of one digit, cut to what it needs."""
    scale = height / 100 * rng.uniform(0.93, 1.07)
    tilt = slant + rng.normal(0, 0.03)
    turn = rng.normal(0, 0.04)
    stretch = np.array([rng.uniform(0.88, 1.12), 1.0])
    lean = np.array([[np.cos(turn), -np.sin(turn) - tilt], [np.sin(turn), np.cos(turn)]])
    strokes = []
    for stroke in strokes_of(SHAPES[shape]):
        knots = rng.normal(0, pen.shake, (len(stroke) // 20 + 2, 2))
        wander = np.stack(
            [np.interp(np.linspace(0, 1, len(stroke)), np.linspace(0, 1, len(knots)), k) for k in knots.T], 1
        )
        strokes.append(((stroke - [30, 50]) * stretch + wander) @ lean.T * scale)
    everything = np.concatenate(strokes)
    pad = pen.width * scale / 2 + 2
    low = everything.min(axis=0) - pad
    size = np.ceil(everything.max(axis=0) + pad - low).astype(int)
    large = np.zeros((size[1] * SUPER, size[0] * SUPER), np.uint8)
    for stroke in strokes:
        trace(large, (stroke - low) * SUPER, pen, scale * SUPER)
    return (
        cv2.resize(large, tuple(int(one) for one in size), interpolation=cv2.INTER_AREA).astype(np.float32)
        / 255
    )


def trace(large: np.ndarray, path: np.ndarray, pen: Pen, scale: float) -> None:
    """Draw one stroke: a disc at every point, thinner to the upper right with a broad nib."""
    steps = np.gradient(path, axis=0)
    angle = np.arctan2(-steps[:, 1], steps[:, 0])
    widths = pen.width * scale * (1 - pen.nib * np.cos(angle - np.pi / 4) ** 2)
    for i in range(len(path) - 1):
        start, stop = (tuple(round(v) for v in path[k]) for k in (i, i + 1))
        cv2.line(large, start, stop, 255, max(1, round(widths[i])), cv2.LINE_AA)


def write_text(scene: Scene, rng: np.random.Generator) -> np.ndarray:
    """Return the ink (H, W) of the whole text."""
    shapes = [f"{digit} {name}" for digit, name in enumerate(HANDS[scene.hand].split())]
    gap = rng.uniform(0.12, 0.25) * scene.height
    placed, margin = [], scene.height * 3 // 4
    for line, words in enumerate(scene.text.split("/")):
        x = rng.uniform(0, 0.4) * scene.height
        for word in words.split():
            for digit in word:
                ink = write_digit(shapes[int(digit)], PENS[scene.pen], scene.height, scene.slant, rng)
                y = (
                    line * 1.9 * scene.height
                    + scene.height
                    - ink.shape[0]
                    + rng.normal(0, 0.04) * scene.height
                )
                placed.append((ink, round(x), round(y)))
                x += ink.shape[1] - PENS[scene.pen].width * scene.height / 100 + gap * rng.uniform(0.7, 1.3)
            x += 1.3 * scene.height
    return put_together(placed, margin)


def put_together(placed: list[tuple[np.ndarray, int, int]], margin: int) -> np.ndarray:
    left, top = min(x for _, x, _ in placed), min(y for _, _, y in placed)
    width = max(x + ink.shape[1] for ink, x, _ in placed) - left + 2 * margin
    height = max(y + ink.shape[0] for ink, _, y in placed) - top + 2 * margin
    sheet = np.zeros((height, width), np.float32)
    for ink, x, y in placed:
        part = sheet[y - top + margin :, x - left + margin :][: ink.shape[0], : ink.shape[1]]
        np.maximum(part, ink, out=part)
    return sheet


# ---- pictures ----


def picture_of(
    ink: np.ndarray, pen: Pen, paper: str, photo: bool, height: int, rng: np.random.Generator
) -> Image.Image:
    """Return the picture of some ink on paper, a board, or nothing."""
    left_out = cv2.resize(
        rng.random((ink.shape[0] // 2 + 1, ink.shape[1] // 2 + 1)).astype(np.float32), ink.shape[::-1]
    )
    ink = ink * (1 - pen.grain * left_out) * pen.dark
    if paper.startswith("clear"):
        tone = 255 if paper == "clear white" else 0
        alpha = Image.fromarray(as_levels(255 * ink))
        return Image.merge("LA", [Image.new("L", alpha.size, tone), alpha])
    ground = Paper(tone=(238, 255), ink=(1, 1), ruled=paper == "ruled", squared=paper == "squared")
    if paper == "board":
        ground = Paper(tone=(185, 215), ink=(0.85, 0.95))
    grey = lay_on_paper(ink, ground, line_px=1.9 * height, generator=rng)
    grey = 255 - grey if paper == "board" else grey
    if photo:
        grey, _ = photograph(grey, Photo(light=(0.6, 0.95), grain=(0.8, 3.0)), generator=rng)
    return Image.fromarray(grey)


def encoded(image: Image.Image, suffix: str, special: str) -> bytes:
    """Return the bytes of the file, in the kind and with the speciality asked for."""
    options: dict[str, object] = {"quality": 70} if suffix in ("jpg", "webp") else {}
    if special == "turned":
        exif = Image.Exif()
        exif[0x0112] = 6
        image, options["exif"] = image.transpose(Image.Transpose.ROTATE_90), exif
    if special == "cmyk":
        image = image.convert("CMYK")
    if special == "16 bit":
        image = Image.fromarray(np.asarray(image, np.uint16) * 257)
        options["compression"] = "tiff_adobe_deflate"
    if special == "palette":
        image = image.quantize(8)
    kind = {"jpg": "JPEG", "tif": "TIFF"}.get(suffix, suffix.upper())
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def generator_for(name: str) -> np.random.Generator:
    """Return a generator of its own for each picture, so that adding one leaves the others as they are."""
    return np.random.default_rng(zlib.crc32(name.encode()))


def draw_number(scene: Scene) -> tuple[str, bytes]:
    parts = [
        scene.text.replace("/", "-").replace(" ", "_"),
        scene.hand,
        scene.pen,
        scene.paper.replace(" ", "_"),
    ]
    name = "-".join([*parts, "photo"] if scene.photo else parts)
    rng = generator_for(name)
    ink = write_text(scene, rng)
    image = picture_of(ink, PENS[scene.pen], scene.paper, scene.photo, scene.height, rng)
    return f"{name}.{scene.suffix}", encoded(image, scene.suffix, scene.special)


def draw_single(shape: str, pen: str, paper: str, photo: bool) -> tuple[str, bytes]:
    name = "one-" + "-".join([shape.replace(" ", "_"), pen, paper] + (["photo"] if photo else []))
    rng = generator_for(name)
    height = int(rng.integers(40, 140))
    ink = write_digit(shape, PENS[pen], height, rng.normal(0.05, 0.1), rng)
    margin = [int(rng.uniform(0.2, 1.2) * height) for _ in range(4)]
    image = picture_of(np.pad(ink, [margin[:2], margin[2:]]), PENS[pen], paper, photo, height, rng)
    suffix = "jpg" if photo else "png"
    return f"{name}.{suffix}", encoded(image, suffix, "")


def main() -> None:
    """Draw everything anew."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    rows = []
    for scene in NUMBERS:
        file, content = draw_number(scene)
        (FOLDER / file).write_bytes(content)
        rows.append((file, scene.text, "number"))
    for single in SINGLES:
        file, content = draw_single(*single)
        (FOLDER / file).write_bytes(content)
        rows.append((file, single[0][0], "one"))
    with (FOLDER / "truth.csv").open("w", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(("file", "text", "kind"))
        table.writerows(rows)


if __name__ == "__main__":
    main()
