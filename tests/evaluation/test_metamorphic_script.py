"""benchmarks/changes.py and metamorphic.py: each change does what it says, and the table counts it right."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import changes
import metamorphic
from changes import CHANGES, Grey, Sample
from zeronine.data.digits import Digits

EDGE = 30  #: pixels of paper round the block that stands for a digit


def block(width: int = 20, height: int = 40, *, one: bool = True) -> Sample:
    """A dark block on light paper, as a single digit."""
    picture = np.full((height + 2 * EDGE, width + 2 * EDGE), 240, np.uint8)
    picture[EDGE:-EDGE, EDGE:-EDGE] = 40
    return Sample(picture, ("1",), one, ((EDGE, EDGE, EDGE + width, EDGE + height),))


def two_blocks(gap: int) -> Sample:
    picture = np.full((100, 100 + gap), 240, np.uint8)
    frames = ((30, 30, 50, 70), (50 + gap, 30, 70 + gap, 70))
    for left, top, right, bottom in frames:
        picture[top:bottom, left:right] = 40
    return Sample(picture, ("11",), False, frames)


def changed(name: str, sample: Sample) -> Grey:
    picture = metamorphic.changed_by(name, sample, 0)
    assert picture is not None
    return picture


@pytest.mark.parametrize(
    "name", [n for n in CHANGES if n != "in a comb" and "90" not in n and "180" not in n]
)
def test_every_change_gives_another_picture_and_the_same_one_again(name: str) -> None:
    sample = block()
    first, second = changed(name, sample), changed(name, sample)
    assert first.dtype == np.uint8 and first.ndim == 2
    assert np.array_equal(first, second)
    assert not np.array_equal(first, sample.picture)


def test_the_block_is_found_in_either_tone() -> None:
    sample = block()
    assert sample.tones == pytest.approx((240, 40))
    assert changes.writing_of(sample.picture) == sample.digits[0]
    assert changes.writing_of(255 - sample.picture) == sample.digits[0]


def test_tone_changes_keep_their_measure() -> None:
    sample = block()
    assert changes.tones_of(changed("faded to 10 % contrast", sample)) == pytest.approx((240, 220))
    assert changes.tones_of(changed("darkened to 40 %", sample)) == pytest.approx((96, 16))
    assert changes.tones_of(changed("inverted", sample)) == pytest.approx((15, 215))


def test_size_changes_keep_their_measure() -> None:
    sample = block()
    assert changed("cropped tight", sample).shape == (40, 20)
    assert changed("padded", sample).shape == (180, 160)
    assert changed("scale 2", sample).shape == (200, 160)
    assert changed("half outside", sample).shape == (100, 40)
    assert metamorphic.changed_by("scale 0.5", block(10, 19), 0) is None  # lower than anyone reads


def test_pens_change_the_stroke_and_not_its_place() -> None:
    sample = block()
    areas = {name: (changed(name, sample) < 140).sum() for name in ("thick pen", "thin pen")}
    assert areas["thin pen"] < 20 * 40 < areas["thick pen"]
    middle = np.argwhere(changed("thick pen", sample) < 140).mean(axis=0)
    assert middle == pytest.approx([49.5, 39.5], abs=1)


def test_lines_stand_where_they_should() -> None:
    sample, margin = block(), 16
    under = changed("underlined, touching", sample)
    foot = EDGE + 40 + margin - 1
    assert (under[foot, EDGE + margin - 4 : EDGE + margin] < 60).all()
    cell = changed("in a cell", sample)
    assert (cell[:, EDGE + 24 - 6] < 100).all()  # the left rule runs from edge to edge


def test_a_comb_has_a_wall_between_digits_and_teeth_where_they_touch() -> None:
    wide, tight = two_blocks(20), two_blocks(2)
    middle = 20 + 50 + 10
    assert (changed("in a comb", wide)[48:92, middle] < 100).all()
    comb = changed("in a comb", tight)
    assert comb[60, 20 + 51] > 200 and comb[92, 20 + 51] < 100


def test_only_pages_are_turned_on_their_side() -> None:
    assert metamorphic.changed_by("turned by 90 degrees", block(), 0) is None
    page = Sample(block().picture, ("1",), False, block().digits, page=True)
    assert changed("turned by 180 degrees", page).shape == (100, 80)


class Reads:
    """A reader that says the same whatever it sees, as sure as it is told to be."""

    def __init__(self, text: str, confidence: float) -> None:
        self.text, self.confidence = text, confidence

    def read(self, picture: object, *, one: bool = False, min_confidence: float | None = None) -> object:
        number = SimpleNamespace(text=self.text, confidence=self.confidence, line=0)
        return SimpleNamespace(numbers=(number,), digits=())


def test_the_table_counts_what_stays_right() -> None:
    figures = metamorphic.figures_of(Reads("1", 1.0), [block(), block()], ["inverted", "half outside"])
    assert figures["right_before"] == 2
    assert figures["cells"] == {"inverted": 1, "half outside": 1}
    never = metamorphic.figures_of(Reads("7", 1.0), [block()], ["inverted"])
    assert (never["right_before"], never["cells"], never["mean"]) == (0, {}, None)


def test_half_a_digit_may_be_misread_but_not_surely() -> None:
    sample, half = block(), changed("half outside", block())
    assert metamorphic.honest_in(Reads("7", 0.5), half, sample)
    assert not metamorphic.honest_in(Reads("7", 0.95), half, sample)
    assert metamorphic.honest_in(Reads("", 0.95), half, sample)


def test_made_samples_are_the_same_again_and_say_what_they_show(shapes: Digits) -> None:
    for make in (metamorphic.made_digits, metamorphic.made_numbers, metamorphic.made_pages):
        first, second = make(shapes, 2), make(shapes, 2)
        assert all(np.array_equal(a.picture, b.picture) for a, b in zip(first, second, strict=True))
        assert all(len("".join(sample.truth)) == len(sample.digits) for sample in first)


def test_it_ends_in_one_line_of_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["metamorphic.py", "--each", "2", "--changes", "inverted"])
    metamorphic.main()
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert set(last) == {"made digits", "made numbers", "made pages"}
    assert set(last["made digits"]["cells"]) == {"inverted"}


def test_the_sheet_has_a_row_for_each_sample(tmp_path: Path) -> None:
    sheet = metamorphic.contact_sheet([block(), block()], ["inverted", "in a comb"])
    assert sheet.shape == (16 + 2 * metamorphic.SHEET_PX, 3 * metamorphic.SHEET_PX)
