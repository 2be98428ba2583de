"""The course in the page: from opening it to "I know why 16 % became 97", by keyboard alone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from zeronine.studio.app import STATIC

CHAPTERS = ("data", "look", "network", "loss", "slope", "training", "honest", "hand", "cannot")
LONG_MS = 300_000  #: two trainings on a busy machine


@pytest.fixture
def learn(page: Page) -> Iterator[Page]:
    page.click("nav >> [data-room=learn]")
    page.evaluate("localStorage.removeItem('course')")
    page.reload()
    page.wait_for_selector("#guess")
    yield page


def tab_to(page: Page, selector: str, *, back: bool = False) -> None:
    """Press Tab until something is focused that a selector fits."""
    for _ in range(80):
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"the Tab key does not lead to {selector}")


def guess(page: Page, text: str) -> None:
    """Say a guess and begin the chapter's work, by keyboard."""
    tab_to(page, "#guess")
    page.keyboard.press("Control+A")
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    tab_to(page, "section:not([hidden]) > .primary")
    page.keyboard.press("Enter")


def press(page: Page, text: str, *, back: bool = False) -> None:
    """Go to a button by its text and press it, by keyboard."""
    page.locator(f".work button:text-is('{text}')").evaluate("button => button.classList.add('wanted')")
    tab_to(page, ".wanted", back=back)
    page.keyboard.press("Enter")
    page.locator(".wanted").evaluate_all(
        "buttons => buttons.forEach((one) => one.classList.remove('wanted'))"
    )


def seen(page: Page, timeout: float | None = None) -> str:
    """Return what the chapter showed in the end."""
    expect(page.locator(".see")).to_be_visible(timeout=timeout)
    return page.inner_text(".see")


@pytest.mark.usefixtures("mnist")
def test_the_first_chapter_answers_and_is_kept(learn: Page) -> None:
    guess(learn, "10")
    assert "11.35 %" in seen(learn, LONG_MS)
    assert "You said 10 %, measured is 11.35 %: not so." in learn.inner_text(".bet").replace("\u00a0", " ")
    learn.reload()
    expect(learn.locator("#contents .done")).to_have_text(["1 Data, done"])
    expect(learn.locator("#chapter h2")).to_have_text("2. Look")


@pytest.mark.usefixtures("mnist")
def test_the_whole_course_goes_by_keyboard(learn: Page) -> None:
    """Nine guesses, two runs, six drawings without a mouse; the end lists the reader's own figures."""
    for chapter in CHAPTERS:
        guess(learn, "5")
        if chapter == "training":
            press(learn, "Train like this")
            expect(learn.locator(".work tbody tr")).to_have_count(1, timeout=LONG_MS)
            for place in (3, 2, 1, 0):
                tab_to(learn, f".switches label:nth-of-type({place + 1}) input", back=True)
                learn.keyboard.press("Space")
            press(learn, "Train like this")
        for drawn in range({"hand": 5, "cannot": 1}.get(chapter, 0)):
            press(learn, "Draw it for me")
            press(learn, "Ask", back=True)
            if chapter == "hand":
                expect(learn.locator(".tried li")).to_have_count(drawn + 1)
        said = seen(learn, LONG_MS)
        if chapter == "training":
            found = re.search(r"As printed ([\d.]+) %, repaired ([\d.]+) %", said)
            assert found and float(found[1]) < 30 < 95 < float(found[2])
        tab_to(learn, ".see .primary")
        learn.keyboard.press("Enter")
    expect(learn.locator("#chapter h2")).to_have_text("What you just proved")
    expect(learn.locator(".proved li")).to_have_count(len(CHAPTERS))
    expect(learn.locator("#chapter")).to_contain_text("from a guesser to what you measured")


def test_a_word_explains_itself_on_hover_and_on_focus(learn: Page) -> None:
    word = learn.locator(".term").first
    word.hover()
    expect(learn.locator("#meaning")).to_contain_text("Sums and kinks")
    learn.keyboard.press("Escape")
    expect(learn.locator("#meaning")).to_be_hidden()
    word.focus()
    expect(learn.locator("#meaning")).to_be_visible()
    described = word.get_attribute("aria-describedby")
    assert "Sums and kinks" in (learn.locator(f"#{described}").text_content() or "")


def test_every_word_in_brackets_is_in_the_glossary() -> None:
    """A word that is marked and not explained would show as plain text, and nobody would notice."""
    known = re.findall(r"^  '?([a-z ]+)'?:\s+'", (STATIC / "glossary.js").read_text("utf-8"), re.MULTILINE)
    marked = re.findall(r"\[\[([^\]|]+)\]\]", (STATIC / "chapters.js").read_text("utf-8"))
    assert len(known) >= 15 and len(marked) >= 20
    assert [word for word in marked if not word.lower().startswith(tuple(known))] == []


def test_the_worksheet_is_all_that_is_printed(learn: Page) -> None:
    learn.emulate_media(media="print")
    expect(learn.locator("#worksheet")).to_be_visible()
    expect(learn.locator("#worksheet tbody tr")).to_have_count(len(CHAPTERS))
    expect(learn.locator(".top")).to_be_hidden()
    expect(learn.locator(".course")).to_be_hidden()
    heights = learn.evaluate(
        "() => [...document.querySelectorAll('#worksheet tbody tr')].map("
        "(row) => [...row.cells].map((cell) => cell.offsetHeight))"
    )
    assert all(
        min(cells) == max(cells) > 70 for cells in heights
    )  # room to write in, in the last column, too
