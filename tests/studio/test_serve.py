"""`zeronine studio` as a person starts it: a process, an address, Ctrl-C."""

import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from zeronine.cli.app import app
from zeronine.errors import ModelError, StudioError

Started = tuple[subprocess.Popen[str], str]  #: a studio's process and its address
START_S = 60


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    """Return a studio's process and the address that it printed."""
    command = [sys.executable, "-m", "zeronine", "studio", "--no-browser", "--port", "0"]
    command += ["--runs", str(tmp_path / "runs"), "--token", "a-secret-of-some-length-" + "x" * 60]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    found = re.search(r"http://\S+", process.stdout.readline())
    assert found, "the first line holds the address"
    try:
        yield process, found.group()
    finally:
        process.kill()
        process.communicate(timeout=START_S)


def test_it_prints_an_address_that_works_and_ends_quietly(started: Started) -> None:
    """The address can be opened as printed, token and all; Ctrl-C ends it without a word of complaint."""
    process, address = started
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with opener.open(address, timeout=START_S) as answer:
        assert answer.status == 200
        assert b"<html" in answer.read()
    with opener.open(address.partition("?")[0] + "api/models", timeout=START_S) as answer:
        assert b'"shipped"' in answer.read()
    process.send_signal(signal.SIGINT)
    _, complaints = process.communicate(timeout=START_S)
    assert complaints == ""


def test_a_taken_port_is_named(started: Started) -> None:
    """The second studio on a port says so, and what to do."""
    _, address = started
    port = re.search(r":(\d+)/", address).group(1)  # type: ignore[union-attr]
    result = CliRunner().invoke(app, ["studio", "--no-browser", "--port", port])
    assert isinstance(result.exception, StudioError)
    assert f"127.0.0.1:{port}" in str(result.exception)
    assert "--port" in str(result.exception)


def test_it_is_not_opened_to_others_without_a_token() -> None:
    """Bound to every address it asks for a token before it serves anything."""
    result = CliRunner().invoke(app, ["studio", "--no-browser", "--host", "0.0.0.0", "--port", "0"])
    assert isinstance(result.exception, StudioError)
    assert "--token" in str(result.exception)


def test_a_run_that_is_none_is_named(tmp_path: Path) -> None:
    """A folder without a model is said before the page opens."""
    result = CliRunner().invoke(app, ["studio", str(tmp_path), "--no-browser", "--port", "0"])
    assert isinstance(result.exception, ModelError)
    assert "model.onnx" in str(result.exception)
