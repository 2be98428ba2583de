"""Every room, both themes, phone to large screen: names, contrast, landmarks, focus, no sideways scrolling.

The checks are ours (`access.js`); they cover what can be told from the page itself, not whether the
words are good ones.
"""

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from pen import draw
from rooms import WAYS

CHECK = (Path(__file__).parent / "access.js").read_text()
ROOMS = ("draw", "why", "train", "read")


@pytest.mark.usefixtures("mnist")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280, 3840])
def test_every_room_is_open_to_everyone(
    browser: Browser, studio: str, width: int, theme: Literal["light", "dark"]
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
    page.goto(f"{studio}/draw")
    draw(page, 2)
    expect(page.locator("#first-answer .numeral")).to_have_text("2")
    for room in ("draw", *WAYS):
        if room in WAYS:
            WAYS[room](page)
        page.wait_for_selector(f"#{room} h1")
        assert page.evaluate(CHECK) == [], room
    page.close()


def test_the_checks_find_what_is_wrong(page: Page) -> None:
    page.evaluate(
        "document.getElementById('draw').insertAdjacentHTML('beforeend',"
        " '<p id=pad class=faint>hardly seen</p><button id=mute></button><canvas></canvas><h1>more</h1>');"
        "document.querySelector('.faint').style.color = '#bbbbbb';"
    )
    complaints = "; ".join(page.evaluate(CHECK))
    for fault in (
        "contrast",
        "has no name",
        "a canvas without a role",
        "id pad is used twice",
        "2 visible <h1>",
    ):
        assert fault in complaints


def test_focus_is_seen_wherever_the_tab_key_goes(page: Page) -> None:
    """Every stop of the Tab key shows an outline, and all the room's controls are reached."""
    reached = set()
    for _ in range(25):
        page.keyboard.press("Tab")
        found = page.evaluate(
            "() => { const one = document.activeElement; const style = getComputedStyle(one);"
            " const name = one === document.body ? '' : one.id || one.className || one.textContent;"
            " return [name, style.outlineStyle, style.outlineWidth]; }"
        )
        if found[0] == "":  # the end of the page
            break
        reached.add(found[0])
        assert found[1] == "solid" and float(found[2][:-2]) >= 2, found
    assert {"pad", "thickness", "import", "first-model", "second-model", "ask-why", "theme"} <= reached


def test_the_theme_is_switched_and_remembered(page: Page) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.click("#theme")
    dark = page.evaluate(background)
    assert light != dark
    page.reload()
    assert page.evaluate(background) == dark


def test_the_rooms_have_addresses_and_the_back_button_works(page: Page, studio: str) -> None:
    for room in ROOMS[1:]:
        page.click(f"nav >> [data-room={room}]")
        expect(page.locator(f"#{room}")).to_be_visible()
        expect(page.locator("nav [aria-current]")).to_have_attribute("data-room", room)
    page.go_back()
    expect(page.locator("#train")).to_be_visible()
    page.goto(f"{studio}/read")
    expect(page.locator("#read")).to_be_visible()
