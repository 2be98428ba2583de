"""Everything that the OpenAPI description allows, and much that it does not, is asked: no 5xx ever."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from fastapi.testclient import TestClient

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis asks the questions here")

from hypothesis import HealthCheck, settings  # noqa: E402

from zeronine.studio.app import create_app  # noqa: E402
from zeronine.studio.settings import Settings  # noqa: E402
from zeronine.studio.trainings import Trainings  # noqa: E402

HOME = "http://127.0.0.1:8009"
QUESTIONS = 10  #: for each route


async def nothing(self: Trainings, run: Any) -> None:
    """Stand in for a training: it ends at once."""
    self._end(run, "done", "")


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Return a client of a studio that reads and explains, but whose trainings and indexes end at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Trainings, "_train", nothing)
        patch.setattr("zeronine.studio.indexes.Indexes._build", lambda self, opened: None)
        app = create_app(Settings(runs=tmp_path_factory.mktemp("asked"), max_runs_waiting=10_000))
        with TestClient(app, base_url=HOME, raise_server_exceptions=False) as client:
            yield client


schema = schemathesis.openapi.from_dict(create_app(Settings()).openapi())


@schema.parametrize()  # type: ignore[untyped-decorator]
@settings(max_examples=QUESTIONS, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_no_question_breaks_the_studio(case: Any, asked: TestClient) -> None:
    """Every answer is one of ours: no 5xx, and JSON in the one shape where it is an error."""
    question = requests.Request(**case.as_transport_kwargs(base_url=HOME)).prepare()
    headers = {
        name.encode(): value if isinstance(value, bytes) else value.encode()
        for name, value in question.headers.items()
        if name.lower() not in ("content-length", "host")
    }
    content = question.body
    assert content is None or isinstance(content, bytes | str)
    answer = asked.request(str(question.method), str(question.url), content=content, headers=headers)
    assert answer.status_code < 500, case.as_curl_command()
    if answer.status_code >= 400:
        assert answer.json()["error"]["status"] == answer.status_code


def test_the_description_names_every_route() -> None:
    """Makers find reading and classifying in it, with their errors in the one shape."""
    paths = schema.raw_schema["paths"]
    assert {"/api/read", "/api/classify", "/api/models", "/healthz", "/metrics"} <= set(paths)
    for path in ("/api/read", "/api/classify"):
        answers = paths[path]["post"]["responses"]
        assert {"200", "404", "413", "422", "429", "503"} <= set(answers)
        refused = answers["422"]["content"]["application/json"]["schema"]
        assert refused == {"$ref": "#/components/schemas/Failure"}


def test_its_examples_are_true(asked: TestClient) -> None:
    """The example of a request is answered, and that of a reading has the shape of a real one."""
    example = schema.raw_schema["components"]["schemas"]["ClassifyAsked"]["examples"][0]
    (answer,) = asked.post("/api/classify", json=example).json()["answers"]
    assert answer["value"] == 1
    picture = Path(__file__).parents[1] / "pictures" / "one-7_crossed-ball-plain.png"
    reading = asked.post("/api/read", content=picture.read_bytes()).json()
    told = schema.raw_schema["paths"]["/api/read"]["post"]["responses"]["200"]["content"]["application/json"][
        "example"
    ]
    assert set(told) == set(reading)
    assert set(told["numbers"][0]) == set(reading["numbers"][0])
    assert set(told["numbers"][0]["digits"][0]) == set(reading["numbers"][0]["digits"][0])
