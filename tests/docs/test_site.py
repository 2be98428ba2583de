"""The docs site builds without a warning, has its references, and asks nothing of any other site."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import zeronine

ROOT = Path(__file__).parents[2]
SITE = ROOT / "build/site"


@pytest.fixture(scope="module")
def site() -> Path:
    """Build the site as `make docs` does."""
    command = [sys.executable, "tools/build_site.py"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    return SITE


def test_every_page_of_the_docs_is_in_the_site(site: Path) -> None:
    pages = [*(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks/log").glob("[0-9]*.md")]
    missing = [page for page in pages if not (site / page.relative_to(ROOT)).with_suffix(".html").exists()]
    assert missing == []


@pytest.mark.parametrize("name", sorted(set(zeronine.__all__) - {"__version__"}))
def test_the_reference_has_every_public_name(site: Path, name: str) -> None:
    reference = (site / "reference/python.html").read_text(encoding="utf-8")
    assert f'id="{zeronine._HOME[name]}.{name}"' in reference


@pytest.mark.parametrize("address", ["GET /healthz", "POST /api/read", "POST /api/classify"])
def test_the_reference_has_the_addresses_of_the_studio(site: Path, address: str) -> None:
    assert f">{address}<" in (site / "reference/http.html").read_text(encoding="utf-8")


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    loaded = re.compile(r"<(?:script|img|link rel=.stylesheet.)[^>]+(?:src|href)=.?https?://[^ >]+")
    found = {page.name: loaded.findall(page.read_text(encoding="utf-8")) for page in site.rglob("*.html")}
    assert {name: links for name, links in found.items() if links} == {}
