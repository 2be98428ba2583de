"""The seventh step, that the article never took: pictures that are not MNIST.

Each is read by the network just trained, first as people try it (squeezed to 28 x 28, no more), then
through the way that `read` goes; and by the shipped model, through the same way.
"""

import base64
import html
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from zeronine.canvas import SIDE
from zeronine.errors import PictureError
from zeronine.reading.classify import Classifier, shipped
from zeronine.reading.load import load
from zeronine.reading.one import canvas_of_picture

PICTURES = Path(__file__).with_name(
    "pictures"
)  #: drawn by tests/draw_pictures.py; the name begins with the truth
HEADINGS = ("picture", "squeezed", "our way", "shipped model")
THUMBNAIL = 112  #: pixels of a picture in the report

Image28 = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Tried:
    """One picture, and what was read from it in three ways."""

    path: Path
    truth: int | None  #: None for pictures of the reader's own
    squeezed: Image28  #: (28, 28): the whole picture, shrunk and no more
    canvas: Image28  #: (28, 28): what our way makes of it
    answers: tuple[int, ...]  #: three: squeezed, our way, shipped model

    def cells(self) -> tuple[str, ...]:
        """Return a line of the table, in the order of HEADINGS; what is wrong is marked."""
        return self.path.name, *(self._marked(answer) for answer in self.answers)

    def _marked(self, answer: int) -> str:
        return f"{answer}" if self.truth in (None, answer) else f"{answer}  wrong"


def try_pictures(model: Path, pictures: Sequence[Path]) -> list[Tried]:
    """Read pictures of one digit each with a model file and with the shipped one.

    Raises PictureError for a file that is no picture, or has no ink in it.
    """
    paths = list(pictures) or sorted(PICTURES.iterdir())
    squeezed = np.stack([squeeze(path) for path in paths])
    canvases = np.stack([_canvas(path) for path in paths])
    trained, best = Classifier(model), shipped()
    columns = [trained(squeezed), trained(canvases), best(canvases)]
    answers = np.stack([column.probabilities.argmax(axis=1) for column in columns], axis=1)
    return [
        Tried(path, None if pictures else int(path.name[0]), small, canvas, tuple(map(int, said)))
        for path, small, canvas, said in zip(paths, squeezed, canvases, answers, strict=True)
    ]


def squeeze(path: Path) -> Image28:
    """Return a picture as people first try it: grey, shrunk to 28 x 28, nothing else done."""
    grey = Image.fromarray(load(path))
    return np.asarray(grey.resize((SIDE, SIDE), Image.Resampling.BILINEAR))


def verdict(tried: Sequence[Tried]) -> str:
    """Say in a sentence what made the difference."""
    known = [one for one in tried if one.truth is not None]
    why = (
        "the difference is not the network but what it is shown: MNIST's ink is light on dark, cut out, "
        "20 pixels high and centred by its mass, and a picture has to be brought there first"
    )
    if not known:
        changed = sum(one.answers[0] != one.answers[1] for one in tried)
        return f"the way to 28 x 28 changed {changed} of {len(tried)} answers; {why}."
    squeezed, ours, best = (sum(one.answers[way] == one.truth for one in known) for way in range(3))
    return (
        f"squeezed {squeezed} of {len(known)} right, through our way {ours}; {why}. The shipped model, which "
        f"has also learnt from other hands, gets {best}."
    )


def pictures_html(tried: Sequence[Tried]) -> str:
    """Return pictures, what the network saw in both ways, and the answers, as an HTML table."""
    heads = "".join(f"<th>{html.escape(heading)}</th>" for heading in HEADINGS)
    return (
        f"<p>{html.escape(verdict(tried))}</p><table><thead><tr>{heads}</tr></thead>"
        f"<tbody>{''.join(_row(one) for one in tried)}</tbody></table>"
    )


def _row(one: Tried) -> str:
    name, *answers = (html.escape(cell) for cell in one.cells())
    thumbnail = ImageOps.contain(Image.fromarray(load(one.path)), (THUMBNAIL, THUMBNAIL))
    seen = [Image.fromarray(image).resize((56, 56), 0) for image in (one.squeezed, one.canvas, one.canvas)]
    cells = [f"{_img(thumbnail, name)}<br>{name}"]
    cells += [
        f"{_img(image, 'what the network saw')}<br>{said}" for image, said in zip(seen, answers, strict=True)
    ]
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _img(image: Image.Image, alt: str) -> str:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return f'<img alt="{alt}" src="data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}">'


def _canvas(path: Path) -> Image28:
    canvas = canvas_of_picture(path)
    if canvas is None:
        raise PictureError(f"{path}: there is no ink in it: give a picture of one digit", file=path)
    return np.rint(canvas * 255).astype(np.uint8)
