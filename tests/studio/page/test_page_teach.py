"""The room *Teach*: the whole loop by camera, mouse and keyboard, and corrections of other rooms.

The camera is Chromium's own stand-in, that plays a file: a filled sheet, as it would be held before it.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from pen import draw
from rooms import LONG_MS, read_a_photo
from strange_hands import write
from zeronine.answers import Box
from zeronine.documents.queue import Item, Queue
from zeronine.reading.classify import Classifier
from zeronine.teaching.sheet import BOX_PX, ORDER, blank, boxes

TABLE = Path(__file__).parents[2] / "documents" / "pictures" / "table.png"
HAND = "slashes"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the hands of these tests' studio in a folder of its own."""
    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZERONINE_DATA", str(folder))
        yield folder


@pytest.fixture(scope="module")
def queue(tmp_path_factory: pytest.TempPathFactory) -> Queue:
    """Return a review queue with one correction that nobody can part into digits."""
    folder = tmp_path_factory.mktemp("review")
    made = Queue(folder)
    made.add([Item(file=str(folder / "gone.png"), box=Box(1, 1, 20, 20), text="1", confidence=0.3)])
    made.decide(1, "change", "me", "7")
    return made


@pytest.fixture(scope="module")
def address(data: Path, queue: Queue, started: Callable[..., Any]) -> Iterator[str]:
    with started("--review", str(queue.path.parent)) as address:
        yield address


@pytest.fixture(scope="module")
def camera(chromium: Callable[..., Browser], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Start a browser before whose camera a sheet is held, filled in by a strange hand."""
    film = tmp_path_factory.mktemp("camera") / "sheet.y4m"
    film.write_bytes(_film(_filled()))
    started = chromium(
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )
    yield started
    started.close()


@pytest.fixture
def teach(camera: Browser, address: str) -> Iterator[Page]:
    page = camera.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{address}/teach")
    yield page
    page.close()


def _filled() -> np.ndarray:
    page = blank().copy()
    digits = write(HAND, np.array([int(one) for one in ORDER]), seed=1)
    side = BOX_PX - 40
    for image, box in zip(digits.images, boxes(), strict=True):
        ink = cv2.resize(image, (side, side), interpolation=cv2.INTER_CUBIC)
        part = page[box.y + 20 : box.y + 20 + side, box.x + 20 : box.x + 20 + side]
        np.minimum(part, 255 - ink, out=part)
    return page


def _film(page: np.ndarray) -> bytes:
    """Return a film of one frame, 1920 x 1080, with a page lying across it."""
    lying = cv2.resize(np.rot90(page), (1485, 1050), interpolation=cv2.INTER_AREA)
    frame = np.full((1080, 1920), 110, np.uint8)
    frame[15:1065, 200:1685] = lying
    colourless = np.full(1080 * 1920 // 2, 128, np.uint8)
    head = b"YUV4MPEG2 W1920 H1080 F5:1 Ip A1:1 C420jpeg\n"
    return head + b"FRAME\n" + frame.tobytes() + colourless.tobytes()


def name(page: Page, text: str) -> None:
    page.fill("#hand-name", text)
    page.press("#hand-name", "Tab")
    expect(page.locator("#lesson-count")).to_have_text("none yet")


@pytest.mark.usefixtures("mnist")
def test_a_sheet_before_the_camera_is_corrected_taught_kept_exported_and_deleted(
    teach: Page, tmp_path: Path, data: Path
) -> None:
    name(teach, "cam")
    teach.click("#teach-camera")
    teach.wait_for_selector(".camera-view video")
    teach.wait_for_timeout(1000)  # until the camera's first picture is there
    teach.click(".camera-view .primary")
    expect(teach.locator("#lesson-count")).to_have_text("30 of 30 or more", timeout=LONG_MS)
    expect(teach.locator("#lessons .misread").first).to_contain_text("read as")
    fifth = teach.get_by_label("What lesson 5 is")
    expect(fifth).to_have_value("4")
    fifth.select_option("9")
    expect(teach.locator("#lessons .tile").nth(4)).to_have_attribute("aria-label", "Lesson 5, a 9")
    fifth.select_option("4")
    expect(teach.locator("#lessons .tile").nth(4)).to_have_attribute("aria-label", "Lesson 5, a 4")
    teach.click("#teach-now")
    expect(teach.locator("#teach-report .kept")).to_have_text(
        re.compile(r"^Kept: \d+ of 30 more digits of yours are read right\.$"), timeout=LONG_MS
    )
    expect(teach.locator("#teach-report tbody tr")).to_have_count(3)
    expect(teach.locator("#hand-use")).to_be_disabled()
    with teach.expect_download() as download:
        teach.click("#hand-export")
    assert download.value.suggested_filename == "cam.onnx"
    download.value.save_as(tmp_path / "cam.onnx")
    assert Classifier(tmp_path / "cam.onnx").card.name.endswith("taught a hand")
    teach.click("nav >> [data-room=draw]")
    expect(teach.locator("#first-model option:checked")).to_have_text("cam (hand)")
    teach.click("nav >> [data-room=teach]")
    teach.click("#hand-shipped")
    expect(teach.locator("#hand-shipped")).to_be_disabled()
    teach.click("#hand-delete")
    expect(teach.locator("#hand-delete")).to_have_text("Really: 30 digits and the model")
    teach.click("#hand-delete")
    expect(teach.locator("#lesson-count")).to_have_text("none yet")
    assert not (data / "hands" / "cam").exists()


@pytest.mark.usefixtures("mnist")
def test_digits_are_written_corrected_taught_and_deleted_with_the_keyboard_alone(teach: Page) -> None:
    name(teach, "keys")
    for count in range(1, 7):
        teach.focus("#teach-pad")
        for key in ["ArrowUp"] * (3 + count) + ["Space"] + ["ArrowDown"] * (6 + count) + ["Space"]:
            teach.keyboard.press(key)
        expect(teach.locator("#teach-live")).to_contain_text("The shipped one reads")
        teach.focus("#teach-take")
        teach.keyboard.press("Enter")
        expect(teach.locator("#lesson-count")).to_have_text(f"{count} of 30 or more")
    expect(teach.locator("#teach-report p").first).to_contain_text("ept: ", timeout=LONG_MS)
    first = teach.get_by_label("What lesson 1 is")
    first.focus()
    teach.keyboard.type("1")
    expect(first).to_have_value("1")
    expect(first).to_be_focused()
    teach.focus("#teach-now")
    teach.keyboard.press("Enter")
    expect(teach.locator("#teach-now")).to_be_enabled(timeout=LONG_MS)
    expect(teach.locator("#teach-report p").first).to_contain_text("ept: ")
    expect(teach.locator("#teach-report .caption")).not_to_contain_text("The last layer alone")
    teach.focus("#hand-delete")
    teach.keyboard.press("Enter")
    teach.keyboard.press("Enter")
    expect(teach.locator("#lesson-count")).to_have_text("none yet")


def test_a_correction_in_read_becomes_a_lesson(teach: Page) -> None:
    name(teach, "read")
    read_a_photo(teach)
    expect(teach.get_by_role("button", name="Teach it")).to_have_count(0)
    teach.locator(".one").first.click()
    teach.get_by_label("It is a 0").click()
    teach.get_by_role("button", name="Teach it this correction").click()
    expect(teach.locator("#teach-live")).to_have_text("1 of your corrections is a lesson now.")
    expect(teach.locator("#lesson-count")).to_have_text("1 of 30 or more")
    expect(teach.get_by_label("What lesson 1 is")).to_have_value("0")


def test_the_review_queue_gives_its_corrections_and_says_what_it_could_not(teach: Page) -> None:
    name(teach, "review")
    teach.click("#teach-review")
    expect(teach.locator("#teach-live")).to_have_text(
        "0 digits of corrections were taken; corrections that could not be parted into digits: 1."
    )


def test_a_picture_that_is_no_sheet_is_refused_in_words(teach: Page) -> None:
    name(teach, "other")
    teach.set_input_files("#teach-file", TABLE)
    expect(teach.locator("#trouble")).to_contain_text("--sheet", timeout=LONG_MS)
    draw(teach, 3, pad="#teach-pad")
    expect(teach.locator("#teach-live")).to_have_text(re.compile("^The shipped one reads 3, "))


def test_a_name_that_no_hand_can_have_is_said(teach: Page) -> None:
    teach.fill("#hand-name", "my hand!")
    teach.press("#hand-name", "Tab")
    expect(teach.locator("#trouble")).to_contain_text("“my hand!” cannot name a hand: letters")
