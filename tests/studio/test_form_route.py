"""The route that reads a filled form."""

from pathlib import Path

from fastapi.testclient import TestClient

from zeronine.answers import Box
from zeronine.documents.forms import Field, Form

PICTURES = Path(__file__).parents[1] / "documents" / "pictures"


def test_a_form_comes_as_names_and_answers(server: TestClient, tmp_path: Path) -> None:
    fields = [Field("postcode", Box(60, 210, 230, 56), "digits(5)")]
    Form.make(PICTURES / "empty-form.png", fields).save(tmp_path / "form.json")
    files = {
        "picture": (PICTURES / "filled-form.png").read_bytes(),
        "template": (tmp_path / "form.json").read_bytes(),
    }
    answer = server.post("/api/form", files=files)
    assert answer.status_code == 200
    told = answer.json()["postcode"]
    assert (told["met"], len(told["text"])) == (True, 5)


def test_a_template_that_is_none_or_missing_is_told(server: TestClient) -> None:
    picture = (PICTURES / "filled-form.png").read_bytes()
    none = server.post("/api/form", files={"picture": picture, "template": b"{}"})
    assert (none.status_code, "is no form" in none.text) == (422, True)
    missing = server.post("/api/form", files={"picture": picture})
    assert (missing.status_code, "'template'" in missing.text) == (422, True)
