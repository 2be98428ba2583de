"""Every room holds from 320 px, with letters twice as large, spaced out, in a narrow and in a wide font.

The bars are WCAG 2.2's (W3C, 2023): 1.4.4 (text at 200 %), 1.4.10 (320 px without scrolling sideways) and
1.4.12 (spacing of lines, paragraphs, letters and words), here all of them at once. No font is shipped for it:
two families are asked of the machine, and a spacing of letters parts them where it has only one.
"""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from pen import draw
from rooms import WAYS, train_once
from zeronine.models import SHIPPED
from zeronine.studio.export import export_page

CHECK = (Path(__file__).parent / "reflow.js").read_text()
NORMAL_PX, DOUBLE_PX = 16, 32  #: the size of letters that the reader has set in the browser
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
FONTS = {
    "narrow": "* { font-family: 'DejaVu Sans Condensed', 'Liberation Sans Narrow', sans-serif !important;"
    " font-stretch: 75% !important; letter-spacing: -0.03em; }",
    "wide": "* { font-family: 'DejaVu Sans Mono', monospace !important; letter-spacing: 0.04em; }",
}
SPACINGS = {
    "plain": "",
    "spaced": "* { line-height: 1.5 !important; letter-spacing: 0.12em !important;"
    " word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }",
}
WEAR = """(text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    document.adoptedStyleSheets = [sheet];
}"""

SPOIL = """([tag, style]) => {
    const element = document.createElement(tag);
    element.textContent = 'a line of several words';
    element.style.cssText = style;
    document.getElementById('draw').append(element, 'and the text that follows it');
}"""


@pytest.fixture(params=[NORMAL_PX, DOUBLE_PX], ids=["normal", "double"], scope="module")
def reader(request: pytest.FixtureRequest, chromium: Callable[..., Browser]) -> Iterator[tuple[Browser, int]]:
    """Start a browser whose reader has chosen a size for letters, and return it with that size."""
    started = chromium(f"--blink-settings=defaultFontSize={request.param}")
    yield started, request.param
    started.close()


def complaints(page: Page, room: str) -> list[str]:
    """Return what is wrong with an open room, in both themes, both fonts and both spacings."""
    found: list[str] = []
    for theme, font, spacing in itertools.product(THEMES, FONTS, SPACINGS):
        page.emulate_media(color_scheme=theme)
        page.evaluate(WEAR, FONTS[font] + SPACINGS[spacing])
        page.wait_for_timeout(100)  # what follows the size of its frame, the map say, is told a moment later
        found += [f"{room}, {theme}, {font}, {spacing}: {one}" for one in page.evaluate(CHECK)]
    page.evaluate(WEAR, "")
    return found


def draw_a_number(page: Page) -> None:
    page.locator("#pad").scroll_into_view_if_needed()
    draw(page, 4, left=0.04, top=0.2, width=0.4, height=0.6)
    draw(page, 7, left=0.5, top=0.2, width=0.4, height=0.6)
    expect(page.locator("#number button")).to_have_text(["4", "7"])
    page.select_option("#second-model", "shipped")
    expect(page.locator("#second-answer .numeral")).to_have_text("7")


CHART = """() => {
    const texts = [...document.querySelectorAll('#train .chart text')];
    const boxes = texts.map((one) => one.getBoundingClientRect());
    const covers = (a, b) =>
        Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > a.height / 2;
    const covered = boxes.filter((one, index) => boxes.slice(index + 1).some((other) => covers(one, other)));
    const lowest = Math.min(...boxes.map((one) => one.height));
    return { count: boxes.length, lowest, covered: covered.length };
}"""


@pytest.mark.usefixtures("mnist")
def test_the_letters_of_a_chart_have_the_size_that_the_reader_chose(
    reader: tuple[Browser, int], studio: str
) -> None:
    """However narrow its column; and none covers another."""
    browser, size = reader
    page = browser.new_page(viewport={"width": 640, "height": 900})
    page.goto(f"{studio}/train")
    train_once(page)
    found = page.evaluate(CHART)
    assert found["count"] > 8
    assert found["lowest"] > 0.75 * size
    assert found["covered"] == 0
    page.close()


@pytest.mark.usefixtures("mnist")
@pytest.mark.parametrize("width", [320, 640, 1280])
def test_nothing_is_cut_covered_or_beside_the_page(
    reader: tuple[Browser, int], studio: str, width: int
) -> None:
    browser, letters = reader
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(f"{studio}/read")
    assert complaints(page, "nothing to read yet") == []
    page.click("nav >> [data-room=draw]")
    page.wait_for_selector("#first-model option", state="attached")
    assert float(page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")) >= letters
    for room, enter in {"draw": draw_a_number, **WAYS}.items():
        enter(page)
        assert complaints(page, room) == []
    page.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_the_exported_page_holds_as_well(reader: tuple[Browser, int], tmp_path: Path, width: int) -> None:
    export_page(SHIPPED, tmp_path / "page.html")
    page = reader[0].new_page(viewport={"width": width, "height": 800})
    page.goto((tmp_path / "page.html").as_uri())
    draw(page, 3)
    expect(page.locator("#answer .numeral")).to_have_text("3")
    assert complaints(page, "exported") == []
    page.close()


@pytest.mark.parametrize(
    ("tag", "style", "said"),
    [
        ("p", "width: 3000px", "the page is 3"),
        ("p", "margin: 0 0 -2em", "overlap"),
        ("p", "width: 4em; overflow: hidden; white-space: nowrap", "is cut by"),
        ("button", "width: 4em; white-space: nowrap", "sticks out"),
    ],
)
def test_the_check_finds_a_fault(page: Page, tag: str, style: str, said: str) -> None:
    assert page.evaluate(CHECK) == []
    page.evaluate(SPOIL, [tag, style])
    assert said in "; ".join(page.evaluate(CHECK))
