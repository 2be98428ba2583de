"""A studio to talk to, without a network: the application, called in this process."""

from collections.abc import Iterator

import numpy as np
import pytest

pytest.importorskip("fastapi", reason="the studio's packages are not installed: pip install '.[studio]'")

from fastapi.testclient import TestClient

from zeronine.studio.app import create_app
from zeronine.studio.settings import Settings

HOME = "http://127.0.0.1:8009"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Return a client of a studio with default settings and no runs, for all tests of a file."""
    settings = Settings(runs=tmp_path_factory.mktemp("studio") / "runs")
    with TestClient(create_app(settings), base_url=HOME, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def bar() -> list[int]:
    """Return a canvas of an upright stroke, as it goes over the wire."""
    canvas = np.zeros((28, 28), int)
    canvas[4:24, 12:15] = 255
    canvas[4:24, [11, 15]] = 90
    return canvas.ravel().tolist()
