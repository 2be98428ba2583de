"""What the edition without a server does itself equals Python's, stage by stage, in a real Chromium."""

import base64
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import Page

from zeronine.explaining.case import case_of
from zeronine.explaining.contribution import contribute
from zeronine.explaining.flip import flip
from zeronine.explaining.hidden import look_at_units
from zeronine.explaining.insight import look_into
from zeronine.explaining.occlusion import occlude
from zeronine.metrics import wilson
from zeronine.models import SHIPPED
from zeronine.options import ReadOptions
from zeronine.reading.arithmetic import chance, log_odds
from zeronine.reading.classify import Classifier, shipped
from zeronine.reading.evidence import TAUGHT, evidence_of
from zeronine.reading.finder import shipped_finder
from zeronine.reading.grey import from_array
from zeronine.reading.limits import Limits
from zeronine.reading.load import load
from zeronine.reading.looks import resized
from zeronine.reading.page import look
from zeronine.reading.patches import patch_of
from zeronine.reading.reader import LEAN, Reader
from zeronine.studio.edition import bundle, in_bytes, packed_model
from zeronine.studio.packed import packed_reader

PICTURES = Path(__file__).parents[2] / "pictures"
LEVEL = 1  #: of 255: by so much a pixel of a resized picture may differ
FEW = 1e-3  #: of the pixels may differ at all

PREPARE = """async ({ reader, models }) => {
    const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    await modules['heap.js'].start(bytes(reader.kernel));
    modules['quick.js'].hurry();
    const inflated = async (text) => {
        const stream = new Blob([bytes(text)]).stream().pipeThrough(new DecompressionStream('deflate'));
        return new Uint8Array(await new Response(stream).arrayBuffer());
    };
    const weights = await inflated(reader.weights);
    const { Reader } = modules['reader.js'];
    const unpacked = await Promise.all(
        models.map(async (one) => ({ ...one, weights: await inflated(one.weights) })));
    const { graphsOf, answerOf } = modules['quick.js'];
    globalThis.desk = {
        reader: new Reader(reader, weights),
        graphs: graphsOf(unpacked),
        grey: ([height, width, text]) => ({ data: bytes(text), height, width }),
        text: (data) => btoa(data.reduce((all, one) => all + String.fromCharCode(one), '')),
    };
    desk.classify = (canvas) => answerOf(desk.graphs.get('shipped'), canvas);
}"""


@pytest.fixture(scope="module")
def article(few: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Train the article's network, repaired, for one epoch on a few digits."""
    from zeronine.training.loop import train
    from zeronine.training.recipe import RECIPES

    run = train(few, RECIPES["repaired"].changed({"epochs": 1}), folder=tmp_path_factory.mktemp("article"))
    return run.model_path


@pytest.fixture(scope="module")
def page(browser: Any, article: Path) -> Iterator[Page]:
    """Open an empty page with the modules of the second thread in reach."""
    blank = browser.new_page()
    for first in ("desk.js", "opened.js"):
        script = bundle(first).replace("const modules = {}", "const modules = globalThis.modules ??= {}")
        blank.add_script_tag(content=script)
    models = [packed_model("zeronine", SHIPPED), packed_model("article", article)]
    blank.evaluate(PREPARE, {"reader": packed_reader(), "models": models})
    yield blank
    blank.close()


def packed(grey: npt.NDArray[np.uint8]) -> list[Any]:
    return [*grey.shape, base64.b64encode(grey.tobytes()).decode()]


def unpacked(text: str, shape: tuple[int, ...]) -> npt.NDArray[np.uint8]:
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(shape)


def blurred(rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    height, width = rng.integers(30, 200, 2)
    noise = rng.integers(0, 256, (height, width), np.uint8)
    return np.asarray(cv2.GaussianBlur(noise, (0, 0), rng.uniform(0.3, 2)), np.uint8)


def hardly_differ(found: npt.NDArray[np.uint8], wanted: npt.NDArray[np.uint8]) -> None:
    away = np.abs(found.astype(int) - wanted)
    assert away.max(initial=0) <= LEVEL
    assert (away > 0).mean() <= FEW


def test_pictures_get_smaller_and_larger_as_opencv_makes_them(page: Page) -> None:
    rng = np.random.default_rng(1)
    found, wanted = [], []
    for scale in (0.5, 0.25, 0.31, 0.7, 0.93, 1.3, 2.7, 4.0):
        grey = blurred(rng)
        wanted.append(resized(grey, scale))
        say = "([grey, scale]) => desk.text(modules['pictures.js'].resized(desk.grey(grey), scale).data)"
        found.append(unpacked(page.evaluate(say, [packed(grey), scale]), wanted[-1].shape))
    hardly_differ(
        np.concatenate([one.ravel() for one in found]), np.concatenate([one.ravel() for one in wanted])
    )


def test_patches_are_cut_as_opencv_cuts_them(page: Page) -> None:
    rng = np.random.default_rng(2)
    found, wanted = [], []
    for scale in (0.2, 0.4, 0.69, 0.71, 1.0, 1.9, 3.0):
        grey = blurred(rng)
        middle = (float(rng.uniform(0, grey.shape[1])), float(rng.uniform(0, grey.shape[0])))
        beyond = float(rng.integers(0, 511) / 2)
        wanted.append(patch_of(grey, middle, scale, (40, 40), beyond=beyond))
        say = """([grey, middle, scale, beyond]) => desk.text(
            modules['pictures.js'].patchOf(desk.grey(grey), middle, scale, [40, 40], beyond).data)"""
        found.append(unpacked(page.evaluate(say, [packed(grey), middle, scale, beyond]), (40, 40)))
    hardly_differ(np.stack(found), np.stack(wanted))


def test_transparent_pictures_lie_on_paper_as_pillow_lays_them(page: Page) -> None:
    rng = np.random.default_rng(3)
    for tone in (0, 255, None):
        pixels = rng.integers(0, 256, (20, 30, 4), np.uint8)
        if tone is not None:
            pixels[..., :3] = tone
        pixels[..., 3] *= rng.random((20, 30)) < 0.3
        say = """(text) => desk.text(modules['opened.js'].onPaper(
            Uint8ClampedArray.from(atob(text), (letter) => letter.charCodeAt(0))))"""
        found = page.evaluate(say, base64.b64encode(pixels.tobytes()).decode())
        assert np.abs(unpacked(found, (20, 30)).astype(int) - from_array(pixels, Limits())).max() <= LEVEL


def test_the_finder_sees_the_same(page: Page) -> None:
    """Heat, classes and boxes of a photograph, within float32's rounding."""
    grey = load(PICTURES / "2077-german-pencil-ruled-photo.jpg")
    maps = shipped_finder()(grey)
    planes = page.evaluate("(grey) => [...desk.reader.finder.look(desk.grey(grey)).planes]", packed(grey))
    found = np.array(planes).reshape(-1, *maps.place.shape)
    wanted = np.concatenate([maps.place[None], maps.kind, maps.box])
    assert np.abs(found - wanted).max() < 0.02


def test_marks_are_weighed_the_same(page: Page) -> None:
    """Every mark of a page with rules: its box, and the three log-odds that all networks come to together."""
    reader = Reader()
    grey = load(PICTURES / "1380649-engineer-ball-ruled-photo.jpg")
    weighed = reader.weigh(look(grey, reader.finder))
    say = """(grey) => {
        const sight = modules['sight.js'].sightOf(desk.grey(grey), desk.reader.finder);
        const { weighed } = desk.reader.weigh(sight, desk.classify);
        return [sight.marks.map(({ box }) => box), weighed.exists, weighed.right, weighed.sign];
    }"""
    boxes, *odds = page.evaluate(say, packed(grey))
    assert np.abs(np.array(boxes) - weighed.marks.boxes).max() < 0.2
    for found, wanted in zip(odds, (weighed.exists, weighed.right, weighed.sign), strict=True):
        assert np.abs(np.array(found) - wanted).max() < 0.1


def readings(page: Page, greys: list[npt.NDArray[np.uint8]], **wishes: Any) -> list[dict[str, Any]]:
    say = """([greys, wishes]) => greys.map((grey) => desk.reader.read(desk.grey(grey), desk.classify, wishes)
        .reading).map(({ canvases, ...reading }) => reading)"""
    found: list[dict[str, Any]] = page.evaluate(say, [[packed(grey) for grey in greys], wishes])
    return found


def same(found: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Compare readings: texts, boxes to a pixel, confidences to a hundredth, and what was not read."""
    for name in ("text", "width", "height", "notes"):
        assert found[name] == wanted[name]
    for one, other in zip(found["numbers"], wanted["numbers"], strict=True):
        assert (one["text"], one["value"], one["line"]) == (other["text"], other["value"], other["line"])
        assert one["confidence"] == pytest.approx(other["confidence"], abs=0.01)
        for digit, twin in zip(one["digits"], other["digits"], strict=True):
            assert (digit["value"], digit["alternatives"][0][0]) == (
                twin["value"],
                twin["alternatives"][0][0],
            )
            assert digit["confidence"] == pytest.approx(twin["confidence"], abs=0.01)
    for one, other in zip(boxes_in(found), boxes_in(wanted), strict=True):
        assert one == pytest.approx(other, abs=1)


def boxes_in(reading: dict[str, Any]) -> list[dict[str, int]]:
    digits = [digit["box"] for number in reading["numbers"] for digit in number["digits"]]
    return [*digits, *(sign["box"] for sign in reading["signs"]), *reading["unread"]]


def test_sixty_pictures_are_read_the_same(page: Page) -> None:
    """Every drawn picture of the tests: photographs, scans, chalk, nibs, signs among digits, dark ground."""
    reader = Reader()
    with (PICTURES / "truth.csv").open() as file:
        names = [row["file"] for row in csv.DictReader(file)]
    assert len(names) >= 60
    greys = [load(PICTURES / name) for name in names]
    clear = [grey for grey in greys if not hangs_by_a_hair(reader, grey)]
    assert len(clear) >= len(greys) - 3
    for grey, found in zip(clear, readings(page, clear), strict=True):
        same(found, reader.read(grey).to_dict())


def hangs_by_a_hair(reader: Reader, grey: npt.NDArray[np.uint8]) -> bool:
    """Return whether a mark is nearly as likely taken as left: within what marks are weighed the same."""
    weighed = reader.weigh(look(grey, reader.finder))
    worth = log_odds(chance(weighed.exists) + chance(weighed.sign)) + LEAN
    return bool((np.abs(worth) < 0.1).any())


def test_pages_that_lie_aside_on_their_head_or_aslant_are_read_the_same(page: Page) -> None:
    """Three pictures on one sheet: as they are, turned by quarters, and with lines that fall."""
    sheet = np.full((560, 520), 235, np.uint8)
    top = 10
    for name in (
        "10115-german-ball-plain",
        "48103-american-mouse-clear",
        "65536-hasty-mouse-plain",
    ):
        grey = load(PICTURES / f"{name}.png")
        sheet[top : top + len(grey), 30 : 30 + grey.shape[1]] = grey
        top += len(grey) + 5
    turn = cv2.getRotationMatrix2D((260, 280), 9, 0.8)
    aslant = np.asarray(cv2.warpAffine(sheet, turn, (520, 560), borderValue=235.0), np.uint8)
    greys = [sheet, np.rot90(sheet).copy(), np.rot90(sheet, 2).copy(), aslant]
    reader = Reader()
    wanted = [reader.read(grey).to_dict() for grey in greys]
    assert any(one["notes"] for one in wanted)
    for found, other in zip(readings(page, greys), wanted, strict=True):
        same(found, other)


def test_options_are_kept_the_same(page: Page) -> None:
    """Digits alone, and those that are unsure as question marks."""
    grey = load(PICTURES / "6378_149-engineer-pencil-squared-photo.jpg")
    reader = Reader()
    for wishes, options in (
        ({"digitsOnly": True}, ReadOptions(digits_only=True)),
        ({"least": 0.99}, ReadOptions(min_confidence=0.99)),
    ):
        same(readings(page, [grey], **wishes)[0], reader.read(grey, **options.to_dict()).to_dict())


@pytest.mark.parametrize("asked", [{"model": "article"}, {"model": "shipped", "heads": []}])
def test_a_model_of_ones_own_names_the_digits_in_the_same_share(
    page: Page, article: Path, asked: dict[str, Any]
) -> None:
    """The article's network alone; one that was taught a hand, here the shipped one, with the others."""
    grey = load(PICTURES / "48103-american-mouse-clear.png")
    taught = Reader(evidence=evidence_of().named_by(TAUGHT))
    reader = taught if "heads" in asked else Reader(article)
    say = """([grey, asked]) => {
        const classify = (canvas) => modules['quick.js'].answerOf(desk.graphs.get(asked.model), canvas);
        const shares = modules['desk.js'].sharesOf(asked);
        const { canvases, ...reading } = desk.reader.read(desk.grey(grey), classify, {}, shares).reading;
        return reading;
    }"""
    same(page.evaluate(say, [packed(grey), asked]), reader.read(grey).to_dict())


def test_a_blank_sheet_gives_nothing(page: Page) -> None:
    (found,) = readings(page, [np.full((60, 90), 250, np.uint8)])
    assert (found["text"], found["numbers"], found["unread"]) == ("", [], [])


# ---- why ----


def explained(page: Page, canvas: npt.NDArray[np.float32], model: str, kinds: list[str]) -> dict[str, Any]:
    say = """([canvas, model, kinds]) => modules['reasoning.js'].explained(
        desk.graphs.get(model), { canvas, kinds, rival: null, sentences: {} })"""
    found: dict[str, Any] = page.evaluate(say, [np.rint(canvas.ravel() * 255).tolist(), model, kinds])
    return found


def pictures_in(tiles: dict[str, Any]) -> npt.NDArray[np.float64]:
    shown = np.frombuffer(base64.b64decode(tiles["data"]), np.uint8) / 255
    return np.asarray(tiles["low"] + shown * (tiles["high"] - tiles["low"])).reshape(-1, 28, 28)


@pytest.fixture
def canvas(few: Any) -> npt.NDArray[np.float32]:
    return np.asarray(few.images[3] / np.float32(255))


def test_covered_ink_counts_the_same(page: Page, canvas: npt.NDArray[np.float32]) -> None:
    case = case_of(shipped(), canvas)
    found = explained(page, canvas, "shipped", ["occlusion"])
    assert (found["value"], found["rival"]) == (case.value, case.rival)
    wanted = occlude(shipped(), case)
    assert np.abs(pictures_in(found["occlusion"]["picture"])[0] - wanted).max() < 0.02 * np.abs(wanted).max()


def test_a_small_change_turns_the_answer(page: Page, canvas: npt.NDArray[np.float32]) -> None:
    """The same search, so about as much ink: rounding may make it take another way."""
    wanted = flip(shipped(), case_of(shipped(), canvas))
    found = explained(page, canvas, "shipped", ["flip"])["flip"]
    assert (found["rival"], found["flipped"]) == (wanted.rival, wanted.flipped)
    answers = shipped()(pictures_in(found["canvas"])[0] / 255)
    assert int(answers.logits[0].argmax()) == found["rival"]
    assert found["added"] + found["removed"] == pytest.approx(wanted.added + wanted.removed, rel=0.5, abs=1)


@pytest.mark.parametrize("model", ["shipped", "article"])
def test_hidden_units_say_the_same(
    page: Page, canvas: npt.NDArray[np.float32], model: str, article: Path
) -> None:
    classifier = shipped() if model == "shipped" else Classifier(article)
    wanted = look_at_units(look_into(classifier), case_of(classifier, canvas))
    found = explained(page, canvas, model, ["hidden"])["hidden"]["layers"]
    assert [one["name"] for one in found] == [layer.name for layer in wanted]
    for one, layer in zip(found, wanted, strict=True):
        scale = np.abs(layer.values).max()
        assert np.abs(np.array(one["values"]) - layer.values).max() < 0.01 * scale
        assert np.abs(np.array(one["effect"]) - layer.effect).max() < 0.01 * scale + 0.02


def test_shares_of_ink_add_up_the_same(page: Page, canvas: npt.NDArray[np.float32], article: Path) -> None:
    classifier = Classifier(article)
    wanted = contribute(look_into(classifier), case_of(classifier, canvas))
    assert wanted is not None
    found = explained(page, canvas, "article", ["contribution"])["contribution"]
    assert found["margin"] == pytest.approx(wanted.margin, abs=0.02)
    assert found["rest"] == pytest.approx(wanted.rest, abs=0.02)
    away = np.abs(pictures_in(found["picture"])[0] - wanted.picture).max()
    assert away < 0.02 * np.abs(wanted.picture).max()
    assert explained(page, canvas, "shipped", ["contribution"])["contribution"] is None


def taught(
    page: Page, images: npt.NDArray[np.uint8], labels: npt.NDArray[np.int64], few: Any
) -> dict[str, Any]:
    """Teach digits to the shipped model in the page, held and judged by a few of MNIST's."""
    say = """([images, labels, digits, judges]) => {
        const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
        const ink = Float32Array.from(bytes(images), (value) => value / 255);
        const lessons = labels.map((label, at) => ({ canvas: ink.slice(784 * at, 784 * (at + 1)), label }));
        const held = [bytes(digits), bytes(judges)];
        return modules['teaching.js'].taught(desk.graphs.get('shipped'), lessons, ...held);
    }"""
    parts = (images.tobytes(), in_bytes(few[:200]), in_bytes(few[200:400]))
    packed_images, digits, judges = (base64.b64encode(one).decode() for one in parts)
    found: dict[str, Any] = page.evaluate(say, [packed_images, labels.tolist(), digits, judges])
    return found


def test_a_hand_aslant_is_learnt_and_little_forgotten(page: Page, few: Any) -> None:
    """Digits turned by 40 degrees: it reads more of those that it did not learn, and is kept."""
    turn = cv2.getRotationMatrix2D((13.5, 13.5), 40, 1)
    aslant = [cv2.warpAffine(one, turn, (28, 28)) for one in few.images[400:470]]
    images = np.stack(aslant).astype(np.uint8)
    found = taught(page, images, few.labels[400:470], few)
    report = found["report"]
    before = int((shipped()(images).logits.argmax(axis=1) == few.labels[400:470]).sum())
    assert report["own"]["before"] == {
        "right": before,
        "count": 70,
        "interval": pytest.approx(wilson(before, 70), abs=1e-3),
    }
    assert report["own"]["after"]["right"] == before + report["mended"] - report["spoilt"] > before
    assert report["mnist"]["before"]["right"] - report["mnist"]["after"]["right"] <= 1
    assert report["kept"] and report["reason"].startswith("kept: ")
    assert [len(head["bias"]) for head in found["heads"]] == [10, 1]


def test_what_is_read_already_is_not_taught(page: Page, few: Any) -> None:
    right = shipped()(few.images[:60]).logits.argmax(axis=1) == few.labels[:60]
    found = taught(page, few.images[:60][right], few.labels[:60][right], few)
    assert found["heads"] is None
    assert "are read right already" in found["report"]["reason"]


def test_a_feature_that_the_page_does_not_know_is_no_guess(page: Page) -> None:
    say = """(evidence) => { try { modules['evidence.js'].weighed(evidence, { place: 1 }); }
        catch (error) { return error.message; } }"""
    wrong = page.evaluate(say, {"weights": {"place": 1, "moonlight": 2}, "bias": 0})
    assert "moonlight" in wrong
