"""Fonts for training: fetched through npm into the cache, and done without where that cannot be."""

import io
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from zeronine.data.writing import fonts


@pytest.fixture(name="with_npm")
def _with_npm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")


def packs(monkeypatch: pytest.MonkeyPatch, *members: str) -> list[list[str]]:
    """Let npm pack a package of these files; return the commands it was asked with."""
    asked: list[list[str]] = []

    def run(command: list[str], *, cwd: str, **_: Any) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        if members:
            with tarfile.open(Path(cwd) / "package.tgz", "w:gz") as archive:
                for name in members:
                    entry = tarfile.TarInfo(f"package/files/{name}")
                    entry.size = 4
                    archive.addfile(entry, io.BytesIO(b"font"))
        return subprocess.CompletedProcess(
            command, 0 if members else 1, "", "" if members else "404 not found"
        )

    monkeypatch.setattr(subprocess, "run", run)
    return asked


def test_without_npm_training_goes_on_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    said: list[str] = []
    assert fonts.fetch(["caveat", "lato"], tmp_path, say=said.append) == []
    assert said == ["npm is not installed: training goes on without 2 of 2 fonts"]


@pytest.mark.usefixtures("with_npm")
def test_a_font_is_fetched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = packs(monkeypatch, "caveat-latin-400-normal.woff", "caveat-latin-700-normal.woff")
    said: list[str] = []
    for _ in range(2):
        assert fonts.fetch(["caveat"], tmp_path, say=said.append) == [tmp_path / "caveat.woff"]
    assert (tmp_path / "caveat.woff").read_bytes() == b"font"
    assert asked == [["npm", "pack", "--silent", "@fontsource/caveat"]]
    assert said == []


@pytest.mark.usefixtures("with_npm")
@pytest.mark.parametrize(
    ("members", "why"), [((), "404 not found"), (("caveat-greek-400-normal.woff",), "no regular Latin font")]
)
def test_a_font_that_cannot_be_had_is_named(
    members: tuple[str, ...], why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packs(monkeypatch, *members)
    said: list[str] = []
    assert fonts.fetch(["caveat"], tmp_path, say=said.append) == []
    (only,) = said
    assert only.startswith("the font caveat could not be fetched (")
    assert why in only


@pytest.mark.usefixtures("with_npm")
def test_a_registry_that_does_not_answer_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(command: list[str], **_: Any) -> None:
        raise subprocess.TimeoutExpired(command, fonts.NPM_TIMEOUT_S)

    monkeypatch.setattr(subprocess, "run", run)
    said: list[str] = []
    assert fonts.fetch(["caveat"], tmp_path, say=said.append) == []
    assert f"no answer in {fonts.NPM_TIMEOUT_S} s" in said[0]


def test_fonts_that_judge_are_named_among_the_others() -> None:
    assert set(fonts.HELD_APART) <= {*fonts.HANDS, *fonts.PRINT}
    assert len({*fonts.HANDS, *fonts.PRINT}) == len(fonts.HANDS) + len(fonts.PRINT)


def test_fonts_of_the_machine_are_the_same_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("b.ttf", "a.ttf", "NotoEmoji.ttf", "c.otf"):
        (tmp_path / name).touch()
    monkeypatch.setattr(fonts, "SYSTEM_FOLDERS", (str(tmp_path), str(tmp_path / "none")))
    assert [path.name for path in fonts.system_fonts()] == ["a.ttf", "b.ttf"]
    assert [path.name for path in fonts.system_fonts(1)] == ["a.ttf"]


@pytest.fixture(name="default_font")
def _default_font(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Pillow's own font stand for any file."""
    from PIL import ImageFont

    own = ImageFont.load_default(fonts.SIZE)
    monkeypatch.setattr(ImageFont, "truetype", lambda path, size: own)
    fonts.glyphs_of.cache_clear()


@pytest.mark.usefixtures("default_font")
def test_glyphs_are_cut_to_their_ink_and_measured_in_digits(tmp_path: Path) -> None:
    glyphs = fonts.glyphs_of(tmp_path / "any.ttf", "08.g-")
    assert set(glyphs) == set("08.g-")
    for glyph in glyphs.values():
        assert glyph.mask.dtype == np.uint8
        assert all(glyph.mask.max(axis=axis)[[0, -1]].min() > 0 for axis in (0, 1))
    zero, stop, tail = glyphs["0"], glyphs["."], glyphs["g"]
    assert zero.top == pytest.approx(0, abs=0.05)
    assert zero.mask.shape[0] / zero.scale == pytest.approx(1, abs=0.05)
    assert stop.top > 0.7
    assert tail.top + tail.mask.shape[0] / tail.scale > 1.05
