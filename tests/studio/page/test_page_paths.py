"""Four ways through the course, from opening the page to "I know why 16 % became 97".

Touch alone, a slow machine, 360 pixels, and what a screen reader is told; the keyboard's way is in
test_page_learn.py.  They go through the edition without a server, whose runs were recorded, so that a
way takes seconds.  Each keeps pictures of where it came, to be looked at.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Locator, Page, expect

from pen import box_of, strokes
from zeronine.studio.app import STATIC

CHAPTERS = ("Data", "Look", "Network", "Loss", "Slope", "Training", "Honest", "hand", "cannot")
FAULTS = 4
FIRST_ANSWER_S = 10  #: from opening the page to the first answer (issue's bar)
SLOWER = 4  #: times: what a cheap telephone takes beside a laptop
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"

Press = Callable[[Locator], None]


@contextmanager
def opened(browser: Browser, edition: Path, **how: Any) -> Iterator[Page]:
    """Open the course in a browser of some kind, and fail for whatever it complains of."""
    context = browser.new_context(**how)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto((edition / "index.html").as_uri())
    yield page
    context.close()
    assert complaints == []


def go_through(page: Page, press: Press, look: Callable[[str], None]) -> None:
    """Predict, do and see all nine chapters; `press` is how this person presses things."""
    for place, name in enumerate(CHAPTERS):
        expect(page.locator("#chapter h2")).to_contain_text(name, ignore_case=True)
        expect(page.locator("#chapter h2")).to_be_in_viewport()
        press(page.locator("#guess"))
        page.locator("#guess").press_sequentially("5")
        press(page.get_by_role("button", name="That is my guess"))
        press(page.locator("#chapter section:not([hidden]) > .primary"))
        if name == "Training":
            train_both(page, press)
        for drawn in range({"hand": 5, "cannot": 1}.get(name, 0)):
            press(page.get_by_role("button", name="Draw it for me"))
            press(page.locator(".work").get_by_role("button", name="Ask", exact=True))
            if name == "hand":
                expect(page.locator(".tried li")).to_have_count(drawn + 1)
        expect(page.locator(".see")).to_be_visible()
        look(f"{place + 1}-{name.lower()}")
        press(page.locator(".see .primary"))
    expect(page.locator("#chapter h2")).to_have_text("What you just proved")
    expect(page.locator("#chapter h2")).to_be_in_viewport()
    expect(page.locator(".proved li")).to_have_count(len(CHAPTERS))
    look("proved")
    found = re.search(r"As printed ([\d.]+) %, repaired ([\d.]+) %", page.inner_text(".proved"))
    assert found and float(found[1]) < 30 < 95 < float(found[2])


def train_both(page: Page, press: Press) -> None:
    """Train as printed, then with every fault taken away."""
    train = page.get_by_role("button", name="Train like this")
    press(train)
    expect(page.locator(".work tbody tr")).to_have_count(1)
    for fault in range(FAULTS):
        press(page.locator(".switches input").nth(fault))
    press(train)


def to_the_course(page: Page, press: Press) -> None:
    press(page.locator("nav").get_by_role("link", name="Learn"))
    page.wait_for_selector("#guess")


@pytest.fixture
def look_at(tmp_path: Path) -> Callable[[Page], Callable[[str], None]]:
    """Give a function that keeps pictures of a page by name."""

    def of(page: Page) -> Callable[[str], None]:
        def look(name: str) -> None:
            page.screenshot(path=tmp_path / f"{name}.png")

        return look

    return of


def test_by_touch_alone(browser: Browser, edition: Path, look_at: Any) -> None:
    """A telephone on its side; a digit drawn with a finger, and never a mouse."""
    how = {"viewport": {"width": 844, "height": 390}, "has_touch": True, "is_mobile": True}
    with opened(browser, edition, **how) as page:
        draw_by_finger(page, 7)
        expect(page.locator("#first-answer .numeral")).to_have_text("7")
        to_the_course(page, Locator.tap)
        go_through(page, Locator.tap, look_at(page))


def draw_by_finger(page: Page, digit: int) -> None:
    """Draw through the browser's own touch events, as a finger would."""
    finger = page.context.new_cdp_session(page)
    box = box_of(page.locator("#pad"))
    for path in strokes(digit):
        kind = "touchStart"
        for x, y in path[::3]:
            place = {
                "x": box["x"] + box["width"] * (0.3 + 0.4 * float(x)),
                "y": box["y"] + box["height"] * (0.15 + 0.7 * float(y)),
            }
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [place]})
            kind = "touchMove"
        finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_on_a_slow_machine(browser: Browser, edition: Path, look_at: Any) -> None:
    """The processor slowed down four times: the first answer comes in ten seconds from opening."""
    with opened(browser, edition) as page:
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        began = time.monotonic()
        page.reload()
        draw_by_mouse(page, 3)
        expect(page.locator("#first-answer .numeral")).to_have_text("3")
        assert time.monotonic() - began < FIRST_ANSWER_S
        to_the_course(page, Locator.click)
        go_through(page, Locator.click, look_at(page))


def draw_by_mouse(page: Page, digit: int) -> None:
    box = box_of(page.locator("#pad"))
    for path in strokes(digit):
        for index, (x, y) in enumerate(path[::3]):
            across, down = box["width"] * (0.3 + 0.4 * x), box["height"] * (0.15 + 0.7 * y)
            page.mouse.move(box["x"] + across, box["y"] + down)
            if index == 0:
                page.mouse.down()
        page.mouse.up()


def test_in_360_pixels(browser: Browser, edition: Path, look_at: Any) -> None:
    """No chapter has to be moved sideways."""
    with opened(browser, edition, viewport={"width": 360, "height": 740}) as page:
        look = look_at(page)

        def look_and_measure(name: str) -> None:
            look(name)
            assert page.evaluate(SIDEWAYS) <= 0, name

        to_the_course(page, Locator.click)
        go_through(page, Locator.click, look_and_measure)


class Heard:
    """A page by its accessibility tree alone: things are found by role and name, pressed by keyboard."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.tree: CDPSession = page.context.new_cdp_session(page)

    def nodes(self) -> list[dict[str, Any]]:
        found = self.tree.send("Accessibility.getFullAXTree")["nodes"]
        return [node for node in found if not node["ignored"]]

    def focus(self, role: str, name: str) -> None:
        """Go to the first thing of a role whose name begins so; wait until it is there."""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            for node in self.nodes():
                said = str(node.get("name", {}).get("value", ""))
                if node["role"]["value"] == role and said.startswith(name):
                    there = self.tree.send("DOM.resolveNode", {"backendNodeId": node["backendDOMNodeId"]})
                    go = {"functionDeclaration": "function () { this.focus(); }"}
                    self.tree.send("Runtime.callFunctionOn", go | {"objectId": there["object"]["objectId"]})
                    return
            time.sleep(0.1)
        raise AssertionError(f"the accessibility tree has no {role} called {name!r}")

    def press(self, role: str, name: str) -> None:
        self.focus(role, name)
        self.page.keyboard.press("Space" if role == "checkbox" else "Enter")

    def hears(self, text: str) -> None:
        """Wait until a live region says it."""
        expect(self.page.locator("[role=status]").filter(has_text=text).first).to_be_attached()


def test_by_the_screen_readers_tree(browser: Browser, edition: Path, look_at: Any) -> None:
    """Everything is found by role and name, each result is said, and headings tell where one is."""
    with opened(browser, edition) as page:
        look, heard = look_at(page), Heard(page)
        heard.press("link", "Learn")
        page.wait_for_selector("#guess")
        acts = acts_of()
        for place, name in enumerate(CHAPTERS):
            heard.focus("heading", f"{place + 1}. ")
            heard.focus("spinbutton", "Your guess")
            page.keyboard.type("5")
            heard.press("button", "That is my guess")
            heard.press("button", acts[place])
            if name == "Training":
                heard.press("button", "Train like this")
                heard.hears("faults in place")
                for title in ("the wrong loss", "no second ReLU", "the tiny step", "accuracy counted"):
                    heard.press("checkbox", title)
                heard.press("button", "Train like this")
            for drawn in range({"hand": 5, "cannot": 1}.get(name, 0)):
                heard.press("button", "Draw it for me")
                heard.press("button", "Ask")
                if name == "hand":
                    expect(page.locator(".tried li")).to_have_count(drawn + 1)
            heard.hears("You said 5")
            look(f"{place + 1}-{name.lower()}")
            heard.press("button", "Next: " if place < len(CHAPTERS) - 1 else "What you proved")
        heard.focus("heading", "What you just proved")
        assert sum(node["role"]["value"] == "listitem" for node in heard.nodes()) >= len(CHAPTERS)


def acts_of() -> list[str]:
    """Return what each chapter's button says, from the module itself."""
    text = (STATIC / "chapters.js").read_text("utf-8")
    return re.findall(r"^    act: '([^']+)',", text, re.MULTILINE)
