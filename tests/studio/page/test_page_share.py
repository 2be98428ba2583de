"""A drawing is an address: whoever opens it sees the drawing and the answer, and no server is told."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from pen import draw

ROUND = """async (strokes) => {
    const { inkText, strokesOf } = await import('/static/share.js');
    return strokesOf(inkText(strokes));
}"""


def test_an_address_brings_the_drawing_back(page: Page, studio: str) -> None:
    """Strokes and answer are there in a page that never saw them drawn; nothing of them is requested."""
    draw(page, 7)
    page.click("#share-drawing")
    expect(page).to_have_url(re.compile(r"#ink=[\w-]+$"))
    address = page.url
    asked: list[str] = []
    other = page.context.new_page()
    other.on("request", lambda request: asked.append(request.url))
    other.goto(address)
    other.evaluate("sessionStorage.clear()")
    other.reload()
    expect(other.locator("#first-answer .numeral")).to_have_text("7")
    assert not [one for one in asked if "ink" in one]
    other.close()


def test_strokes_come_back_as_they_were(page: Page) -> None:
    """Points to a unit, far steps in between, eraser and thickness kept."""
    strokes = [
        {"points": [[10.4, 20.6], [15, 25], [400, 270]], "thickness": 22, "erase": False},
        {"points": [[0, 0]], "thickness": 44, "erase": True},
    ]
    found = page.evaluate(ROUND, strokes)
    assert [(one["thickness"], one["erase"]) for one in found] == [(22, False), (44, True)]
    assert found[0]["points"][0] == [10, 21]
    assert found[0]["points"][-1] == [400, 270]
    assert len(found[0]["points"]) == 6
    assert found[1]["points"] == [[0, 0]]


@pytest.mark.parametrize("ink", ["%%%", "FgL_", "FgUAAQAB"])
def test_a_damaged_address_says_so(page: Page, ink: str) -> None:
    page.evaluate("(detail) => dispatchEvent(new CustomEvent('go', { detail }))", f"/draw?ink={quote(ink)}")
    expect(page.locator("#trouble")).to_contain_text("copy the address again")
