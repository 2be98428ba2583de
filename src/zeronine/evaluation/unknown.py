"""Canvases that hold no digit, to measure how well a model knows one when it sees one; never to train with.

Letters come from fonts that matplotlib brings, clothes from Fashion-MNIST where it is installed, the
rest is made here.  The shipped model was trained against kinds like all of these but clothes, made by
other code (`data/negatives.py`): the letters are the same ones in other fonts.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from zeronine.canvas import SIDE, Canvases
from zeronine.data.digits import Digits
from zeronine.data.idx import read_idx
from zeronine.errors import DataError
from zeronine.extras import need
from zeronine.reading.normalise import normalise

#: Capital letters that nobody takes for a digit: not O Q D (0), I L J (1), Z (2), B (8), S (5), G (6)
LETTERS = "ACEFHKMNPRTUVWXY"
FONTS = (
    "STIXGeneral",
    "cmb10",
    "cmr10",
    "cmss10",
    "cmti10",
    "cmtt10",
)  #: rarely installed, so rarely trained on
LETTER_PX = 64  #: height of a line of letters before they are brought to the canvas
FASHION = Path(
    "/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz"
)  #: Debian: dataset-fashion-mnist


def not_digits(digits: Digits, *, seed: int = 0, fashion: Path = FASHION) -> dict[str, Canvases]:
    """Return canvases without a digit by kind: letters, noise and blank, fragments, pairs, and clothes.

    Fragments and pairs are cut and pasted from `digits`.  Clothes are left out where the file of
    Fashion-MNIST pictures (Xiao, Rasul and Vollgraf, 2017) is not there.
    """
    generator = np.random.default_rng(seed)
    kinds = {
        "letters": letters(),
        "noise and blank": noise_and_blank(generator),
        "fragments": fragments(digits, generator),
        "pairs": pairs(digits, generator),
    }
    if fashion.is_file():
        kinds["Fashion-MNIST"] = clothes(fashion)
    return kinds


def letters() -> Canvases:
    """Return LETTERS in every one of FONTS, regular, bold and slanted where there is such a cut."""
    from PIL import Image, ImageDraw, ImageFont

    folder = Path(need("matplotlib", extra="learn").get_data_path()) / "fonts" / "ttf"
    files = [file for file in sorted(folder.glob("*.ttf")) if file.stem.startswith(FONTS)]
    inks = []
    for file in files:
        font = ImageFont.truetype(str(file), LETTER_PX)
        for letter in LETTERS:
            page = Image.new("L", (2 * LETTER_PX, 2 * LETTER_PX))
            ImageDraw.Draw(page).text((LETTER_PX // 2, LETTER_PX // 4), letter, fill=255, font=font)
            inks.append(np.asarray(page, np.float32) / np.float32(255))
    if not inks:
        raise DataError(
            f"{folder}: none of the fonts {', '.join(FONTS)} is there: install matplotlib again", file=folder
        )
    return normalise(inks)


def noise_and_blank(generator: np.random.Generator, *, count: int = 250) -> Canvases:
    """Return `count` canvases each of even, sparse, coarse and faint noise, and eleven blank greys."""
    even = generator.random((count, SIDE, SIDE))
    sparse = (generator.random((count, SIDE, SIDE)) < 0.1).astype(float)
    coarse = np.repeat(np.repeat(generator.random((count, SIDE // 4, SIDE // 4)), 4, axis=1), 4, axis=2)
    faint = 0.1 * generator.random((count, SIDE, SIDE))
    blank = np.ones((11, SIDE, SIDE)) * np.linspace(0, 1, 11)[:, None, None]
    return np.concatenate([even, sparse, coarse, faint, blank]).astype(np.float32)


def fragments(digits: Digits, generator: np.random.Generator, *, count: int = 1000) -> Canvases:
    """Return halves of digits, brought to the canvas; not of 0, 1 and 7, whose halves can pass for a 1."""
    whole = np.flatnonzero(~np.isin(digits.labels, (0, 1, 7)))
    chosen = generator.choice(whole, min(count, len(whole)), replace=False)
    halves = [
        _half(digits.images[index].astype(np.float32) / np.float32(255), side)
        for index, side in zip(chosen, generator.integers(0, 4, len(chosen)), strict=True)
    ]
    return normalise(halves)


def _half(ink: npt.NDArray[np.float32], side: int) -> npt.NDArray[np.float32]:
    """Return the upper, lower, left or right half of a canvas."""
    middle = SIDE // 2
    return (ink[:middle], ink[middle:], ink[:, :middle], ink[:, middle:])[side]


def pairs(digits: Digits, generator: np.random.Generator, *, count: int = 1000) -> Canvases:
    """Return two digits side by side, brought to one canvas."""
    first, second = generator.integers(0, len(digits), (2, min(count, len(digits))))
    both = np.concatenate([digits.images[first][:, :, 4:24], digits.images[second][:, :, 4:24]], axis=2)
    return normalise(list(both.astype(np.float32) / 255))


def clothes(path: Path) -> Canvases:
    """Return the pictures of Fashion-MNIST's test file, as they are: 28 x 28, grey, clothes bright."""
    import gzip

    content = gzip.decompress(path.read_bytes())
    return np.asarray(read_idx(content, name=str(path)) / np.float32(255), np.float32)
