"""Damages the bytes of picture files, for tests/reading/test_bad_input.py and benchmarks/damaged_files.py."""

import io
import struct
import zlib
from typing import Any

import numpy as np
from PIL import Image

OPEN_FOUR = np.array([[0, 0, 1, 0], [1, 0, 1, 0], [1, 1, 1, 1], [0, 0, 1, 0], [0, 0, 1, 0]])
PICTURE = Image.fromarray(
    (220 - 200 * np.kron(np.pad(OPEN_FOUR, 2), np.ones((10, 10)))).astype(np.uint8)
)  # 80 x 90
SEED_MODES: dict[str, tuple[str, str, dict[str, Any]]] = {  # what to save, and how
    "png": ("PNG", "L", {}),
    "png colour": ("PNG", "RGBA", {}),
    "png palette": ("PNG", "P", {}),
    "png 1 bit": ("PNG", "1", {}),
    "apng": ("PNG", "L", {"save_all": True, "append_images": [PICTURE.rotate(180)]}),
    "jpeg": ("JPEG", "RGB", {}),
    "jpeg progressive": ("JPEG", "L", {"progressive": True}),
    "jpeg cmyk": ("JPEG", "CMYK", {}),
    "webp": ("WEBP", "RGB", {}),
    "webp lossless": ("WEBP", "RGBA", {"lossless": True}),
    "webp animated": ("WEBP", "RGB", {"save_all": True, "append_images": [PICTURE.rotate(180)]}),
    "bmp": ("BMP", "RGB", {}),
    "bmp palette": ("BMP", "P", {}),
    "gif": ("GIF", "P", {}),
    "gif animated": ("GIF", "L", {"save_all": True, "append_images": [PICTURE.rotate(180)]}),
    "tiff": ("TIFF", "L", {}),
    "tiff lzw": ("TIFF", "RGB", {"compression": "tiff_lzw"}),
    "tiff deflate": ("TIFF", "I;16", {"compression": "tiff_adobe_deflate"}),
    "tiff jpeg": ("TIFF", "RGB", {"compression": "jpeg"}),
    "tiff fax": ("TIFF", "1", {"compression": "group4"}),
    "tiff float": ("TIFF", "F", {}),
    "tiff pages": ("TIFF", "L", {"save_all": True, "append_images": [PICTURE.rotate(180)]}),
    "pdf": ("PDF", "L", {}),
}


def seeds() -> dict[str, bytes]:
    """Return one sound file of each kind."""
    found = {}
    for name, (kind, mode, options) in SEED_MODES.items():
        image = (
            Image.fromarray(np.asarray(PICTURE, np.uint16) * 257) if mode == "I;16" else PICTURE.convert(mode)
        )
        buffer = io.BytesIO()
        image.save(buffer, kind, **options)
        found[name] = buffer.getvalue()
    try:
        import pillow_heif
    except ImportError:
        return found
    buffer = io.BytesIO()
    pillow_heif.from_pillow(PICTURE.convert("RGB")).save(buffer)
    return {**found, "heic": buffer.getvalue()}


SEEDS = seeds()


def damaged(content: bytes, rng: np.random.Generator) -> bytes:
    """Return the bytes of a file with one to three kinds of damage."""
    for _ in range(int(rng.integers(1, 4))):
        content = DAMAGES[rng.integers(len(DAMAGES))](content, rng)
    return with_right_checksums(content) if rng.random() < 0.7 else content


def flip_bytes(content: bytes, rng: np.random.Generator) -> bytes:
    array = np.frombuffer(content, np.uint8).copy()
    if len(array):
        places = rng.integers(0, len(array), int(rng.integers(1, 12)))
        array[places] = rng.integers(0, 256, len(places))
    return array.tobytes()


def flip_header(content: bytes, rng: np.random.Generator) -> bytes:
    return flip_bytes(content[:64], rng) + content[64:]


def lie(content: bytes, rng: np.random.Generator) -> bytes:
    """Write a telling number, such as the largest, somewhere near the start."""
    value = [0, 1, -1, 0x7FFF, 0x7FFFFFFF, 0x10000, 65_000, 6_900][rng.integers(8)]
    code = ["<i", ">i", "<h", ">h"][rng.integers(4)]
    number = struct.pack(code, value if code[1] == "i" else max(min(value, 0x7FFF), -1))
    place = int(rng.integers(0, max(1, min(len(content), 256))))
    return content[:place] + number + content[place + len(number) :]


def cut_off(content: bytes, rng: np.random.Generator) -> bytes:
    return content[: int(rng.integers(0, len(content) + 1))]


def cut_out(content: bytes, rng: np.random.Generator) -> bytes:
    start, stop = sorted(rng.integers(0, len(content) + 1, 2))
    return content[:start] + content[stop:]


def repeat(content: bytes, rng: np.random.Generator) -> bytes:
    start, stop = sorted(rng.integers(0, len(content) + 1, 2))
    return content[:stop] + content[start:stop] * int(rng.integers(1, 4)) + content[stop:]


def insert(content: bytes, rng: np.random.Generator) -> bytes:
    place = int(rng.integers(0, len(content) + 1))
    return content[:place] + rng.bytes(int(rng.integers(1, 64))) + content[place:]


def splice(content: bytes, rng: np.random.Generator) -> bytes:
    """Go on with the end of a file of another kind."""
    other = list(SEEDS.values())[rng.integers(len(SEEDS))]
    return content[: int(rng.integers(0, len(content) + 1))] + other[int(rng.integers(0, len(other))) :]


DAMAGES = (flip_bytes, flip_header, lie, cut_off, cut_out, repeat, insert, splice)


def with_right_checksums(content: bytes) -> bytes:
    """Return a PNG whose chunks carry the checksums of what they hold now; other files as they are."""
    if content[:8] != b"\x89PNG\r\n\x1a\n":
        return content
    parts, place = [content[:8]], 8
    while place + 12 <= len(content):
        length = struct.unpack(">I", content[place : place + 4])[0]
        body = content[place + 4 : place + 8 + length]
        if place + 12 + length > len(content):
            break
        parts += [content[place : place + 4], body, struct.pack(">I", zlib.crc32(body))]
        place += 12 + length
    return b"".join([*parts, content[place:]])
