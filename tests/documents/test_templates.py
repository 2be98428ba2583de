"""Templates come back from their files as they were, JSON or YAML, and what is none is refused in words."""

import json
from pathlib import Path

import numpy as np
import pytest

from zeronine.answers import Box
from zeronine.documents.forms import Field, Form
from zeronine.documents.templates import form_of
from zeronine.errors import FormError

FORM = Form(np.full((80, 120), 200, np.uint8), (Field("zip", Box(5, 6, 50, 20), "digits(5)"),))


@pytest.mark.parametrize("name", ["form.json", "form.yaml"])
def test_a_template_comes_back_from_its_file(name: str, tmp_path: Path) -> None:
    FORM.save(tmp_path / name)
    back = Form.load(tmp_path / name)
    assert back.fields == FORM.fields
    assert (back.empty == FORM.empty).all()


def test_yaml_names_the_empty_form_beside_it(tmp_path: Path) -> None:
    FORM.save(tmp_path / "form.yaml")
    assert "picture: form.png" in (tmp_path / "form.yaml").read_text()
    assert (tmp_path / "form.png").exists()


def test_a_template_that_was_sent_names_no_file_of_this_machine() -> None:
    sent = json.dumps({"format": 1, "picture": "../secret.png", "fields": []}).encode()
    with pytest.raises(FormError, match="may name a 'picture' beside it"):
        form_of(sent, "the template")


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"a: [", b"format: 1", b"!!python/object:os.x {}"])
def test_what_is_no_template_is_refused(content: bytes) -> None:
    with pytest.raises(FormError, match="is no form"):
        form_of(content, "x.yaml")


def test_another_format_is_refused() -> None:
    with pytest.raises(FormError, match="format 9"):
        form_of(b"format: 9\nfields: []", "x.yaml")


@pytest.mark.parametrize(("right", "misspelt"), [("kind:", "knid:"), ("format: 1", "format: 1\nfeilds: []")])
def test_an_entry_that_nobody_reads_is_named(right: str, misspelt: str, tmp_path: Path) -> None:
    """A misspelt kind would let a field hold anything."""
    FORM.save(tmp_path / "form.yaml")
    known = (tmp_path / "form.yaml").read_text()
    assert right in known
    (tmp_path / "form.yaml").write_text(known.replace(right, misspelt))
    with pytest.raises(FormError, match=r"there is no entry '(knid|feilds)', but"):
        Form.load(tmp_path / "form.yaml")
