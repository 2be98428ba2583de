"""The edition without a server: it opens from a disk, answers as Python does, and needs no network."""

import base64
import functools
import itertools
import json
import re
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from pen import draw, drawings
from zeronine.reading.classify import shipped
from zeronine.reading.normalise import normalise
from zeronine.studio.app import STATIC
from zeronine.studio.edition import bundle, source_of, thinned

MOST_BYTES = 4_000_000
COUNT = 240
PICTURES = Path(__file__).parents[2] / "pictures"
ANSWERS = """async (items) => {
    const canvases = items.map(([height, width, text]) => {
        const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
        const ink = Float32Array.from(bytes, (byte) => byte / 255);
        return Array.from(zeronine.canvasOf(ink, height, width), (value) => Math.round(255 * value));
    });
    return [canvases, await zeronine.classify(canvases, 'shipped')];
}"""


@pytest.fixture
def alone(quiet_page: Page, edition: Path) -> Page:
    quiet_page.goto((edition / "index.html").as_uri())
    quiet_page.wait_for_selector("#first-model option", state="attached")
    return quiet_page


@pytest.fixture
def host(edition: Path) -> Iterator[str]:
    """Serve the folder as any web server does, and return its address."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *given: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(edition)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_recorded_steps_are_thinned_to_the_last() -> None:
    steps = [{"step": number} for number in range(1, 643)]
    kept = [one["step"] for one in thinned(steps)]
    assert len(kept) <= 80 and kept[-1] == 642
    assert {two - one for one, two in itertools.pairwise(kept)} == {9}
    assert thinned(steps[:3]) == steps[:3]


def test_it_is_small(edition: Path) -> None:
    assert sum(path.stat().st_size for path in edition.iterdir()) < MOST_BYTES


def test_it_answers_a_drawing_from_a_disk(alone: Page) -> None:
    for digit in (0, 3, 7):
        draw(alone, digit)
        expect(alone.locator("#first-answer .numeral")).to_have_text(str(digit))
        alone.click("#clear")
    expect(alone.locator("#trouble")).to_be_hidden()  # every room was wired, also those that are not shown


def test_its_answers_are_pythons(alone: Page) -> None:
    """On 240 drawings: the same canvases to one step of 255, the same digits, the same confidence."""
    inks = [ink for _, ink in drawings(COUNT)]
    packed = [[*ink.shape, base64.b64encode(np.rint(ink * 255).astype(np.uint8)).decode()] for ink in inks]
    canvases, answers = alone.evaluate(ANSWERS, packed)
    found = np.array(canvases, float).reshape(-1, 28, 28)
    assert np.abs(found - 255 * normalise(inks)).max() < 1.01
    wanted = shipped()(found.astype(np.uint8))
    assert [one["value"] for one in answers] == wanted.probabilities.argmax(axis=1).tolist()
    shares = np.array([one["probabilities"] for one in answers])
    assert np.abs(shares - wanted.probabilities).max() < 0.01
    chances = np.array([one["digit_probability"] for one in answers])
    assert np.abs(chances - wanted.digit_probability).max() < 0.01


def test_only_the_rooms_that_work_are_offered(alone: Page) -> None:
    rooms = ["Draw", "Why", "Live", "Teach", "Read", "Learn"]
    expect(alone.locator("nav a").filter(visible=True)).to_have_text(rooms)


def test_a_number_that_is_drawn_is_read_in_a_second_thread(alone: Page) -> None:
    draw(alone, 7, left=0.1, width=0.3)
    draw(alone, 3, left=0.55, width=0.3)
    expect(alone.locator("#number")).to_contain_text("73")


def test_a_photograph_is_read_corrected_and_asked_why(alone: Page) -> None:
    """From a file on the disk to the reasons for its first digit; nothing complains."""
    alone.click("nav [data-room=read]")
    alone.set_input_files("#read-file", PICTURES / "2077-german-pencil-ruled-photo.jpg")
    expect(alone.locator("#reading .one")).to_have_text(list("2077"))
    alone.locator("#reading .one").first.press("5")
    expect(alone.locator("#reading .one").first).to_have_text("5")
    alone.click("#reading >> text=Why this digit?")
    expect(alone.locator("#film li")).to_have_count(4)
    expect(alone.locator("#reason-flip figure")).to_have_count(3)
    expect(alone.locator("#reason-ink figure").first).to_be_visible()
    expect(alone.locator("#reason-hidden")).to_contain_text("embedding, 64 units")
    expect(alone.locator("#reason-map")).to_be_hidden()
    expect(alone.locator("#trouble")).to_be_hidden()


def test_what_no_browser_opens_says_what_to_do(alone: Page) -> None:
    alone.click("nav [data-room=read]")
    alone.set_input_files("#read-file", PICTURES / "24601-swiss-hair-plain.tif")
    expect(alone.locator("#trouble")).to_contain_text("`zeronine studio`")


def test_the_articles_network_is_seen_and_trained(alone: Page) -> None:
    alone.click("nav [data-room=live]")
    alone.select_option("#live-model", label="repaired")
    draw(alone, 3, pad="#live-pad")
    expect(alone.locator("#live-answer .numeral")).to_have_text("3")
    alone.click("#step-ten")
    expect(alone.locator("#step-says")).to_contain_text("Update 10")
    expect(alone.locator("#trouble")).to_be_hidden()


def test_a_hand_is_taught_judged_and_forgotten(alone: Page) -> None:
    """Sevens that are called ones: a strange hand, which the last layer learns; it is kept, and used."""
    alone.click("nav [data-room=teach]")
    give = """async ([canvases, labels]) => {
        const hand = { lessons: canvases.map((one) => btoa(String.fromCharCode(...one))), labels };
        localStorage.setItem('zeronine hand odd', JSON.stringify({ ...hand, report: null, heads: null }));
    }"""
    pairs = drawings(60, seed=4)
    canvases = np.rint(255 * normalise([ink for _, ink in pairs])).astype(int).reshape(-1, 784)
    labels = [{7: 1}.get(digit, digit) for digit, _ in pairs]
    alone.evaluate(give, [canvases.tolist(), labels])
    alone.fill("#hand-name", "odd")
    alone.press("#hand-name", "Tab")
    expect(alone.locator("#lesson-count")).to_contain_text("60")
    alone.click("#teach-now")
    expect(alone.locator("#teach-report")).to_contain_text(re.compile("^(Kept|Not kept): "))
    report = alone.inner_text("#teach-report")
    assert "of 400" in report and "mended" in report
    alone.click("#hand-delete")
    alone.click("#hand-delete")
    expect(alone.locator("#lesson-count")).to_contain_text("none yet")


def begin(page: Page, chapter: str) -> None:
    page.evaluate(f"dispatchEvent(new CustomEvent('go', {{ detail: '/learn?chapter={chapter}' }}))")
    page.fill("#guess", "50")
    page.click(".guess .primary")
    page.click("#chapter section:not([hidden]) > .primary")


def test_the_course_has_its_facts_and_its_address(alone: Page) -> None:
    begin(alone, "look")
    expect(alone.locator(".see")).to_contain_text("82.05 %")
    assert alone.url.endswith("index.html#/learn?chapter=look")
    alone.reload()
    expect(alone.locator("#chapter h2")).to_have_text("2. Look")


def test_recorded_runs_are_told_and_others_need_the_studio(alone: Page) -> None:
    begin(alone, "training")
    alone.click("text=Train like this")
    expect(alone.locator(".work tbody tr")).to_have_count(1)
    alone.locator(".switches input").first.uncheck()
    alone.click("text=Train like this")
    expect(alone.locator("#trouble")).to_contain_text("run `zeronine studio`")
    for box in alone.locator(".switches input").all():
        box.uncheck()
    alone.click("text=Train like this")
    expect(alone.locator(".see")).to_be_visible()
    found = re.search(r"As printed ([\d.]+) %, repaired ([\d.]+) %", alone.locator(".see").inner_text())
    assert found and float(found[1]) < 30 < 95 < float(found[2])
    begin(alone, "hand")
    alone.click("text=Draw it for me")
    alone.click(".work >> text=Ask")
    expect(alone.locator(".tried li")).to_have_count(1)


def test_it_opens_without_a_network_once_it_was_visited(browser: Browser, host: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(host)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    context.set_offline(True)
    page.reload()
    draw(page, 7)
    expect(page.locator("#first-answer .numeral")).to_have_text("7")
    manifest = json.loads(page.evaluate("caches.match('manifest.webmanifest').then((one) => one.text())"))
    assert manifest["display"] == "standalone"
    context.close()


def test_a_drawing_is_an_address_and_stands_in_another_page(alone: Page, host: str) -> None:
    """The address holds the drawing; with ?embed a frame shows the room alone, without head and rooms."""
    draw(alone, 3)
    alone.click("#share-drawing")
    ink = alone.url.partition("?ink=")[2]
    assert ink
    frame_of = f'<link rel="icon" href="data:,"><iframe src="{host}?embed#/draw?ink={ink}"></iframe>'
    alone.route(f"{host}frame", lambda route: route.fulfill(body=frame_of, content_type="text/html"))
    alone.goto(f"{host}frame")
    frame = alone.frame_locator("iframe")
    expect(frame.locator("#first-answer .numeral")).to_have_text("3")
    expect(frame.locator("nav")).to_be_hidden()


def test_it_can_be_installed_as_an_app(browser: Browser, host: str) -> None:
    """Chromium itself judges manifest, icon and worker; that a test's window is private it may mind."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(host)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    judge = context.new_cdp_session(page)
    minds = {one["errorId"] for one in judge.send("Page.getInstallabilityErrors")["installabilityErrors"]}
    assert minds <= {"in-incognito"}
    assert judge.send("Page.getAppManifest")["errors"] == []
    context.close()


def test_the_modules_are_the_studios_own() -> None:
    """Only the two that talk to the server are replaced, and each has every name of the one it stands for."""
    script = bundle("main.js")
    for path in STATIC.glob("*.js"):
        inside = f"modules['{path.name}'] = " in script
        assert inside == (path.name not in {"api.js", "follow.js", "export.js", "theme.js"}), path.name
    for name, other in (("api.js", "edition-api.js"), ("follow.js", "edition-follow.js")):
        exported = [
            set(re.findall(r"^export (?:async )?(?:function|const|class) (\w+)", text, re.MULTILINE))
            for text in (source_of(one).read_text("utf-8") for one in (name, other))
        ]
        assert exported[0] <= exported[1]
