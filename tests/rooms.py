"""Ways into the studio's rooms, each with everything in it that can be there.

The studio lasts for all tests: what takes long (training, looking digits up) is done by the first who comes.
"""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

PHOTO = next(Path(__file__).parent.glob("pictures/1984_2026-*"))
LONG_MS = 180_000  #: training for an epoch and placing 60,000 digits, on a busy machine


def ask_why(page: Page) -> None:
    """Open the room to ask in, for what is drawn: a unit switched off, the nearest digits looked up."""
    page.click("nav >> [data-room=why]")
    page.wait_for_selector("#reason-flip .trio")
    page.locator("#reason-hidden .unit").first.click()
    look_up(page)


def look_up(page: Page) -> None:
    """Have the nearest training digits shown; needs MNIST."""
    button = page.locator("#reason-neighbours >> text=Look them up")
    digits = page.locator("#reason-neighbours .neighbours li").first
    expect(button.or_(digits)).to_be_visible()
    if button.is_visible():
        button.click()
    expect(digits).to_be_visible(timeout=LONG_MS)


def train_once(page: Page) -> None:
    """Open the room to train in, all choices unfolded, with a run that has ended; needs MNIST."""
    page.click("nav >> [data-room=train]")
    page.wait_for_selector(".card")
    page.click("summary")
    if page.locator("#runs tbody tr").count() == 0:
        page.fill("#field-epochs", "1")
        page.press("#field-epochs", "Tab")
        page.click("#start")
    page.wait_for_selector(".badge.done, .badge.stopped", timeout=LONG_MS)


def read_a_photo(page: Page) -> None:
    """Open the room to read in, with two lines of numbers read."""
    page.click("nav >> [data-room=read]")
    page.set_input_files("#read-file", PHOTO)
    page.wait_for_selector(".one")


def learn_a_chapter(page: Page) -> None:
    """Open the course with its first chapter done, from the guess to what is seen; needs MNIST."""
    page.click("nav >> [data-room=learn]")
    page.evaluate("dispatchEvent(new CustomEvent('go', { detail: '/learn?chapter=data' }))")
    page.fill("#guess", "10")
    page.click(".guess .primary")
    page.click("#chapter section:not([hidden]) > .primary")
    expect(page.locator(".see")).to_be_visible(timeout=LONG_MS)
    page.mouse.move(0, 0)  # off any word: what one means is shown above the page, until it is left or Escape


def see_it_live(page: Page) -> None:
    """Open the room to see a network live in: a filter opened, and an update seen; needs MNIST."""
    page.click("nav >> [data-room=live]")
    page.click("#step-one")
    page.click("#step-phases >> text=2 Loss")
    expect(page.locator("#live-says")).to_contain_text("its loss is", timeout=LONG_MS)
    page.select_option("#live-model", "shipped")
    page.focus("#live-net")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#live-unit h3")).to_have_text("Filters 2, filter 1")


def teach_a_few(page: Page) -> None:
    """Open the room to teach in, with six digits, three of them misread, and what teaching came to."""
    page.click("nav >> [data-room=teach]")
    page.evaluate(
        """() => fetch('/api/hands/mine/lessons', {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify({
                canvases: [0, 1, 2, 3, 4, 5].map((one) => Array.from({ length: 784 }, (_, at) =>
                    at % 28 > 11 && at % 28 < 14 + one % 3 && at > 112 && at < 28 * (20 + one) ? 255 : 0)),
                labels: [1, 1, 1, 7, 7, 7],
            }),
        })"""
    )
    page.fill("#hand-name", "other")
    page.press("#hand-name", "Tab")
    page.fill("#hand-name", "mine")
    page.press("#hand-name", "Tab")
    expect(page.locator("#lessons li")).to_have_count(6)
    page.click("#teach-now")
    expect(page.locator("#teach-report tbody tr")).to_have_count(3, timeout=LONG_MS)


#: The way into every room but the one to draw in, in the order of the page.
WAYS: dict[str, Callable[[Page], None]] = {
    "why": ask_why,
    "live": see_it_live,
    "teach": teach_a_few,
    "train": train_once,
    "read": read_a_photo,
    "learn": learn_a_chapter,
}
