"""An explanation to look at: in a notebook, as one HTML file, as one picture, in the terminal.

Signed pictures are blue where ink spoke for the answer and orange where it spoke against it: the
two stay apart for every common kind of colour blindness.
"""

import base64
import html
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from zeronine.canvas import SIDE
from zeronine.errors import PictureError
from zeronine.explaining.explanation import SENTENCES, Explanation
from zeronine.files import write_beside

FOR, AGAINST = np.array([0, 84, 200]), np.array([213, 94, 0])  #: RGB
TILE = 168  #: pixels of one canvas in a picture
GAP = 24
Rgb = npt.NDArray[np.uint8]  #: (28, 28, 3)
Panel = tuple[str, str, Sequence[tuple[str, Rgb]]]  #: kind, title, pictures with a line under each


def as_html(explanation: Explanation) -> str:
    """Return the explanation as HTML that stands on its own, without scripts."""
    parts = [f"<h3>{html.escape(headline(explanation))}</h3>"]
    for kind, title, pictures in panels(explanation):
        parts.append(f"<h4>{html.escape(title)}</h4><p>{html.escape(SENTENCES.get(kind, ''))}</p><div>")
        parts += [_figure(label, picture) for label, picture in pictures]
        parts.append("</div>")
    return f'<section style="font-family:sans-serif;max-width:60rem">{"".join(parts)}</section>'


def as_picture(explanation: Explanation) -> Image.Image:
    """Return the explanation as one picture."""
    rows = panels(explanation)
    width = GAP + max(len(pictures) for _, _, pictures in rows) * (TILE + GAP)
    height = 56 + len(rows) * (TILE + 88)
    page = Image.new("RGB", (max(width, 900), height), "white")
    pen = ImageDraw.Draw(page)
    pen.text((GAP, 16), headline(explanation), fill="black", font=ImageFont.load_default(24))
    small = ImageFont.load_default(15)
    for row, (_, title, pictures) in enumerate(rows):
        top = 56 + row * (TILE + 88)
        pen.text((GAP, top), title, fill="#333333", font=ImageFont.load_default(18))
        for column, (label, picture) in enumerate(pictures):
            left = GAP + column * (TILE + GAP)
            tile = Image.fromarray(picture).resize((TILE, TILE), Image.Resampling.NEAREST)
            page.paste(tile, (left, top + 28))
            pen.rectangle((left - 1, top + 27, left + TILE, top + 28 + TILE), outline="#bbbbbb")
            pen.text((left, top + 32 + TILE), label, fill="#333333", font=small)
    return page


def save(explanation: Explanation, path: Path) -> None:
    """Write the explanation as .html or .png; raises PictureError for another ending."""
    ending = path.suffix.lower()
    if ending in (".html", ".htm"):
        page = f'<!doctype html><meta charset="utf-8"><title>Why</title>{as_html(explanation)}'
        write_beside(path, page.encode())
    elif ending == ".png":
        write_beside(path, _png(as_picture(explanation)))
    else:
        raise PictureError(
            f"{path}: an explanation is saved as .png or .html, not as {ending or 'nothing'}", file=path
        )


def headline(explanation: Explanation) -> str:
    """Return the answer and its rival in one line."""
    case = explanation.case
    shares = case.answers.probabilities[0]
    return f"{case.value} ({shares[case.value]:.2%}), not {case.rival} ({shares[case.rival]:.2%})"


def panels(explanation: Explanation) -> list[Panel]:
    """Return what there is to see, in the order in which people look: examples, changes, then ink."""
    case, turned = explanation.case, explanation.flip
    shown: list[Panel] = [("", "What the network saw", [("", grey(case.canvas))])]
    if explanation.neighbours is not None:
        near = explanation.neighbours
        labelled = zip(near.labels, near.distances, near.images, strict=True)
        shown.append(
            (
                "neighbours",
                "The nearest training digits",
                [(f"{label}, {distance:.2f} away", grey(image / 255)) for label, distance, image in labelled],
            )
        )
    verdict = f"read as {turned.rival}" if turned.flipped else "not found"
    amount = f"+{turned.added:.1f} / -{turned.removed:.1f} pixels of ink"
    shown.append(
        (
            "flip",
            f"What would make it a {turned.rival}",
            [(verdict, grey(turned.canvas)), (amount, signed(turned.change))],
        )
    )
    shown.append(("occlusion", "Which ink counted", [("covered", over(case.canvas, explanation.occlusion))]))
    if explanation.contribution is not None:
        label = "exact" if explanation.contribution.exact else "first order"
        shown.append(
            ("contribution", "What each pixel added", [(label, signed(explanation.contribution.picture))])
        )
    return shown


def grey(canvas: npt.ArrayLike) -> Rgb:
    """Return ink in [0, 1] as black on white."""
    shade = np.rint(255 * (1 - np.asarray(canvas, np.float64))).astype(np.uint8)
    return np.repeat(shade[..., None], 3, axis=2)


def signed(picture: npt.NDArray[np.float64]) -> Rgb:
    """Return + as blue and - as orange on white, the largest value in full colour."""
    share = picture / (np.abs(picture).max() or 1.0)
    colour = np.where(share[..., None] > 0, FOR, AGAINST)
    return np.asarray(np.rint(255 + (colour - 255) * np.abs(share)[..., None]), np.uint8)


def over(canvas: npt.NDArray[np.float32], picture: npt.NDArray[np.float64]) -> Rgb:
    """Return a signed picture with the ink laid faintly over it."""
    veil = 1 - 0.35 * canvas[..., None]
    return np.asarray(np.rint(signed(picture) * veil), np.uint8)


def blocks(picture: Rgb) -> str:
    """Return a picture as 14 lines of half blocks in Rich's markup, for the terminal."""
    lines = []
    for row in range(0, SIDE, 2):
        upper, lower = picture[row], picture[row + 1]
        cells = [f"[{_rgb(a)} on {_rgb(b)}]▀[/]" for a, b in zip(upper, lower, strict=True)]
        lines.append("".join(cells))
    return "\n".join(lines)


def _rgb(colour: npt.NDArray[np.uint8]) -> str:
    return f"rgb({colour[0]},{colour[1]},{colour[2]})"


def _figure(label: str, picture: Rgb) -> str:
    data = base64.b64encode(_png(Image.fromarray(picture))).decode("ascii")
    style = "width:8rem;height:8rem;image-rendering:pixelated;border:1px solid #bbb"
    image = f'<img style="{style}" alt="{html.escape(label)}" src="data:image/png;base64,{data}">'
    caption = f"<figcaption>{html.escape(label)}</figcaption>"
    return f'<figure style="display:inline-block;margin:0 1rem 1rem 0">{image}{caption}</figure>'


def _png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()
