"""The room to review in: an item comes with its picture, and everything is done with the keyboard alone."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from zeronine.documents.queue import Queue


@pytest.fixture
def review(queue: Queue, browser: Any, started: Callable[..., Any]) -> Iterator[Page]:
    """Open the room in a studio that has the queue."""
    with started("--review", str(queue.path.parent)) as address:
        page = browser.new_page()
        page.goto(f"{address}/review")
        yield page
        page.close()


def test_items_are_decided_with_the_keyboard_alone(review: Page, queue: Queue) -> None:
    text = review.locator("#review-text")
    expect(text).to_have_value("10")
    expect(review.locator("#review-view image")).to_have_count(1)
    review.keyboard.press("Control+ArrowRight")
    review.keyboard.press("Control+.")
    review.keyboard.press("Enter")
    expect(text).to_have_value("11")
    review.keyboard.type("77")
    review.keyboard.press("Enter")
    expect(text).to_have_value("12")
    review.keyboard.press("Control+Delete")
    expect(review.locator("#review-empty")).to_be_visible()
    told = [(d["action"], d["decided"], d["box"]["x"], d["quarters"]) for d in queue.decisions()]
    assert told == [("keep", "10", 62, 1), ("change", "77", 120, 0), ("delete", "", 180, 0)]


def test_what_was_missed_is_added_and_the_item_stays(review: Page, queue: Queue) -> None:
    expect(review.locator("#review-text")).to_have_value("10")
    for _ in range(4):
        review.keyboard.press("Control+ArrowDown")
    review.keyboard.type("5")
    review.keyboard.press("Control+Enter")
    expect(review.locator("#spoken")).to_have_text("5 was added.")
    expect(review.locator("#review-text")).to_have_value("10")
    assert [(d["action"], d["decided"], d["box"]["y"]) for d in queue.decisions()] == [("add", "5", 58)]


def test_a_studio_without_a_queue_has_no_such_room(page: Page) -> None:
    expect(page.locator("nav >> text=Read")).to_be_visible()
    expect(page.locator("#review-link")).to_be_hidden()
