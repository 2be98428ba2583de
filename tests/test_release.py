"""A release is refused where tag, version and changes disagree; hosted CI covers what we promise."""

import re
import tomllib
from pathlib import Path

import pytest
from release import tag_complaints, wheel_complaints

from zeronine.models import MODEL_VERSION, SHIPPED
from zeronine.reading.classify import Classifier

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return the folder of a project that may be released as v1.2.3."""
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n')
    (tmp_path / "CHANGELOG.md").write_text("# Changes\n\n## 1.2.3 (2026-11-24)\n\n- All.\n")
    return tmp_path


def test_a_tag_that_agrees_may_be_released(project: Path) -> None:
    assert tag_complaints("v1.2.3", project) == []


@pytest.mark.parametrize("tag", ["1.2.3", "v1.2.4", "v1.2.3-rc1"])
def test_another_tag_may_not(project: Path, tag: str) -> None:
    assert "has to be v1.2.3" in tag_complaints(tag, project)[0]


@pytest.mark.parametrize(
    "heading", ["## 1.2.2 (2026-11-24)", "## 1.2.3, not yet released", "1.2.3 (2026-11-24)"]
)
def test_a_version_without_its_dated_changes_may_not(project: Path, heading: str) -> None:
    (project / "CHANGELOG.md").write_text(f"# Changes\n\n{heading}\n")
    assert "CHANGELOG.md has no line '## 1.2.3" in tag_complaints("v1.2.3", project)[0]


def test_this_version_is_ready_for_its_tag() -> None:
    assert tag_complaints(f"v{PROJECT['version']}", ROOT) == []


def test_two_wheels_are_refused(tmp_path: Path) -> None:
    for name in ("one.whl", "two.whl"):
        (tmp_path / name).touch()
    assert "holds 2 wheels" in wheel_complaints(tmp_path)[0]


def test_hosted_ci_runs_every_python_that_is_promised() -> None:
    promised = [line[-4:] for line in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", line)]
    workflow = (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")
    assert f"python: {str(promised).replace(chr(39), chr(34))}" in workflow
    assert PROJECT["requires-python"] == f">={promised[0]}"


def test_the_shipped_model_says_its_version_and_the_changes_name_it() -> None:
    """The section of this version says which model it ships."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    section = text.partition(f"\n## {PROJECT['version']} ")[2].partition("\n## ")[0]
    assert Classifier(SHIPPED).card.title == f"zeronine {MODEL_VERSION}"
    assert f"model {MODEL_VERSION}" in section
