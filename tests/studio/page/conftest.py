"""A real Chromium, a real studio on a free port, and a page that must stay quiet and at home.

Without Chromium these tests are skipped, with the reason; where CI=true that is a failure.
"""

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect, sync_playwright

from zeronine.answers import Box
from zeronine.documents.queue import Item, Queue

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
START_S = 60
TABLE = Path(__file__).parents[2] / "documents" / "pictures" / "table.png"
PATIENCE_MS = 30_000  #: how long an expectation may take on a busy machine


@pytest.fixture(scope="session")
def chromium() -> Iterator[Callable[..., Any]]:
    """Give a function that starts the machine's Chromium, with more flags if there are any."""
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    if found is None:
        reason = "no Chromium on this machine: `apt-get install chromium` brings it (make test does, as root)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as engine:
        yield lambda *flags: engine.chromium.launch(executable_path=found, args=[*FLAGS.split(), *flags])


@pytest.fixture(scope="session")
def browser(chromium: Callable[..., Any]) -> Iterator[Any]:
    """Start Chromium once."""
    started = chromium()
    yield started
    started.close()


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """Give a function that runs the studio as a person would, with more flags, and gives its address."""
    return lambda *flags: _started(tmp_path_factory.mktemp("studio"), *flags)


@pytest.fixture(scope="session")
def studio(started: Callable[..., Any]) -> Iterator[str]:
    """Run the studio with no more flags, once, and return its address."""
    with started() as address:
        yield address


@contextmanager
def _started(folder: Path, *flags: str) -> Iterator[str]:
    runs = folder / "runs"
    env = {"ZERONINE_DATA": str(folder / "data")} | os.environ  # hands are kept here, and not the user's own
    command = [sys.executable, "-m", "zeronine", "studio", "--no-browser", "--port", "0", "--runs", str(runs)]
    log = folder / "studio.log"
    with (
        log.open("w") as out,
        subprocess.Popen([*command, *flags], stdout=out, stderr=subprocess.STDOUT, env=env) as process,
    ):
        try:
            yield _address(process, log)
        finally:
            process.terminate()
            process.wait(START_S)


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        found = re.search(r"http://127\.0\.0\.1:\d+", log.read_text(encoding="utf-8"))
        if found:
            try:
                with urllib.request.urlopen(f"{found[0]}/healthz", timeout=START_S):
                    return found[0]
            except urllib.error.HTTPError:  # it answers, to those who have its token
                return found[0]
            except urllib.error.URLError:
                pass
        time.sleep(0.1)
    raise AssertionError(f"the studio did not start: {log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="session")
def edition(tmp_path_factory: pytest.TempPathFactory, mnist: Any) -> Path:
    """Build the edition without a server, with two recorded runs: everything repaired, and as printed."""
    import build_edition

    from zeronine.lesson.facts import SWITCHES

    folder = tmp_path_factory.mktemp("edition")
    build_edition.build(folder, [(), tuple(SWITCHES)])
    return folder


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    """Return a queue with three items of one picture."""
    shutil.copy(TABLE, tmp_path / "table.png")
    made = Queue(tmp_path)
    made.add(
        Item(file=str(tmp_path / "table.png"), box=Box(60 + 60 * i, 50, 40, 30), text=f"1{i}", confidence=0.3)
        for i in range(3)
    )
    return made


@pytest.fixture
def quiet_page(browser: Any) -> Iterator[Any]:
    """Give a page that fails its test for a console or page error, or a request that leaves the machine."""
    with_clipboard = ["clipboard-read", "clipboard-write"]
    context = browser.new_context(viewport={"width": 1280, "height": 800}, permissions=with_clipboard)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: _note(complaints, message.type, message.text))
    page.on("pageerror", lambda error: complaints.append(f"page error: {error}"))
    page.on("request", lambda request: _note_foreign(complaints, request.url))
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def page(quiet_page: Any, studio: str) -> Any:
    """Give the studio's page, open in the room to draw in."""
    quiet_page.goto(f"{studio}/draw")
    quiet_page.wait_for_selector("#first-model option", state="attached")
    return quiet_page


def _note(complaints: list[str], kind: str, text: str) -> None:
    if kind in ("error", "warning"):
        complaints.append(f"{kind}: {text}")


def _note_foreign(complaints: list[str], url: str) -> None:
    if not re.match(r"(http://127\.0\.0\.1:\d+/|file:|data:|blob:)", url):
        complaints.append(f"left the machine: {url}")
