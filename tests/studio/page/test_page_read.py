"""The room to read in: a photo comes in, its digits can be chosen, corrected and copied."""

import base64
import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

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
def read(page):
    page.click("nav >> text=Read")
    page.evaluate(DROP, [base64.b64encode(PHOTO.read_bytes()).decode(), PHOTO.name])
    page.wait_for_selector(".one")
    return page


def test_a_dropped_photo_is_read(read):
    assert "".join(read.locator(".one").all_inner_texts()) == "".join("".join(line) for line in LINES)
    assert read.locator(".boxes rect").count() == 16


def test_a_digit_is_corrected_by_typing_and_copied(read):
    read.click(".one >> nth=2")
    read.keyboard.press("5")
    assert read.locator(".one").all_inner_texts()[:4] == ["1", "9", "5", "4"]
    assert read.locator(".boxes text").nth(2).inner_html() == "5"
    read.click(".result >> text=JSON")
    copied = json.loads(read.evaluate("navigator.clipboard.readText()"))
    assert copied["numbers"][0]["text"] == "1954"
    assert copied["numbers"][0]["digits"][2]["corrected"] is True
    assert "corrected" not in copied["numbers"][0]["digits"][0]
    read.click(".result >> text=CSV")
    rows = read.evaluate("navigator.clipboard.readText()").splitlines()
    assert rows[0] == "line,number,confidence,x,y,width,height"
    assert [row.split(",")[1] for row in rows[1:]] == ["1954", "2026", "3041", "7752"]
    read.click(".result >> text=Text")
    assert read.evaluate("navigator.clipboard.readText()") == "1954 2026\n3041 7752"


def test_every_digit_leads_to_why(read):
    read.locator(".boxes g").nth(8).click()
    read.click("text=Why this digit?")
    expect(read.locator("#why-answer .numeral")).to_have_text("3")
    read.wait_for_selector("#film li")


def test_zoom_and_arrow_keys(read):
    wide = read.locator(".sheet").bounding_box()["width"]
    read.focus("#stage")
    read.keyboard.press("+")
    assert read.locator(".sheet").bounding_box()["width"] > 1.3 * wide
    read.keyboard.press("ArrowRight")
    assert read.locator(".boxes g").nth(1).get_attribute("class") == "sure chosen"
    read.click("#zoom-fit")
    assert abs(read.locator(".sheet").bounding_box()["width"] - wide) < 2


def test_what_is_no_picture_is_said(browser, studio, tmp_path):
    (tmp_path / "letter.png").write_text("Dear reader")
    page = browser.new_page()  # its console names the refused request, so it is not a quiet page
    page.goto(f"{studio}/read")
    page.set_input_files("#read-file", tmp_path / "letter.png")
    expect(page.locator("#trouble")).to_contain_text("picture")
    assert page.locator("#drop").is_visible()
    page.close()
