"""Which pictures a user means (files, folders, patterns, standard input), and their pages."""

import glob
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

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

    A folder means the pictures in it and in its folders.  A name that leads nowhere (a folder without a
    picture, a pattern that matches nothing) is kept beside others: reading it reports why.
    Raises PictureError where all of them lead nowhere: then there is nothing to read.
    """
    found: list[str] = []
    nowhere: list[PictureError] = []
    for name in names:
        try:
            found += _meant(name)
        except PictureError as error:
            found.append(name)
            nowhere.append(error)
    if nowhere and len(nowhere) == len(found):
        raise nowhere[0]
    return found


def _meant(name: str) -> list[str]:
    """Return the files that one name means; raise PictureError for a folder or a pattern that has none."""
    if name != STDIN and _is_there(name) and Path(name).is_dir():
        return _of_folder(Path(name))
    if name != STDIN and glob.has_magic(name) and not _is_there(name):
        return _of_pattern(name)
    return [name]


def _is_there(name: str) -> bool:
    """Return whether a name is one of a file or folder; one that no file system takes is none."""
    try:
        return Path(name).exists()
    except (OSError, ValueError):
        return False


def _of_folder(folder: Path) -> list[str]:
    try:
        next(folder.iterdir(), None)  # rglob would pass over a folder that may not be looked into
        found = [path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file()]
    except OSError as error:
        raise PictureError(
            f"{folder}: cannot be looked into ({error.strerror}): check its rights", file=folder
        ) from None
    if not found:
        raise PictureError(
            f"{folder}: there is no picture in this folder, nor in those within it: "
            f"name files that end otherwise than in {', '.join(SUFFIXES)} one by one",
            file=folder,
            limit=list(SUFFIXES),
        )
    return sorted(map(str, found))


def _of_pattern(pattern: str) -> list[str]:
    matches = glob.glob(pattern, recursive=True)  # noqa: PTH207  Path.glob refuses absolute patterns
    found = sorted(path for path in matches if Path(path).is_file())
    if not found:
        raise PictureError(
            f"{pattern}: no file matches this pattern: look at the folder and the ending", file=pattern
        )
    return found


def pages_of(name: str, *, max_megapixels: float) -> Iterator[FilePage]:
    """Give the pages of one file; what cannot be read is a page with an error, the last of its file."""
    from zeronine.reading.load import load_pages

    page = 0
    try:
        _meant(name)  # which says why, if it means no file
        source = _stdin() if name == STDIN else name
        for grey in load_pages(source, max_megapixels=max_megapixels):
            page += 1
            yield FilePage(file=name, page=page, grey=grey)
    except (PictureError, MissingExtraError) as error:
        yield FilePage(file=name, page=page + 1, error=str(error))


def _stdin() -> BinaryIO:
    if sys.stdin is None:
        raise PictureError("standard input is closed: name a file, or send a picture there")
    return sys.stdin.buffer
