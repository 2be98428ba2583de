"""What a picture may cost: checked against its header, before anything is decoded."""

import math
from dataclasses import dataclass

from zeronine.errors import PictureError

MAX_MEGAPIXELS = 50.0
MAX_SIDE = 32_000  #: pixels; OpenCV counts sides in 16 bits
MAX_FILE_BYTES = 256 * 2**20
MAX_PAGES = 1_000
FIRST_MP = 0.3  #: megapixels of the first look at a picture: bounds its time, about 45 ms of one core
SECOND_MP = 2.2  #: and of the second, nearer one: about 0.35 s
HELP_MP = 0.3  #: and of each look beside it
MAX_SCANS = 100  #: of a progressive JPEG; each goes over all pixels again, real ones have about ten


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a picture may cost."""

    max_megapixels: float = MAX_MEGAPIXELS
    max_pages: int = MAX_PAGES
    max_file_bytes: int = MAX_FILE_BYTES

    def __post_init__(self) -> None:
        """Refuse limits that are no limits."""
        if not (math.isfinite(self.max_megapixels) and self.max_megapixels > 0):
            raise PictureError(
                f"max_megapixels is {self.max_megapixels}: give a number above 0", field="max_megapixels"
            )
        if self.max_pages < 1:
            raise PictureError(f"max_pages is {self.max_pages}: give a number above 0", field="max_pages")

    def check(self, width: int, height: int, *, name: str = "picture") -> None:
        """Raise PictureError for a size over the limits, or without any pixel."""
        if width < 1 or height < 1:
            raise PictureError(f"{name} is {width} x {height}: it has no pixels")
        if width * height > self.max_megapixels * 1e6:
            raise PictureError(
                f"{name} is {width} x {height} = {width * height / 1e6:,.0f} MP, the limit is "
                f"{self.max_megapixels:g} MP: scale it down, or raise it with --max-megapixels",
                field="max_megapixels",
                value=width * height / 1e6,
                limit=self.max_megapixels,
            )
        if max(width, height) > MAX_SIDE:
            raise PictureError(
                f"{name} is {width} x {height}, the limit of a side is {MAX_SIDE:,} pixels: "
                "scale it down, or cut it into parts",
                value=[width, height],
                limit=MAX_SIDE,
            )
