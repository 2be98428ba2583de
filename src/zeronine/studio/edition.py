"""The edition without a server: the page's own modules, models and recorded runs in one folder of files.

It works from a disk or from any web server, and once visited without a network.
Two modules stand in for those that talk to the studio: `edition-api.js` for `api.js`, `edition-follow.js`
for `follow.js`; every other module of the page is the studio's own.  What the studio asks of Python is done
by the modules of `alone/`, in a second thread: pictures are read there, step by step as in Python.
"""

import hashlib
import html
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import numpy as np

from zeronine.data.digits import Digits
from zeronine.explaining.explanation import SENTENCES
from zeronine.explaining.insight import look_into
from zeronine.files import write_beside
from zeronine.lesson.facts import SWITCHES
from zeronine.models import SHIPPED
from zeronine.options import described
from zeronine.reading.classify import Classifier
from zeronine.studio.export import STATIC, policy
from zeronine.studio.graph import graph_of
from zeronine.studio.packed import deflated, packed_reader

ALONE = Path(__file__).parent / "alone"  #: modules that only this edition carries
STEPS = 80  #: of a recorded run that are kept: told again in five seconds, two kilobytes
OPTIONS = ("min_confidence", "digits_only")  #: of reading, that the page without a server offers
INSTEAD = {"api.js": "edition-api.js", "follow.js": "edition-follow.js"}
MANIFEST = {
    "name": "Zeronine",
    "short_name": "Zeronine",
    "start_url": "index.html",
    "display": "standalone",
    "background_color": "#faf9f6",
    "theme_color": "#0a5ea8",
    "icons": [{"src": "icon.svg", "sizes": "any", "type": "image/svg+xml"}],
}
WORKER = """const KEPT = 'zeronine-VERSION';
const FILES = ['./', 'index.html', 'icon.svg', 'manifest.webmanifest'];
self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(FILES)));
});
self.addEventListener('activate', (event) => {
  const old = (names) => names.filter((name) => name.startsWith('zeronine-') && name !== KEPT);
  event.waitUntil(caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name)))));
});
self.addEventListener('fetch', (event) => {
  const kept = caches.match(event.request, { ignoreSearch: true });
  event.respondWith(kept.then((found) => found ?? fetch(event.request)));
});
"""  #: keeps the page, so that it opens without a network
SAID = {
    "Six ways to ask.": "Four ways to ask here, and two more in the studio.",
    '<p class="caption">It stays on this machine.</p>': '<p class="caption">It stays on this machine. '
    "Tables, forms, documents and what you expect to stand there need <code>zeronine studio</code>.</p>",
    '<p class="caption">Or <a href="/api/sheet.pdf" download="zeronine-sheet.pdf">print the sheet</a>, '
    "fill it in, and bring a photograph of it.</p>": '<p class="caption">The last layer learns here. '
    "All of it, and a sheet to print, are in <code>zeronine studio</code>.</p>",
}  #: what the page says otherwise where there is no server
REGISTER = "if (location.protocol.startsWith('http')) navigator.serviceWorker?.register('worker.js');\n"

Faults = tuple[str, ...]
_IMPORT = re.compile(
    r"^import (?P<what>\{[^}]*\}|\* as \w+) from '(?:\.|\.\./static)/(?P<file>[^']+)';\n", re.MULTILINE
)
_PASSED_ON = re.compile(
    r"^export (?P<what>\{[^}]*\}) from '(?:\.|\.\./static)/(?P<file>[^']+)';\n", re.MULTILINE
)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class) (\w+))", re.MULTILINE)
_COMMENT = re.compile(
    r"^[ \t]*(?://[^\n]*|/\*\*(?:(?!\*/).)*\*/)\n", re.MULTILINE | re.DOTALL
)  #: on lines of its own
_LEFT = re.compile(r"^(?:import|export)\b", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What an edition is made of beside the page itself."""

    facts: dict[str, Any]  #: of the course
    runs: Sequence[dict[str, Any]]  #: recorded, see `recorded_run`
    models: Sequence[dict[str, Any]]  #: packed, see `packed_model`
    digits: Digits  #: MNIST's, to train one network in the page and to teach another without forgetting
    judges: Digits  #: MNIST's validation digits, to say what was forgotten


def build_edition(folder: Path, contents: Contents) -> int:
    """Write the edition's files into a folder and return how many bytes they have together."""
    folder.mkdir(parents=True, exist_ok=True)
    page = render(data_of(contents))
    version = hash_of(page)
    files = {
        "index.html": page.encode(),
        "icon.svg": (STATIC / "icon.svg").read_bytes(),
        "manifest.webmanifest": json.dumps(MANIFEST, indent=1).encode(),
        "worker.js": WORKER.replace("VERSION", version).encode(),
    }
    for name, content in files.items():
        write_beside(folder / name, content)
    return sum(map(len, files.values()))


def data_of(contents: Contents) -> dict[str, Any]:
    """Return everything that the page's modules ask for, as plain data."""
    return {
        "facts": contents.facts,
        "runs": list(contents.runs),
        "models": list(contents.models),
        "digits": deflated(in_bytes(contents.digits)),
        "judges": deflated(in_bytes(contents.judges)),
        "options": {name: one for name, one in described().items() if name in OPTIONS},
        "sentences": SENTENCES,
        "desk": bundle("desk.js"),
        "reader": packed_reader(),
    }


def in_bytes(digits: Digits) -> bytes:
    """Return digits as the studio sends them: 784 bytes of ink each, then one byte of label each."""
    return digits.images.tobytes() + digits.labels.astype(np.uint8).tobytes()


def hash_of(text: str) -> str:
    """Return a short name for a text, the same for the same text."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def packed_model(name: str, model: Path, *, bits: int = 16) -> dict[str, Any]:
    """Return a model as the page runs it: what it is, its operations, and its weights."""
    classifier = Classifier(model)
    card = classifier.card
    graph = graph_of(model.read_bytes(), bits=bits)
    feed_forward = look_into(classifier).from_canvas
    return {
        "id": "shipped" if model == SHIPPED else name,
        "name": name,
        "recipe": {"name": card.recipe.get("name", "")} if card.recipe else None,
        "not_a_digit": card.not_a_digit,
        "feed_forward": feed_forward,
        "live": feed_forward,
        "graph": graph.description,
        "weights": deflated(graph.weights),
    }


def all_faults() -> Iterable[Faults]:
    """Return every set of the article's faults, from none to all."""
    return chain.from_iterable(combinations(SWITCHES, count) for count in range(len(SWITCHES) + 1))


def recorded_run(faults: Faults, digits: Digits, validation: Digits, folder: Path) -> dict[str, Any]:
    """Train with some faults in place; return the run as the page tells it, its model in `folder`."""
    from zeronine.studio.worker import Reporter
    from zeronine.training.loop import train
    from zeronine.training.recipe import RECIPES

    printed = len(faults) == len(SWITCHES)
    name = "as-printed" if printed else "repaired"
    changes: dict[str, Any] = {}
    if not printed:
        for fault in faults:
            changes |= SWITCHES[fault][1]
    said: list[tuple[str, dict[str, Any]]] = []
    recipe = RECIPES[name].changed(changes) if changes else RECIPES[name]
    reporter = Reporter(lambda kind, data: said.append((kind, data)), validation)
    train(digits, recipe, validation=validation, folder=folder, watch=reporter)
    epochs = [{**data, "confusion": None, "misread": None} for kind, data in said if kind == "epoch"]
    model = name if not changes else None
    run = {
        "id": "-".join(faults) or "repaired",
        "name": recipe.title,
        "state": "done",
        "position": 0,
        "epoch": recipe.epochs,
        "epochs": recipe.epochs,
        "accuracy": epochs[-1]["validation"]["accuracy"],
        "model": model,
    }
    steps = thinned([data for kind, data in said if kind == "step"])
    return {"recipe": name, "changes": changes, "run": run, "steps": steps, "epochs": epochs}


def thinned(steps: list[dict[str, Any]], most: int = STEPS) -> list[dict[str, Any]]:
    """Return at most so many steps, evenly, the last one included."""
    every = max(1, -(-len(steps) // most))
    return steps[::-1][::every][::-1]


def render(data: dict[str, Any]) -> str:
    """Return the page's HTML with everything inside, and a policy that allows nothing else."""
    script = (STATIC / "theme.js").read_text("utf-8") + bundle("main.js") + REGISTER
    page = (STATIC / "index.html").read_text("utf-8")
    sheets = re.findall(r'href="/static/([\w-]+\.css)"', page)
    style = "\n".join((STATIC / name).read_text("utf-8") for name in sheets)
    page = re.sub(r'<(?:link rel="(?:icon|stylesheet)"|script )[^>]*>(?:</script>)?\n', "", page)
    for studios, own in SAID.items():
        assert studios in page, studios
        page = page.replace(studios, own)
    page = page.replace('<html lang="en">', '<html lang="en" data-edition="alone">')
    rules = policy(script, style, "manifest-src 'self'; worker-src 'self' blob:; connect-src 'self'")
    rules = rules.replace("img-src data:", "img-src 'self' data:")
    allowed = html.escape(rules.replace("script-src ", "script-src 'wasm-unsafe-eval' "))
    head = (
        f'<meta http-equiv="Content-Security-Policy" content="{allowed}">\n'
        '<link rel="icon" href="icon.svg" type="image/svg+xml">\n'
        f'<link rel="manifest" href="manifest.webmanifest">\n<style>{style}</style>\n'
    )
    inside = deflated(json.dumps(data, separators=(",", ":")).encode())
    tail = (
        f'<script type="application/octet-stream" id="edition">{inside}</script>\n<script>{script}</script>\n'
    )
    return page.replace("</head>", head + "</head>").replace("</body>", tail + "</body>")


def bundle(first: str) -> str:
    """Return a module and all that it imports as one script, each in a function of its own."""
    parts: dict[str, str] = {}
    _gather(first, parts, ())
    return "(() => {\n'use strict';\nconst modules = {};\n" + "\n".join(parts.values()) + "\n})();\n"


def _gather(name: str, parts: dict[str, str], above: tuple[str, ...]) -> None:
    """Add a module to the parts, after those that it imports."""
    name = INSTEAD.get(name, name)
    if name in parts:
        return
    assert name not in above, f"modules import each other in a circle: {above}"
    text = source_of(name).read_text("utf-8")
    for found in chain(_IMPORT.finditer(text), _PASSED_ON.finditer(text)):
        _gather(found["file"], parts, (*above, name))
    names = _EXPORT.findall(text)
    for found in _PASSED_ON.finditer(text):
        names += re.findall(r"\w+", found["what"])
    text = _EXPORT.sub("", _IMPORT.sub(_taken, _PASSED_ON.sub(_taken, text)))
    text = _COMMENT.sub("", text)
    assert not _LEFT.search(text), f"{name}: an import or export of a form that is not known here"
    parts[name] = f"modules['{name}'] = (() => {{\n{text}\nreturn {{ {', '.join(names)} }};\n}})();"


def source_of(name: str) -> Path:
    """Return where a module lies: among those of this edition, or the studio's."""
    own = ALONE / name
    return own if own.is_file() else STATIC / name


def _taken(found: re.Match[str]) -> str:
    """Return an import as a line that takes the names out of the other module."""
    file = INSTEAD.get(found["file"], found["file"])
    what = found["what"].removeprefix("* as ").replace(" as ", ": ")
    return f"const {what} = modules['{file}'];\n"
