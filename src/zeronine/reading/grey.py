"""Every kind of pixel to grey: palettes, alpha, CMYK, 1 to 16 bits, floats, pictures turned by EXIF.

Works on pictures that were opened and measured by `load.py`; sizes are not checked here.
"""

import io
import re
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from zeronine.errors import PictureError
from zeronine.reading.limits import Limits

Grey = npt.NDArray[np.uint8]  #: (H, W), 0 = black

OPAQUE = 128  #: alpha from which a pixel counts as painted
OWN_PAPER_SHARE = 0.5  #: painted share of the picture above which it may hold its own paper
OWN_PAPER_SPREAD = 40  #: levels between its lightest and darkest tones that show that it does

TURNS = {  # EXIF orientation -> what brings the picture upright
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
ORIENTATION = 0x0112  #: the EXIF tag


def open_image(content: bytes, kind: str) -> Image.Image:
    """Open a file of a known kind: its header is read, its pixels are not decoded."""
    if kind == "TIFF":
        from PIL import TiffImagePlugin  # noqa: F401  registers the kind; Pillow would load all of its plugins
    elif kind == "WEBP":
        from PIL import WebPImagePlugin  # noqa: F401
    try:
        return Image.open(io.BytesIO(content), formats=[kind])
    except Image.DecompressionBombError as error:
        pixels = next((int(word) for word in re.findall(r"[0-9]+", str(error))), 0)
        raise PictureError(
            f"picture has {pixels / 1e6:,.0f} MP, far over what can be decoded: scale it down"
        ) from None


def from_own_image(image: Image.Image) -> Grey:
    """Return an image that nobody else holds as grey; of a JPEG only the luma is decoded.

    That takes half the time and a third of the memory.
    """
    image.draft("L", None)
    return from_image(image)


def from_image(image: Image.Image) -> Grey:
    """Return a PIL image as grey (H, W) uint8, upright, alpha laid on paper."""
    image.load()  # a TIFF turns itself while it loads
    turn = TURNS.get(_orientation(image))
    flat = _flat(image)
    if turn is not None:
        flat = flat.transpose(turn)
    return np.array(flat, dtype=np.uint8)


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except Exception:  # noqa: BLE001  damaged EXIF data says nothing about the pixels
        return 1


def _flat(image: Image.Image) -> Image.Image:
    """Return the image in mode L."""
    if image.mode.startswith("I") or image.mode == "F":
        return Image.fromarray(_to_8_bits(np.asarray(image)))
    if image.has_transparency_data:
        return on_paper(image.convert("RGBA").convert("LA"))
    if image.mode in ("1", "L", "RGB", "P", "YCbCr"):
        return image.convert("L")
    if image.mode == "LAB":
        return image.getchannel(0)
    return image.convert("RGB").convert("L")


def on_paper(image: Image.Image) -> Image.Image:
    """Lay an image of mode LA on paper that contrasts with its ink, and return it in mode L.

    Black drawn on transparency gets white paper, white drawn on it black paper.
    A picture that is mostly painted and holds light and dark itself (a photo with round corners) has
    paper of its own: its middle tone goes on.
    """
    tone, alpha = image.getchannel(0), image.getchannel(1)
    return Image.composite(tone, Image.new("L", image.size, _paper_tone(tone, alpha)), alpha)


def _paper_tone(tone: Image.Image, alpha: Image.Image) -> int:
    painted = alpha.point([0] * OPAQUE + [255] * (256 - OPAQUE))
    counts = np.asarray(tone.histogram(painted), np.int64)
    if counts.sum() == 0:  # only faint strokes, or nothing at all
        counts = np.asarray(tone.histogram(alpha.point([0] + [255] * 255)), np.int64)
    total = int(counts.sum())
    if total == 0:
        return 255
    dark, middle, light = np.searchsorted(counts.cumsum(), [0.02 * total, 0.5 * total, 0.98 * total])
    if total > OWN_PAPER_SHARE * tone.width * tone.height and light - dark > OWN_PAPER_SPREAD:
        return int(middle)
    return 255 if middle < 128 else 0


def _to_8_bits(values: npt.NDArray[Any]) -> Grey:
    """Scale 16-bit, 32-bit or float pixels of a file to 8 bits by the range that they use.

    Scanners and cameras put 10, 12 or 14 bits into 16; the depth is the smallest that holds the values.
    """
    if not np.isfinite(values).all():
        raise PictureError("the picture holds NaN or infinity: look at how it was made")
    low, high = float(values.min()), float(values.max())
    if values.dtype.kind == "f" and low >= 0 and high <= 1:
        top = 1.0
    elif low >= 0 and high <= 65535:
        top = float(2 ** next(bits for bits in (8, 10, 12, 14, 16) if high < 2**bits) - 1)
    else:
        values, top = values.astype(np.float32) - np.float32(low), max(high - low, 1e-30)
    return np.asarray(np.rint(values * np.float32(255 / top)), np.uint8)


# ---- arrays ----


def from_array(array: npt.NDArray[Any], limits: Limits) -> Grey:
    """Return an array as grey (H, W) uint8; see `load.load` for the shapes and types."""
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (1, 3, 4)):
        hint = ": move the channels last, array.transpose(1, 2, 0)" if _channels_first(array) else ""
        raise PictureError(
            f"a picture has the shape (H, W), (H, W, 1), (H, W, 3) or (H, W, 4), this is {array.shape}{hint}"
        )
    limits.check(array.shape[1], array.shape[0])
    pixels = _array_to_8_bits(array)
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[:, :, 0]
    if pixels.ndim == 2:
        return np.array(pixels, order="C")
    image = Image.fromarray(np.ascontiguousarray(pixels))
    return np.array(_flat(image), dtype=np.uint8)


def _channels_first(array: npt.NDArray[Any]) -> bool:
    return array.ndim == 3 and array.shape[0] in (1, 3, 4)


def _array_to_8_bits(array: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    array = array.astype(array.dtype.newbyteorder("="), copy=False)
    kind = array.dtype.kind
    if array.dtype == np.uint8:
        return np.asarray(array)
    if kind == "b":
        return array.astype(np.uint8) * np.uint8(255)
    if array.dtype == np.uint16:
        return _to_8_bits(array)
    if kind not in "iuf":
        raise PictureError(f"a picture is uint8, uint16, bool or float, this is {array.dtype}: convert it")
    if kind == "f" and not np.isfinite(array).all():
        raise PictureError("the picture holds NaN or infinity: look at how it was made")
    top = 1 if kind == "f" else 255
    if array.min() < -1e-3 * top or array.max() > 1.001 * top:
        raise PictureError(
            f"a picture of {array.dtype} lies in [0, {top}], this in [{array.min():g}, {array.max():g}]: "
            + ("divide by its largest value" if kind == "f" else "convert it to uint8 or uint16")
        )
    scaled = np.clip(array.astype(np.float32), 0, top) * np.float32(255 / top)
    return np.asarray(np.rint(scaled), np.uint8)
