"""One page to give away: a trained model, a pad and ten bars in one HTML file without a server.

The page runs the very weights of the model file with `static/network.js`, and brings a drawing to the
canvas with `static/normalise.js`, the same file that the studio's pad uses.  It opens from a disk, an
attachment or a web server, and its own policy forbids it every connection.
"""

import base64
import hashlib
import html
import json
import re
from pathlib import Path
from typing import Any

from zeronine.card import Card
from zeronine.errors import ModelError
from zeronine.files import write_beside
from zeronine.models import Model
from zeronine.reading.classify import Classifier
from zeronine.studio.graph import Graph, graph_of

STATIC = Path(__file__).parent / "static"
MODULES = (
    "normalise.js",
    "pixels.js",
    "pad.js",
    "answer.js",
    "operations.js",
    "network.js",
    "export.js",
)  #: callees first
MAX_BYTES = 1_000_000
KINDS = {"feedforward": "feed-forward", "convnet": "convolutional"}

_IMPORT = re.compile(r"^import .*?from '[^']*';\n", re.MULTILINE | re.DOTALL)
_EXPORT = re.compile(r"^export ", re.MULTILINE)


def export_page(model: Model, page: Path, *, title: str | None = None) -> int:
    """Write the page of whatever model `model_file` takes; return its size in bytes.

    Raises ModelError for a model that the page cannot run or that would make it larger than 1 MB,
    and RunError when the file cannot be written.
    """
    classifier = Classifier(model)
    name = title or classifier.card.name or classifier.path.stem
    content = smallest_page(classifier.path.read_bytes(), classifier.card, name)
    write_beside(page, content)
    return len(content)


def smallest_page(model: bytes, card: Card, title: str) -> bytes:
    """Return the page with 16-bit weights, or with 8-bit ones where that would be above 1 MB."""
    for bits in (16, 8):
        content = render(graph_of(model, bits=bits), card, title).encode()
        if len(content) <= MAX_BYTES:
            return content
    raise ModelError(
        f"the page would have {len(content):,} bytes, the limit is {MAX_BYTES:,}: "
        "train a network with fewer units to give it away"
    )


def render(graph: Graph, card: Card, title: str) -> str:
    """Return the page's HTML, with everything inside and a policy that allows nothing else."""
    script, style = bundle(MODULES), (STATIC / "base.css").read_text("utf-8")
    parts = {
        "title": html.escape(title),
        "about": html.escape(about(card)),
        "policy": policy(script, style),
        "style": style,
        "script": script,
        "graph": json.dumps(
            {**graph.description, "knows_doubt": card.not_a_digit}, separators=(",", ":")
        ).replace("<", "\\u003c"),
        "weights": base64.b64encode(graph.weights).decode(),
    }
    template = (STATIC / "export.html").read_text("utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], template)


def about(card: Card) -> str:
    """Return one sentence on the model, from its card and nothing else."""
    sentence = f"A {KINDS.get(card.network, 'small')} network"
    figure = _test_accuracy(card.figures)
    if figure is None:
        return sentence + "; its card holds no figures."
    return f"{sentence}; {figure}."


def bundle(names: tuple[str, ...]) -> str:
    """Return the modules as one script: imports are dropped, so every top-level name must differ."""
    texts = [(STATIC / name).read_text("utf-8") for name in names]
    joined = "\n".join(_EXPORT.sub("", _IMPORT.sub("", text)) for text in texts)
    return f"(() => {{\n'use strict';\n{joined}\n}})();\n"


def policy(script: str, style: str, more: str = "") -> str:
    """Return a policy that allows one script, one style, pictures of the page's own, and what `more` says."""
    allowed = "default-src 'none'; img-src data: blob:; base-uri 'none'; form-action 'none'; "
    return f"{allowed}script-src {_source(script)}; style-src {_source(style)}" + (
        f"; {more}" if more else ""
    )


def _test_accuracy(figures: dict[str, Any]) -> str | None:
    for name, figure in figures.items():
        if isinstance(figure, dict) and "accuracy" in name and "value" in figure:
            count = f" of {figure['count']:,} digits" if figure.get("count") else ""
            return f"{name.replace('_', ' ')}: {100 * figure['value']:.2f} %{count}"
    return None


def _source(text: str) -> str:
    """Return the policy's name for an inline text: its hash."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
