"""The options of reading: checked in one place, and the same in Python, on the command line and over HTTP."""

import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer.main
from fastapi.testclient import TestClient
from typer.testing import CliRunner

import zeronine
from zeronine.answers import Box, Digit, Number, Reading
from zeronine.cli import app
from zeronine.errors import ExpectationError, OptionError, ZeronineError
from zeronine.options import OPTIONS, ReadOptions, expected
from zeronine.studio.app import create_app
from zeronine.studio.settings import Settings

PICTURE = Path(__file__).parent / "pictures" / "10115-german-ball-plain.png"  # five digits
IMPOSSIBLE: list[tuple[dict[str, Any], str]] = [
    ({"min_confidence": 3.0}, "min_confidence"),
    ({"min_confidence": -0.1}, "min_confidence"),
    ({"min_confidence": float("nan")}, "min_confidence"),
    ({"min_confidence": float("inf")}, "min_confidence"),
    ({"expect": "0"}, "expect is '0'"),
    ({"expect": "1001"}, "expect is '1001'"),
    ({"expect": "9" * 60}, "expect is '999"),
    ({"expect": "four"}, "expect is 'four'"),
    ({"expect": "--"}, "expect is '--'"),
    ({"expect": "²"}, "expect is '²'"),
    ({"one": True, "expect": "2"}, "leave one of them out"),
    ({"one": True, "digits_only": True}, "digits_only changes nothing here"),
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return a client of a studio without runs."""
    with TestClient(
        create_app(Settings(runs=tmp_path_factory.mktemp("none"))), base_url="http://127.0.0.1"
    ) as one:
        yield one


def flags(options: dict[str, Any]) -> list[str]:
    """Return options as they are typed."""
    words = []
    for name, value in options.items():
        words += [f"--{name.replace('_', '-')}", *([] if value is True else [str(value)])]
    return words


# ---- what cannot be ----


@pytest.mark.parametrize(("options", "said"), IMPOSSIBLE)
def test_in_python_it_is_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ZeronineError, match=said):
        zeronine.read(PICTURE, **options)


@pytest.mark.parametrize(("options", "said"), IMPOSSIBLE)
def test_on_the_command_line_it_is_refused(options: dict[str, Any], said: str) -> None:
    done = CliRunner().invoke(app, ["read", str(PICTURE), *flags(options)])
    assert isinstance(done.exception, ZeronineError) and done.exception.exit_code == 2
    assert said in str(done.exception)


@pytest.mark.parametrize(("options", "said"), IMPOSSIBLE)
def test_over_http_it_is_422(options: dict[str, Any], said: str, client: TestClient) -> None:
    answer = client.post("/api/read", params=options, content=PICTURE.read_bytes())
    assert answer.status_code == 422
    assert said.split()[0] in answer.json()["error"]["message"] or said in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "options", [{"one": 1}, {"one": "yes"}, {"min_confidence": "0.5"}, {"min_confidence": True}]
)
def test_a_wrong_type_is_named(options: dict[str, Any]) -> None:
    with pytest.raises(OptionError, match=next(iter(options))) as refused:
        ReadOptions(**options)
    assert refused.value.field in options and refused.value.value in options.values()


@pytest.mark.parametrize("wrong", [True, 2.0, ["d"], b"4"])
def test_an_expectation_of_another_type_is_named(wrong: Any) -> None:
    with pytest.raises(ExpectationError, match="give a count from 1 to 1000"):
        ReadOptions(expect=wrong)


def test_a_count_may_be_a_number_or_its_digits() -> None:
    assert expected(4) == expected("4")
    assert expected("dd-dd") != expected(4)


# ---- one list ----


def test_every_option_is_a_parameter_a_flag_and_a_query_parameter(client: TestClient) -> None:
    """And the help is the same in all of them."""
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    helps = {one.name: (one.help or "").lower().rstrip(".") for one in commands["read"].params}
    described = client.get("/api/openapi.json").json()["paths"]["/api/read"]["post"]["parameters"]
    queries = {one["name"]: one["schema"].get("description", one.get("description")) for one in described}
    readers: list[Callable[..., Any]] = [zeronine.read, zeronine.Reader.read, zeronine.Reader.read_many]
    for name, one in OPTIONS.items():
        assert all(name in inspect.signature(read).parameters for read in readers)
        assert helps[name] == one.metadata["help"].lower()
        assert queries[name] == one.metadata["help"]


# ---- what is expected and cannot be met ----


def reading(*counts: int) -> Reading:
    """Return a reading with numbers of so many digits."""
    box = Box(0, 0, 1, 1)
    digit = Digit(1, 1.0, ((1, 1.0),), box, None)  # type: ignore[arg-type]
    return Reading(tuple(Number((digit,) * count, box, 0) for count in counts), 1, 1)


@pytest.mark.parametrize(
    ("expect", "counts", "said"),
    [
        (None, (3,), None),
        (5, (5,), None),
        (5, (2, 3), None),
        ("dd-ddd", (2, 3), None),
        (6, (5,), "6 digits were expected, 5 could be made out"),
        (1, (), "1 digits were expected, 0 could be made out"),
        ("dd-ddd", (3, 2), "dd-ddd was expected, numbers of 3 and 2 digits could be made out"),
    ],
)
def test_a_shortfall_is_said_in_words(expect: Any, counts: tuple[int, ...], said: str | None) -> None:
    assert ReadOptions(expect=expect).shortfall(reading(*counts)) == said


@pytest.fixture
def unmet(monkeypatch: pytest.MonkeyPatch) -> str:
    """Let every picture hold five digits, and return what is said where six were expected."""
    monkeypatch.setattr("zeronine.reading.reader.Reader.read", lambda *given, **more: reading(5))
    return "6 digits were expected, 5 could be made out"


@pytest.mark.parametrize("form", ["text", "json", "csv"])
def test_the_command_says_so_and_leaves_with_1(form: str, unmet: str) -> None:
    done = CliRunner().invoke(app, ["read", str(PICTURE), "--expect", "6", "--format", form])
    assert done.exit_code == 1
    assert "11111" in done.stdout
    assert unmet in (done.stderr if form == "text" else done.stdout)


def test_the_doctor_leaves_with_1(unmet: str) -> None:
    assert CliRunner().invoke(app, ["doctor", str(PICTURE), "--expect", "6"]).exit_code == 1
    assert CliRunner().invoke(app, ["doctor", str(PICTURE), "--expect", "5"]).exit_code == 0


def test_over_http_it_is_data(client: TestClient) -> None:
    """The reading comes all the same; `shortfall` is null where the expectation was met."""
    content = PICTURE.read_bytes()
    met = client.post("/api/read", params={"expect": "5"}, content=content).json()
    assert (met["text"], met["shortfall"]) == ("10115", None)
    assert "shortfall" not in client.post("/api/read", content=content).json()
    short = client.post("/api/read", params={"expect": "40"}, content=content).json()
    assert short["shortfall"].startswith("40 digits were expected")


# ---- over HTTP: a parameter that nobody knows ----


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/read?recipe=nonsense"),
        ("POST", "/api/read?min-confidence=0.5"),
        ("GET", "/api/models?one=1"),
        ("GET", "/api/recipes?recipe=nonsense"),
        ("GET", "/api/weights?models=shipped"),
        ("POST", "/api/classify?model=shipped"),
        ("GET", "/api/train?recipe=nonsense"),
        ("GET", "/healthz?x"),
    ],
)
def test_an_unknown_query_parameter_is_refused(method: str, path: str, client: TestClient) -> None:
    answer = client.request(method, path, json={} if method == "POST" else None)
    name = path.partition("?")[2].partition("=")[0]
    assert answer.status_code == 422
    assert name in json.dumps(answer.json()["error"]["message"])


def test_a_query_parameter_that_is_there_twice_is_refused(client: TestClient) -> None:
    answer = client.post("/api/read?expect=4&expect=5", content=PICTURE.read_bytes())
    assert (answer.status_code, "'expect' twice" in answer.text) == (422, True)


def test_no_route_takes_what_it_does_not_know(client: TestClient) -> None:
    """In the address, as a name in JSON, as a field of a form, or as a body where none is read."""
    routes = [
        (path, method, told)
        for path, methods in client.get("/api/openapi.json").json()["paths"].items()
        for method, told in methods.items()
    ]
    assert len(routes) > 30
    for path, method, told in routes:
        address = path.replace("{run_id}", "a" * 12).replace("{name}", "ann").replace("{place}", "0")
        body = told.get("requestBody", {}).get("content", {})
        requests: list[dict[str, Any]] = [{"params": {"nobody": "1"}}]
        if not body:
            requests.append({"json": {"nobody": 1}})
        if "application/json" in body:
            requests.append({"json": {"nobody": 1}})
        if "multipart/form-data" in body:
            requests.append({"data": {"nobody": "1"}, "files": {"picture": b"x"}})
        for request in requests:
            answer = client.request(method.upper(), address, **request)
            assert answer.status_code == 422, (method, path, request, answer.text)
            said = answer.json()["error"]["message"]
            assert "nobody" in said or "reads no body" in said, (method, path, said)


def test_a_form_has_its_picture_once_and_nothing_else(client: TestClient) -> None:
    """`curl -F picture=@x.png -F expect=4` would leave `expect` without effect."""
    picture = PICTURE.read_bytes()
    answer = client.post("/api/read", files={"picture": picture}, data={"expect": "4"})
    assert (answer.status_code, "/api/read?expect=4" in answer.text) == (422, True)
    both = client.post("/api/read", files=[("picture", picture), ("picture", picture)])
    assert both.status_code == 422


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        ("GET", "/api/nothing", "there is nothing at /api/nothing: /api/openapi.json"),
        ("GET", "/api/read", "/api/read does not take GET: /api/openapi.json"),
        ("POST", "/api/classify", "the header Content-Type: application/json"),
    ],
)
def test_who_lost_the_way_is_told_it(method: str, path: str, said: str, client: TestClient) -> None:
    answer = client.request(method, path, content=b"{}" if method == "POST" else None)
    assert said in answer.json()["error"]["message"]


def test_known_query_parameters_and_pages_are_served(client: TestClient) -> None:
    assert client.get("/api/weights?model=shipped").status_code == 200
    assert client.get("/train?recipe=repaired").status_code == 200
