"""The room to read in: a photo comes in, its digits can be chosen, corrected and copied."""

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import pytest
from playwright.sync_api import Browser, Page, expect

from pen import box_of

PHOTO = next(Path(__file__).parents[2].glob("pictures/1984_2026-*"))
LINES = [["1984", "2026"], ["3041", "7752"]]
DROP = """([text, name]) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], name, { type: 'image/jpeg' }));
    const init = { bubbles: true, cancelable: true, dataTransfer: data };
    document.getElementById('viewer').dispatchEvent(new DragEvent('drop', init));
}"""


@pytest.fixture
def read(page: Page) -> Page:
    page.click("nav >> text=Read")
    page.evaluate(DROP, [base64.b64encode(PHOTO.read_bytes()).decode(), PHOTO.name])
    page.wait_for_selector(".one")
    return page


def copied_as(page: Page, name: str) -> str:
    """Copy what was read, and return what then is on the clipboard."""
    page.click(f".result >> text={name}")
    expect(page.locator("#spoken")).to_have_text(f"Copied as {name}.")
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_a_dropped_photo_is_read(read: Page) -> None:
    expect(read.locator(".one")).to_have_text(list("".join(number for line in LINES for number in line)))
    expect(read.locator(".boxes rect")).to_have_count(16)


def test_a_digit_is_corrected_by_typing_and_copied(read: Page) -> None:
    read.click(".one >> nth=2")
    read.keyboard.press("5")
    expect(read.locator(".one")).to_have_text(list("1954202630417752"))
    expect(read.locator(".boxes text").nth(2)).to_have_text("5")
    copied = json.loads(copied_as(read, "JSON"))
    assert copied["numbers"][0]["text"] == "1954"
    assert copied["numbers"][0]["digits"][2]["corrected"] is True
    assert "corrected" not in copied["numbers"][0]["digits"][0]
    rows = copied_as(read, "CSV").splitlines()
    assert rows[0] == "line,number,confidence,x,y,width,height"
    assert [row.split(",")[1] for row in rows[1:]] == ["1954", "2026", "3041", "7752"]
    assert copied_as(read, "Text") == "1954 2026\n3041 7752"


def test_every_digit_leads_to_why(read: Page) -> None:
    read.locator(".boxes g").nth(8).click()
    read.click("text=Why this digit?")
    expect(read.locator("#why-answer .numeral")).to_have_text("3")
    read.wait_for_selector("#film li")


def test_zoom_and_arrow_keys(read: Page) -> None:
    wide = box_of(read.locator(".sheet"))["width"]
    read.focus("#stage")
    read.keyboard.press("+")
    assert box_of(read.locator(".sheet"))["width"] > 1.3 * wide
    read.keyboard.press("ArrowRight")
    expect(read.locator(".boxes g").nth(1)).to_have_class("sure chosen")
    read.click("#zoom-fit")
    assert abs(box_of(read.locator(".sheet"))["width"] - wide) < 2


def test_what_is_no_picture_is_said(browser: Browser, studio: str, tmp_path: Path) -> None:
    (tmp_path / "letter.png").write_text("Dear reader")
    page = browser.new_page()  # its console names the refused request, so it is not a quiet page
    page.goto(f"{studio}/read")
    page.set_input_files("#read-file", tmp_path / "letter.png")
    expect(page.locator("#trouble")).to_contain_text("picture")
    expect(page.locator("#drop")).to_be_visible()
    page.close()


@pytest.fixture
def camera_page(chromium: Callable[..., Browser], studio: str, tmp_path: Path) -> Iterator[Page]:
    """Open the room in a browser with a camera that sees the photo, over and over."""
    photo = cv2.imread(str(PHOTO))
    assert photo is not None
    even = photo[: len(photo) // 2 * 2, : photo.shape[1] // 2 * 2]
    (tmp_path / "seen.mjpeg").write_bytes(cv2.imencode(".jpg", even)[1].tobytes())
    camera = f"--use-file-for-fake-video-capture={tmp_path / 'seen.mjpeg'}"
    started = chromium("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", camera)
    page = started.new_page()
    page.goto(f"{studio}/read")
    yield page
    started.close()


def test_a_photo_is_taken_with_the_camera(camera_page: Page) -> None:
    camera_page.click("#photograph")
    expect(camera_page.get_by_label("What the camera sees")).to_be_visible()
    camera_page.click("text=Take it >> visible=true")
    expect(camera_page.locator(".one")).to_have_text(list("1984202630417752"))
    expect(camera_page.locator(".camera")).to_have_count(0)


def test_the_camera_is_left_without_a_photo(camera_page: Page) -> None:
    camera_page.click("#photograph")
    camera_page.click("text=Cancel")
    expect(camera_page.locator(".camera")).to_have_count(0)
    expect(camera_page.locator("#drop")).to_be_visible()


def test_a_machine_without_a_camera_says_so(page: Page) -> None:
    page.click("nav >> text=Read")
    page.click("#photograph")
    expect(page.locator("#trouble")).to_contain_text("The camera cannot be used")
    expect(page.locator("#drop")).to_be_visible()
