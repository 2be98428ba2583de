"""Every room through axe, in both themes: what a checker that is not ours has to say of the page.

axe-core comes from npm with the page's other checks, which `make test` fetches where npm is; nothing of it
is shipped.  Without it these tests are skipped, with the reason; where CI=true that is a failure.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from pen import draw
from rooms import WAYS
from zeronine.documents.queue import Queue

AXE = Path(__file__).parents[3] / "tools/page/node_modules/axe-core/axe.min.js"
RUN = """async () => {
    const found = await axe.run(document, { resultTypes: ['violations'] });
    return found.violations.map(
        (one) => `${one.id}: ${one.help}; ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 120))}`,
    );
}"""


@pytest.fixture(scope="module")
def axe() -> str:
    """Return axe's script."""
    if not AXE.is_file():
        reason = "axe-core is not there: `make check-page` brings it from npm"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return AXE.read_text()


@pytest.mark.usefixtures("mnist")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_any_room(
    axe: str, browser: Browser, studio: str, theme: Literal["light", "dark"]
) -> None:
    """Each room wide, and as narrow as a telephone."""
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme=theme)
    page.goto(f"{studio}/draw")
    draw(page, 2)
    expect(page.locator("#first-answer .numeral")).to_have_text("2")
    page.evaluate(axe)
    found = {}
    for room in ("draw", *WAYS):
        if room in WAYS:
            WAYS[room](page)
        page.wait_for_selector(f"#{room} h1")
        found[room] = page.evaluate(RUN)
        page.set_viewport_size({"width": 320, "height": 700})
        found[f"{room}, narrow"] = page.evaluate(RUN)
        page.set_viewport_size({"width": 1280, "height": 900})
    page.close()
    assert {room: said for room, said in found.items() if said} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_where_one_reviews_or_leads_a_class(
    axe: str,
    browser: Browser,
    started: Callable[..., Any],
    queue: Queue,
    theme: Literal["light", "dark"],
    width: int,
) -> None:
    """These rooms are only in a studio that has a queue, or a class."""
    with (
        started("--review", str(queue.path.parent)) as desk,
        started("--class", "--token", "of-this-class") as school,
    ):
        page = browser.new_page(viewport={"width": width, "height": 700}, color_scheme=theme)
        page.goto(f"{desk}/review")
        expect(page.locator("#review-view image")).to_have_count(1)
        page.evaluate(axe)
        found = {"review": page.evaluate(RUN)}
        page.goto(f"{school}/?token=of-this-class")
        page.click("nav >> [data-room=class]")
        expect(page.locator("#board")).to_contain_text("No run yet")
        page.evaluate(axe)
        found["class"] = page.evaluate(RUN)
        page.close()
    assert found == {"review": [], "class": []}


def test_axe_finds_a_fault(axe: str, page: Page) -> None:
    page.evaluate(axe)
    page.evaluate("document.getElementById('draw').insertAdjacentHTML('beforeend', '<button></button>')")
    assert "button-name" in "; ".join(page.evaluate(RUN))
