"""Which pictures a user means (files, folders, patterns, standard input), and their pages."""

import glob
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from zeronine.errors import MissingExtraError, PictureError

if TYPE_CHECKING:
    from zeronine.reading.load import Grey

STDIN = "-"
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".pdf", ".heic", ".heif")
#: what is taken from a folder; a file that is named itself may have any name


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePage:
    """One page of a file: its pixels, or why there are none."""

    file: str
    page: int  #: from 1
    grey: "Grey | None" = None
    error: str = ""


def find_pictures(names: Iterable[str]) -> list[str]:
    """Return the files that are meant, in the order given; those of a folder or pattern are sorted.

    Names that lead nowhere are kept: reading them reports why.
    """
    found: list[str] = []
    for name in names:
        if name == STDIN:
            found.append(name)
        elif Path(name).is_dir():
            found += _of_folder(Path(name)) or [name]
        elif glob.has_magic(name) and not Path(name).exists():
            found += _of_pattern(name) or [name]
        else:
            found.append(name)
    return found


def _of_folder(folder: Path) -> list[str]:
    try:
        return sorted(str(path) for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    except OSError as error:
        raise PictureError(f"{folder}: cannot be looked into ({error.strerror}): check its rights") from None


def _of_pattern(pattern: str) -> list[str]:
    matches = glob.glob(pattern, recursive=True)  # noqa: PTH207  Path.glob refuses absolute patterns
    return sorted(path for path in matches if Path(path).is_file())


def pages_of(name: str, *, max_megapixels: float) -> Iterator[FilePage]:
    """Give the pages of one file; what cannot be read is a page with an error, the last of its file."""
    from zeronine.reading.load import load_pages

    page = 0
    try:
        source = sys.stdin.buffer if name == STDIN else name
        for grey in load_pages(source, max_megapixels=max_megapixels):
            page += 1
            yield FilePage(file=name, page=page, grey=grey)
    except (PictureError, MissingExtraError) as error:
        yield FilePage(file=name, page=page + 1, error=str(error))
