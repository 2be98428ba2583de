"""A studio without the extra `learn`: what needs it is told in words, whatever is asked; no fault is."""

import json
import os
import subprocess
import sys

import pytest

LEARN = ("torch", "safetensors", "filelock", "onnx", "onnxscript", "pooch", "matplotlib")
ASK = """
import json, sys
for name in {blocked!r}:
    sys.modules[name] = None  # as if it were not installed
from fastapi.testclient import TestClient
from zeronine.studio.app import create_app
from zeronine.studio.settings import Settings

CANVAS = [0] * 300 + [255] * 184 + [0] * 300
BODIES = {{
    "/api/classify": {{"canvases": [CANVAS]}},
    "/api/explain": {{"canvas": CANVAS, "kinds": ["flip"]}},
    "/api/ablate": {{"canvas": CANVAS, "off": []}},
    "/api/hands/{{name}}/lessons": {{"canvases": [CANVAS], "labels": [1]}},
    "/api/train": {{"recipe": "repaired"}},
    "/api/review/decide": {{"item": 1, "action": "keep"}},
}}
said = []
with TestClient(create_app(Settings()), base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
    for path, methods in client.get("/api/openapi.json").json()["paths"].items():
        for method in methods:
            address = path.format(run_id="a" * 12, name="ann", place=0)
            body = {{"json": BODIES.get(path, {{}})}} if method == "post" else {{}}
            answer = client.request(method.upper(), address, **body)
            said.append([method, path, answer.status_code, answer.text[:300]])
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], tuple[int, str]]:
    """Return what each route of such a studio answers: status and text."""
    place = tmp_path_factory.mktemp("bare")
    done = subprocess.run(
        [sys.executable, "-c", ASK.format(blocked=LEARN)],
        cwd=place,
        env={
            **os.environ,
            "ZERONINE_CACHE": str(place / "cache"),
            "ZERONINE_DATA": str(place / "data"),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    return {(method, path): (status, text) for method, path, status, text in told}


def test_nothing_is_a_fault_of_the_program(answers: dict[tuple[str, str], tuple[int, str]]) -> None:
    assert len(answers) > 30
    assert {route: told for route, told in answers.items() if told[0] >= 500} == {}


@pytest.mark.parametrize("route", [("post", "/api/train"), ("get", "/api/lesson"), ("get", "/api/lessons")])
def test_what_is_missing_is_named_with_the_line_that_adds_it(
    route: tuple[str, str], answers: dict[tuple[str, str], tuple[int, str]]
) -> None:
    status, text = answers[route]
    assert status == 422 and "is not installed" in text and "[learn]" in text


def test_drawing_and_explaining_need_none_of_it(
    answers: dict[tuple[str, str], tuple[int, str]],
) -> None:
    for route in (("post", "/api/classify"), ("post", "/api/explain"), ("get", "/api/models")):
        assert answers[route][0] == 200, answers[route]
