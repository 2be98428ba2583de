"""Who may talk to the studio, and what it serves with."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from zeronine.errors import StudioError
from zeronine.studio.app import create_app
from zeronine.studio.security import POLICY
from zeronine.studio.serve import address_of
from zeronine.studio.settings import Settings, is_loopback

TOKEN = "a-long-secret"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """Return a client of a studio that other machines may reach; not opened, as no route is passed to."""
    settings = Settings(host="0.0.0.0", token=TOKEN, runs=tmp_path_factory.mktemp("token"))
    return TestClient(create_app(settings), base_url="http://studio.example:8009", follow_redirects=False)


@pytest.mark.parametrize("host", ["127.0.0.1:8009", "localhost:1", "localhost", "[::1]:8009", "127.0.0.1"])
def test_this_machines_names_are_answered(server: TestClient, host: str) -> None:
    """Every loopback name and port is the studio's own: a forwarded port may differ."""
    assert server.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8009", "127.0.0.1.evil.example", "192.168.1.7:8009", "", "localhost.:x"],
)
def test_foreign_names_are_not_answered(server: TestClient, host: str) -> None:
    """A page whose name was pointed at this machine (DNS rebinding) gets nothing."""
    answer = server.get("/api/models", headers={"Host": host})
    assert answer.status_code == 421
    assert "models" not in answer.json()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/api/classify", "/api/read", "/api/train", "/api/index"])
def test_other_pages_cannot_post(server: TestClient, headers: dict[str, str], path: str) -> None:
    """A request that another web page sends is refused before any route sees it."""
    answer = server.post(path, content=b"{}", headers=headers)
    assert answer.status_code == 403
    assert answer.json()["error"]["status"] == 403


def test_the_own_page_and_curl_can_post(server: TestClient, bar: list[int]) -> None:
    """The studio's own origin is let in, and so is a program that sends none."""
    for headers in ({}, {"Origin": "http://127.0.0.1:8009", "Sec-Fetch-Site": "same-origin"}):
        assert server.post("/api/classify", json={"canvases": [bar]}, headers=headers).status_code == 200


@pytest.mark.parametrize("path", ["/", "/train", "/static/icon.svg", "/healthz", "/metrics", "/nowhere"])
def test_everything_carries_the_policy(server: TestClient, path: str) -> None:
    """Pages, files, answers and errors forbid foreign code, framing and guessing of types."""
    answer = server.get(path)
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == ("no-cache" if path.startswith("/static") else "no-store")
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_policy_lets_nothing_in() -> None:
    """No inline code, no eval, no other site."""
    assert "unsafe" not in POLICY
    assert "http" not in POLICY
    assert POLICY.startswith("default-src 'none'")


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd"]
)
def test_files_outside_are_not_served(server: TestClient, path: str) -> None:
    """No way of writing `..` leaves the folder of static files."""
    assert server.get(path).status_code == 404


@pytest.mark.parametrize("model", ["../x", "/etc/passwd", "runs/a", "..%2f..", "shipped/../shipped", "\x00"])
def test_a_models_id_is_no_path(server: TestClient, bar: list[int], model: str) -> None:
    """Ids are looked up, never opened."""
    answer = server.post("/api/classify", json={"canvases": [bar], "model": model})
    assert answer.status_code == 404


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "::", "studio.example"])
def test_other_machines_only_with_a_token(host: str) -> None:
    """Bound beyond this machine the studio does not start without a token of some length."""
    with pytest.raises(StudioError, match="--token"):
        Settings(host=host)
    with pytest.raises(StudioError, match="guessed"):
        Settings(host=host, token="short")
    assert Settings(host=host, token=TOKEN).token == TOKEN


@pytest.mark.parametrize(
    "token", ["geheimnis-für-alle", "密密密密密密密密", "line\nfeed-and-more", " blank-before"]
)
def test_a_token_that_no_header_carries_is_refused(token: str) -> None:
    """It is said at the start, not by a page that never lets anybody in."""
    with pytest.raises(StudioError, match="ASCII letters and digits"):
        Settings(token=token)


def test_without_the_token_nothing_is_answered(guarded: TestClient) -> None:
    """No route, page or file is given away, nor by a wrong token."""
    for path in ("/", "/api/models", "/static/icon.svg", "/healthz", "/metrics", "/?token=wrong-secret"):
        assert guarded.get(path).status_code == 401
    wrong = {"Authorization": "Bearer a-long-secreT"}
    assert guarded.get("/healthz", headers=wrong).status_code == 401
    assert guarded.get("/healthz", headers={"Cookie": "zeronine_token=no"}).status_code == 401


def test_the_token_opens_as_header_and_by_address(guarded: TestClient) -> None:
    """A program sends it as a bearer; a browser trades the address for a cookie that scripts cannot see."""
    assert guarded.get("/healthz", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    answer = guarded.get("/", params={"token": TOKEN})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/"
    made = answer.headers["Set-Cookie"]
    assert "HttpOnly" in made
    assert "samesite=strict" in made.lower()
    cookie = made.partition(";")[0]
    assert guarded.get("/healthz", headers={"Cookie": cookie}).status_code == 200


def test_a_token_does_not_let_other_pages_post(guarded: TestClient) -> None:
    """The origin is looked at even when the browser sends the cookie along."""
    headers = {"Cookie": f"zeronine_token={TOKEN}", "Origin": "https://evil.example"}
    assert guarded.post("/api/train", json={}, headers=headers).status_code == 403


def test_the_printed_address_carries_the_token() -> None:
    """What is printed can be opened as it is."""
    assert address_of(Settings(port=8010)) == "http://127.0.0.1:8010/"
    assert address_of(Settings(host="::1", port=1)) == "http://[::1]:1/"
    assert address_of(Settings(host="0.0.0.0", token="se cret/&x")).endswith("/?token=se%20cret%2F%26x")


def test_what_this_machine_is_called() -> None:
    """Loopback addresses and localhost mean this machine, nothing else does."""
    assert all(map(is_loopback, ("127.0.0.1", "127.8.9.1", "::1", "[::1]", "LOCALHOST")))
    assert not any(map(is_loopback, ("10.0.0.1", "localhost.example", "", "0.0.0.0", "::")))


def test_an_impossible_port_is_refused(tmp_path: Path) -> None:
    """A port that no machine has is named."""
    with pytest.raises(StudioError, match="70000"):
        Settings(port=70000)
