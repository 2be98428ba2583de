"""How the lesson speaks: headings, what the article says, what is true, and digits drawn in the terminal."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.text import Text

from zeronine.canvas import SIDE

CUT = slice(3, 25)  #: the rows and columns that are drawn; the rest of an MNIST picture is its margin
INK = 96  #: of 255: a pixel with more ink than this is drawn
BLOCKS = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
SHADES = " .:*#"  #: for terminals that have ASCII only
GAP = "   "

Image = npt.NDArray[np.uint8]


class Teller:
    """Tells the lesson on a console, in plain words."""

    def __init__(self, console: Console) -> None:
        """Tell on this console."""
        self.console = console
        self.plain = console.options.ascii_only

    def step(self, number: int, title: str) -> None:
        """Begin a step."""
        self.console.print()
        self.console.rule(f"[bold]{number}. {title}", align="left", characters="-" if self.plain else "─")

    def article(self, text: str) -> None:
        """Say what the article says."""
        self._say("The article", text, "cyan")

    def true(self, text: str) -> None:
        """Say what is true."""
        self._say("In truth", text, "yellow")

    def seen(self, text: str) -> None:
        """Say what was just seen."""
        self._say("Seen", text, "green")

    def say(self, text: str) -> None:
        """Say something without a label."""
        self.console.print(text, highlight=False, soft_wrap=False)

    def command(self, line: str) -> None:
        """Show a command line, unbroken however long it is, so that it can be copied."""
        self.console.print(f"    {line}", highlight=False, markup=False, soft_wrap=True)

    def draw(self, images: Sequence[Image], captions: Sequence[str]) -> None:
        """Draw as many digits side by side as the width has room for, their captions above."""
        width = CUT.stop - CUT.start + len(GAP)
        room = max(1, min(len(images), self.console.width // width))
        self.console.print(Text("".join(caption.ljust(width) for caption in captions[:room]).rstrip()))
        for line in beside(images[:room], plain=self.plain):
            self.console.print(Text(line))

    def _say(self, who: str, text: str, style: str) -> None:
        label = Text(f"{who}: ", style=f"bold {style}")
        self.console.print(label + Text.from_markup(text))


def beside(images: Sequence[Image], *, plain: bool = False) -> list[str]:
    """Return lines of text that show pictures (28, 28) uint8 side by side."""
    sketches = [sketch(image, plain=plain) for image in images]
    return [GAP.join(lines).rstrip() for lines in zip(*sketches, strict=True)]


def sketch(image: Image, *, plain: bool = False) -> list[str]:
    """Return eleven lines of 22 characters that show one digit: half blocks, or ASCII shades."""
    assert image.shape == (SIDE, SIDE)
    upper, lower = image[CUT, CUT][0::2], image[CUT, CUT][1::2]  # (11, 22) each: two pixels a character
    if plain:
        mean = (upper.astype(int) + lower) // 2
        return ["".join(SHADES[value * len(SHADES) // 256] for value in row) for row in mean]
    return [
        "".join(BLOCKS[bool(top), bool(bottom)] for top, bottom in zip(row, below, strict=True))
        for row, below in zip(upper > INK, lower > INK, strict=True)
    ]
