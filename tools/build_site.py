"""Build the docs site into build/site: gather the pages, write the references and the gallery, run MkDocs.

Pages keep their places in the project, so that a link that works in the clone works in the site as well.
Nothing below build/ is kept; a warning (a link that leads nowhere, say) is an error.
"""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "build/pages"
GATHERED = (
    "*.md",
    "LICENSE",
    "docs/**/*.md",
    "docs/**/*.png",
    "benchmarks/log/*.md",
    "examples/*.py",
    "lessons/*.py",
)
PICTURES = ROOT / "tests/pictures"
SHOWN = ("3926-american-chalk-board.jpg",)  #: pictures that pages show


def main() -> None:
    """Build it all; the exit code is MkDocs's."""
    shutil.rmtree(PAGES, ignore_errors=True)
    for pattern in GATHERED:
        for source in ROOT.glob(pattern):
            put(source)
    for name in SHOWN:
        put(PICTURES / name)
    (PAGES / "reference").mkdir()
    (PAGES / "reference/python.md").write_text(python_reference(), encoding="utf-8")
    (PAGES / "reference/http.md").write_text(http_reference(), encoding="utf-8")
    with (PAGES / "docs/failures.md").open("a", encoding="utf-8") as page:
        page.write(gallery())
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    build = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--config-file", str(ROOT / "mkdocs.yml")]
    sys.exit(subprocess.run(build, cwd=ROOT, env=quiet, check=False).returncode)


def put(source: Path) -> None:
    """Copy a file of the project to its place among the pages."""
    target = PAGES / source.relative_to(ROOT)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def python_reference() -> str:
    """Return a page that has the docstring of every public name."""
    import zeronine

    names = sorted(zeronine._HOME.items())
    parts = [f"::: {home}.{name}\n" for name, home in names]
    return "\n".join(
        ["# Python\n", "`import zeronine as zn`; each name is loaded when it is first used.\n", *parts]
    )


def http_reference() -> str:
    """Return a page that describes every address of the studio, from its OpenAPI description."""
    from zeronine.studio.app import create_app

    described = create_app().openapi()
    parts = ["# HTTP\n", "Made from the OpenAPI description, `/api/openapi.json` of a running studio.\n"]
    for path, methods in described["paths"].items():
        for method, one in methods.items():
            parts += [f"## {method.upper()} {path}\n", one.get("description", one.get("summary", "")) + "\n"]
            parts += [parameters(one), body(one), answers(one)]
    parts += ["## Shapes\n", "```json", json.dumps(described["components"]["schemas"], indent=2), "```", ""]
    return "\n".join(parts)


def parameters(one: dict[str, Any]) -> str:
    """Return the table of what may stand in path and query."""
    rows = [
        f"| `{each['name']}` | {cell(each.get('schema', {}))} | {each.get('description', '')} |"
        for each in one.get("parameters", [])
    ]
    return "\n".join(["| name | takes | |", "|---|---|---|", *rows, ""]) if rows else ""


def body(one: dict[str, Any]) -> str:
    """Return the sentence that names the kinds of body."""
    kinds = one.get("requestBody", {}).get("content", {})
    return "Body: " + ", ".join(f"`{kind}`" for kind in kinds) + ".\n" if kinds else ""


def answers(one: dict[str, Any]) -> str:
    """Return the table of statuses."""
    rows = [f"| {status} | {answer.get('description', '')} |" for status, answer in one["responses"].items()]
    return "\n".join(["| status | |", "|---|---|", *rows, ""])


def cell(schema: dict[str, Any]) -> str:
    """Return a schema in a few words, safe in a table."""
    kinds = [one.get("type", "value") for one in schema.get("anyOf", [schema])]
    limits = [f"{word} {schema[word]}" for word in ("minimum", "maximum", "default") if word in schema]
    return ", ".join([" or ".join(kinds), *limits]).replace("|", "\\|")


def gallery() -> str:
    """Return the pictures of the test suite that are misread now, with what is written and what was read."""
    from zeronine.reading.reader import Reader

    reader, parts = Reader(), []
    for row in csv.DictReader((PICTURES / "truth.csv").read_text().splitlines()):
        text = reader.read(PICTURES / row["file"], one=row["kind"] == "one").text
        if text != row["text"].replace("/", "\n"):
            put(PICTURES / row["file"])
            written, read = row["text"].replace("/", " / "), text or "nothing"
            shown = f"![{written}](../tests/pictures/{row['file']})"
            parts.append(f"{shown}\n\nWritten {written}, read `{read}`.\n")
    return "\n".join(["\n## Misread by this version\n", *(parts or ["None of them.\n"])])


if __name__ == "__main__":
    main()
