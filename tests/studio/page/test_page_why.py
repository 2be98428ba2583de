"""The room to ask why: six kinds of reasons, an eraser, and units to switch off."""

import re

import pytest
from playwright.sync_api import Page, expect

from common import Splits
from pen import box_of, draw
from rooms import look_up
from zeronine.explaining.explanation import SENTENCES


@pytest.fixture
def why(page: Page) -> Page:
    with page.expect_response("**/api/read*"):
        draw(page, 4)
    expect(page.locator("#first-answer .numeral")).to_have_text("4")
    page.click("nav >> text=Why")
    page.wait_for_selector("#reason-flip .trio")
    return page


def test_nothing_drawn_is_said_and_not_explained(page: Page) -> None:
    page.click("nav >> text=Why")
    expect(page.locator("#why-empty")).to_be_visible()
    expect(page.locator("#reasons")).to_be_hidden()


def test_every_reason_says_what_it_shows_and_what_not(why: Page) -> None:
    why.wait_for_selector("#reason-hidden .unit")
    why.wait_for_selector("#reason-ink .legend")
    said = {"flip": "flip", "ink": "occlusion", "hidden": "hidden"}  # a convnet has no contribution
    for place, kind in said.items():
        expect(why.locator(f"#reason-{place} .says").first).to_have_text(SENTENCES[kind])
    expect(why.locator("#reason-film li")).to_have_count(4)  # three steps of reading, and the canvas
    expect(why.locator("#why-answer .numeral")).to_have_text("4")


def test_the_flip_really_flips_when_it_is_put_on_the_squares(why: Page) -> None:
    promised = why.inner_text("#reason-flip figure:last-child b")
    assert promised.startswith("Then ")
    why.click("text=Put it on the squares")
    expect(why.locator("#why-answer .numeral")).to_have_text(promised[-1])
    why.click("#editor-reset")
    expect(why.locator("#why-answer .numeral")).to_have_text("4")


def test_another_goal_can_be_chosen(why: Page) -> None:
    why.click("#reason-flip .digits >> text=9")
    expect(why.locator("#reason-flip figure:last-child b")).to_have_text("Then 9")


def test_switching_off_the_last_layer_changes_the_answer(why: Page) -> None:
    before = why.inner_text("#why-answer .share >> nth=4")
    why.locator("#reason-hidden .layer-head button").last.click()
    why.wait_for_selector("#reason-hidden .without:not(:empty)")
    said = why.inner_text("#reason-hidden .without")
    assert "switched off" in said
    assert before not in said


def test_the_eraser_takes_ink_from_the_squares(why: Page) -> None:
    why.click("#editor-eraser")
    box = box_of(why.locator("#editor"))
    why.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2)
    why.mouse.down()
    for step in range(12):
        why.mouse.move(
            box["x"] + box["width"] * step / 11, box["y"] + box["height"] * (0.4 + 0.2 * (step % 2))
        )
    why.mouse.up()
    expect(why.locator("#editor-reset")).to_be_enabled()


def test_the_keyboard_inks_a_square(why: Page) -> None:
    why.focus("#editor")
    for key in ("ArrowLeft", "ArrowLeft", "Space"):
        why.keyboard.press(key)
    expect(why.locator("#editor-reset")).to_be_enabled()


def test_the_nearest_training_digits_and_the_map_appear_once_looked_up(why: Page, mnist: Splits) -> None:
    look_up(why)
    labels = why.locator("#reason-neighbours b").all_inner_texts()
    assert len(labels) == 10
    assert labels.count("4") >= 6
    why.wait_for_selector("#reason-map canvas[aria-label]")
    expect(why.locator("#reason-map canvas")).to_have_attribute("aria-label", re.compile("are a 4"))
