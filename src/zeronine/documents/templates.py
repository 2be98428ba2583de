"""Templates of forms as files: JSON with the empty form in it, or YAML to be edited by hand beside a picture.

format: 1
picture: empty.png
fields:
  - {name: postcode, kind: digits(5), box: [60, 210, 230, 56]}
"""

import base64
import json
from pathlib import Path
from typing import Any

from zeronine.answers import Box
from zeronine.documents.forms import Field, Form
from zeronine.errors import FormError, PictureError
from zeronine.extras import need
from zeronine.files import write_beside
from zeronine.reading.load import load
from zeronine.reading.overlay import as_png

FORMAT = 1
YAML = (".yaml", ".yml")


def load_form(path: Path) -> Form:
    """Return the template of a file; raise FormError for one that is not understood."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FormError(f"{path}: cannot be opened ({error.strerror}): check the path", file=path) from None
    return form_of(content, str(path), folder=path.parent)


def form_of(content: bytes, name: str, *, folder: Path | None = None) -> Form:
    """Return the template in some bytes, JSON or YAML; `picture` in it is a file of `folder`.

    Raises FormError, which begins with `name`, for what is no template.
    """
    try:
        data = _plain(content)
        if data["format"] != FORMAT:
            raise FormError(f"{name}: has format {data['format']!r}, this version reads {FORMAT}", file=name)
        _check_known(data, ("format", "picture", "page", "fields"))
        for one in data["fields"]:
            _check_known(one, ("name", "kind", "box"))
        some = tuple(
            Field(str(one["name"]), Box(*map(int, one["box"])), str(one.get("kind", "")))
            for one in data["fields"]
        )
        empty = load(_page(data, folder))
    except PictureError as error:
        raise FormError(f"{name}: the empty form in it cannot be read ({error})", file=name) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FormError(
            f"{name}: is no form ({error!r}): make one with `zeronine form make`", file=name
        ) from None
    return Form(empty, some)


def _check_known(data: dict[str, Any], known: tuple[str, ...]) -> None:
    """Raise ValueError for an entry that nobody reads, such as a misspelt one."""
    unknown = sorted(set(map(str, data)) - set(known))
    if unknown:
        raise ValueError(f"there is no entry {unknown[0]!r}, but {', '.join(known)}")


def _plain(content: bytes) -> Any:
    if content.lstrip()[:1] == b"{":
        return json.loads(content)
    yaml: Any = need("yaml", extra="documents")
    try:
        return yaml.safe_load(content)
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from None


def _page(data: Any, folder: Path | None) -> bytes | Path:
    """Return the picture of the empty form: the one in the template, or the file beside it."""
    if "page" in data:
        return base64.b64decode(data["page"], validate=True)
    if folder is None:
        raise ValueError("it has no 'page': only a template in a folder may name a 'picture' beside it")
    return folder / str(data["picture"])


def save_form(form: Form, path: Path) -> None:
    """Write a template: as YAML with the empty form beside it where `path` ends so, else as one JSON file."""
    fields = [one.to_dict() for one in form.fields]
    png = as_png(form.empty)
    if path.suffix.lower() not in YAML:
        data = {"format": FORMAT, "fields": fields, "page": base64.b64encode(png).decode("ascii")}
        write_beside(path, (json.dumps(data, indent=1) + "\n").encode())
        return
    yaml: Any = need("yaml", extra="documents")
    picture = path.with_suffix(".png")
    write_beside(picture, png)
    data = {"format": FORMAT, "picture": picture.name, "fields": fields}
    write_beside(path, yaml.safe_dump(data, sort_keys=False, default_flow_style=None).encode())
