"""Every kind of file and array comes out as the same grey picture, within the limits."""

import io
import os
import struct
import threading
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageOps

from damage import with_right_checksums
from zeronine.errors import MissingExtraError, PictureError
from zeronine.reading import documents
from zeronine.reading.guard import quiet
from zeronine.reading.load import load, load_pages

RAMP = np.add.outer(np.arange(40), 3 * np.arange(60)).astype(np.uint8)  # (40, 60), tones 0 to 216


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def claiming(size: tuple[int, int]) -> bytes:
    """Return a small PNG whose header claims another size."""
    content = encoded(Image.fromarray(RAMP), "PNG")
    return with_right_checksums(content[:16] + struct.pack(">II", *size) + content[24:])


MODES = {
    "PNG": "1 L P RGB RGBA LA",
    "BMP": "1 L P RGB RGBA",
    "GIF": "1 L P RGB",
    "TIFF": "1 L P RGB RGBA LA CMYK LAB",
    "WEBP": "L RGB RGBA",
    "JPEG": "1 L RGB CMYK",
}


@pytest.mark.parametrize(("kind", "mode"), [(k, m) for k, modes in MODES.items() for m in modes.split()])
def test_kinds_and_modes_keep_their_tones(kind: str, mode: str) -> None:
    image = Image.fromarray(RAMP)
    if mode == "LAB":
        flat = Image.new("L", image.size, 128)
        image = Image.merge("LAB", [image, flat, flat])
    else:
        image = image.convert("RGB").convert(mode) if mode in ("P", "CMYK") else image.convert(mode)
    grey = load(encoded(image, kind, **({"lossless": True} if kind == "WEBP" else {})))
    truth = RAMP if mode == "LAB" else np.asarray(image.convert("RGB").convert("L"), int)
    assert grey.shape == (40, 60)
    assert grey.dtype == np.uint8
    allowed = 12 if (kind, mode) == ("JPEG", "1") else 4  # JPEG smears the dither of a two-tone picture
    assert np.abs(grey - truth).mean() < allowed


@pytest.mark.parametrize(("top", "bits"), [(65535, 16), (4095, 12), (1023, 10)])
def test_pictures_of_more_than_8_bits_use_the_whole_range(top: int, bits: int) -> None:
    deep = np.round(RAMP / 216 * top).astype(np.uint16)
    for source in (deep, encoded(Image.fromarray(deep), "PNG"), encoded(Image.fromarray(deep), "TIFF")):
        grey = load(source)
        assert np.abs(grey - RAMP / 216 * 255).max() <= 1, bits


def test_floats_of_a_tiff_are_scaled() -> None:
    for factor in (1 / 255, 1.0, 1000.0):
        grey = load(encoded(Image.fromarray(RAMP.astype(np.float32) * np.float32(factor)), "TIFF"))
        assert np.corrcoef(grey.ravel(), RAMP.ravel())[0, 1] > 0.999
        assert grey.max() > 200


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP"])
def test_pictures_turned_by_exif_stand_upright(orientation: int, kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = encoded(Image.fromarray(RAMP), kind, exif=exif)
    truth = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(content))).convert("L"), int)
    assert load(content).shape == truth.shape
    assert np.abs(load(content) - truth).max() <= 2


@pytest.mark.parametrize("ink", [0, 255])
def test_ink_on_nothing_lies_on_paper_that_contrasts(ink: int) -> None:
    drawing = np.zeros((50, 50, 4), np.uint8)
    drawing[10:40, 20:26] = (ink, ink, ink, 255)
    drawing[10:40, 26] = (ink, ink, ink, 128)
    for source in (drawing, encoded(Image.fromarray(drawing), "PNG"), drawing.astype(np.float32) / 255):
        grey = load(source)
        assert (grey[0, 0], grey[20, 22]) == (255 - ink, ink)
        assert 100 < grey[20, 26] < 156


def test_a_photo_with_round_corners_keeps_its_own_paper() -> None:
    photo = np.full((60, 60, 4), 220, np.uint8)
    photo[20:40, 28:32, :3] = 20
    photo[..., 3] = 255
    photo[:5, :5, 3] = 0
    grey = load(photo)
    assert (grey[0, 0], grey[10, 10], grey[30, 30]) == (220, 220, 20)


def test_a_picture_of_nothing_at_all_is_blank_paper() -> None:
    assert (load(np.zeros((9, 9, 4), np.uint8)) == 255).all()


def test_arrays_of_every_accepted_type_are_the_same_picture() -> None:
    colour = np.stack([RAMP] * 3, axis=-1)
    sources: list[Any] = [
        RAMP,
        RAMP[:, :, None],
        colour,
        RAMP / 255,
        colour / 255,
        (RAMP / 255).astype(np.float16),
    ]
    sources += [RAMP.astype(np.int64), np.dstack([colour, np.full_like(RAMP, 255)]), np.asfortranarray(RAMP)]
    for source in sources:
        assert np.abs(load(source).astype(int) - RAMP).max() <= 1
    assert set(np.unique(load(RAMP > 100))) == {0, 255}


def test_loading_leaves_the_input_as_it_was() -> None:
    array, image = RAMP.copy(), Image.fromarray(RAMP).convert("RGB")
    load(array)[:] = 0
    load(image)[:] = 0
    assert (array == RAMP).all()
    assert image.mode == "RGB"
    assert (np.asarray(image.convert("L")) == RAMP).all()


def test_paths_streams_bytes_and_images_are_the_same_picture(tmp_path: Path) -> None:
    content = encoded(Image.fromarray(RAMP), "PNG")
    path = tmp_path / "renamed.jpg"  # the first bytes tell the kind, not the name
    path.write_bytes(content)
    with path.open("rb") as file:
        sources: list[Any] = [
            path,
            str(path),
            file,
            content,
            bytearray(content),
            memoryview(content),
            io.BytesIO(content),
        ]
        for source in [*sources, Image.open(io.BytesIO(content))]:
            assert (load(source) == RAMP).all()


@pytest.mark.parametrize("kind", ["TIFF", "GIF", "PDF", "WEBP"])
def test_all_pages_come_in_order(kind: str) -> None:
    pages = [Image.fromarray(np.full((40, 60), tone, np.uint8)) for tone in (40, 120, 200)]
    content = encoded(pages[0], kind, save_all=True, append_images=pages[1:])
    tones = [int(np.median(page)) for page in load_pages(content)]
    assert np.abs(np.array(tones) - [40, 120, 200]).max() <= 3
    assert abs(int(np.median(load(content))) - 40) <= 3
    with pytest.raises(PictureError, match="2"):
        list(load_pages(content, max_pages=2))


def test_heic_is_read() -> None:
    heif = pytest.importorskip("pillow_heif", reason="pip install '.[documents]' is not done")
    buffer = io.BytesIO()
    heif.from_pillow(Image.fromarray(RAMP).resize((600, 400)).convert("RGB")).save(buffer)
    grey = load(buffer.getvalue())
    assert grey.shape == (400, 600)
    assert np.abs(grey - np.asarray(Image.fromarray(RAMP).resize((600, 400)), int)).mean() < 4


@pytest.mark.parametrize(
    ("missing", "head"), [("pypdfium2", b"%PDF-1.7"), ("pillow_heif", b"\0\0\0\x18ftypheic")]
)
def test_a_missing_extra_is_named(missing: str, head: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, missing, None)
    with pytest.raises(MissingExtraError, match=r"pip install .*\[documents\]'"):
        load(head + b"\0" * 100)


def test_limits_are_checked_before_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    content = claiming((12_000, 9_000))
    monkeypatch.setattr(Image.Image, "convert", lambda *_: pytest.fail("decoded"))
    with pytest.raises(PictureError, match=r"12000 x 9000 = 108 MP, the limit is 50 MP: .*--max-megapixels"):
        load(content)


@pytest.mark.parametrize("size", [(60_000, 60_000), (60_000, 40), (20_000, 10_000)])
def test_huge_pictures_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(PictureError, match="scale it down"):
        load(claiming(size))


def test_the_limit_can_be_raised_and_lowered() -> None:
    content = encoded(Image.fromarray(RAMP), "PNG")
    with pytest.raises(PictureError, match="limit is"):
        load(content, max_megapixels=0.001)
    for wrong in (0, -1, float("nan"), float("inf")):
        with pytest.raises(PictureError, match="above 0"):
            load(content, max_megapixels=wrong)
    assert load(encoded(Image.new("1", (9_000, 6_000)), "PNG"), max_megapixels=60).shape == (6_000, 9_000)


def test_a_jpeg_of_endless_scans_is_refused() -> None:
    content = encoded(Image.fromarray(RAMP), "JPEG", progressive=True)
    last = content[content.rfind(b"\xff\xda") : -2]
    with pytest.raises(PictureError, match="scans, the limit is 100"):
        load(content[:-2] + 200 * last + content[-2:])
    assert load(content).shape == RAMP.shape


def test_a_large_page_of_a_pdf_is_drawn_within_the_limit() -> None:
    content = encoded(Image.fromarray(RAMP).resize((600, 400)), "PDF", resolution=2)
    assert load(content, max_megapixels=2).size <= 2e6


def test_a_locked_or_damaged_pdf_says_so() -> None:
    with pytest.raises(PictureError, match="damaged"):
        load(b"%PDF-1.7 and nothing more")


def test_warnings_stay_as_they_were_when_threads_decode() -> None:
    before = list(warnings.filters)
    steps = [threading.Event() for _ in range(2)]

    def overlap(mine: threading.Event, other: threading.Event) -> None:
        with quiet:
            mine.set()
            other.wait(5)

    threads = [threading.Thread(target=overlap, args=(steps[i], steps[1 - i])) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(warnings.filters) == before


def test_brands_are_four_bytes() -> None:
    assert all(len(brand) == 4 for brand in documents.HEIC_BRANDS)


def test_a_pipe_is_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(encoded(Image.fromarray(RAMP), "PNG"),))
    writer.start()
    assert (load(pipe) == RAMP).all()
    writer.join()


@pytest.mark.parametrize("kind", ["u2", "i4", "f4", "f8"])
@pytest.mark.parametrize("shape", [(30, 40), (30, 40, 3), (30, 40, 4)], ids=str)
def test_the_order_of_bytes_in_an_array_makes_no_difference(kind: str, shape: tuple[int, ...]) -> None:
    """Arrays from other machines, and from FITS or TIFF readers, have the large end first."""
    values = np.random.default_rng(0).random(shape)
    little = (values * (1 if kind[0] == "f" else 255)).astype(f"<{kind}")
    np.testing.assert_array_equal(load(little.astype(f">{kind}")), load(little))
