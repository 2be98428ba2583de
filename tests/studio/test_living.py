"""The numbers of a network over HTTP are those of its model file."""

import json

import numpy as np
import pytest

pytest.importorskip("fastapi", reason="the studio's packages are not installed: pip install '.[studio]'")

from fastapi.testclient import TestClient

from zeronine.explaining.filters import look_through
from zeronine.explaining.insight import Insight, Layer
from zeronine.reading.classify import shipped
from zeronine.studio.living import packed
from zeronine.studio.models import Opened


def test_every_number_arrives_as_it_is() -> None:
    generator = np.random.default_rng(0)
    layers = tuple(
        Layer(name, generator.normal(size=(out, into)), generator.normal(size=out), kind)
        for name, into, out, kind in (("hidden 1", 784, 5, "relu"), ("output", 5, 10, "none"))
    )
    content = packed(Insight(layers, True))
    (length,) = np.frombuffer(content[:4], "<u4")
    described = json.loads(content[4 : 4 + length])["layers"]
    assert described == [
        {"into": 784, "out": 5, "relu": True},
        {"into": 5, "out": 10, "relu": False},
    ]
    numbers = np.frombuffer(content[4 + length :], "<f4")
    expected = np.concatenate([part.ravel() for one in layers for part in (one.weights, one.bias)])
    assert np.array_equal(numbers, expected.astype(np.float32))


def test_the_shipped_convnet_arrives_filter_by_filter(server: TestClient) -> None:
    content = server.get("/api/layers").content
    (length,) = np.frombuffer(content[:4], "<u4")
    described = json.loads(content[4 : 4 + length])["layers"]
    seen = look_through(shipped())
    assert seen is not None
    assert [one["out"] for one in described] == [16, 48, 80, 80, 64, 10]
    ink = {"margin": 2, "gain": seen.gain, "shift": seen.shift}
    assert described[0]["conv"] == {"kernel": 5, "side": 24, "pool": 2} | ink
    assert "conv" not in described[4] and described[4]["into"] == 720
    one = seen.filters[0]
    expected = np.concatenate([part.ravel() for part in (one.kernels, one.bias, one.gain, one.shift)])
    numbers = np.frombuffer(content[4 + length :], "<f4")
    assert np.array_equal(numbers[: len(expected)], expected.astype(np.float32))
    count = sum(one["out"] * (one["into"] + (3 if "conv" in one else 1)) for one in described)
    assert len(numbers) == count


def test_a_network_of_other_steps_is_refused_in_words(
    server: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Opened, "lives", False)
    said = server.get("/api/layers")
    assert said.status_code == 422 and "of another kind" in said.json()["error"]["message"]
    assert server.get("/api/models").json()["models"][0]["live"] is False
