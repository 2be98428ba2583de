"""The line that adds a missing part is right for how the package was installed."""

import json
import shlex
import sys
from pathlib import Path

import pytest

from zeronine import extras
from zeronine.errors import MissingExtraError

ROOT = Path(__file__).parents[1]


class Installed:
    """A distribution whose installer wrote `about` into direct_url.json."""

    def __init__(self, about: object) -> None:
        self.about = about

    def read_text(self, name: str) -> str | None:
        assert name == "direct_url.json"
        return None if self.about is None else json.dumps(self.about)


def source_of(about: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Return what the line installs where nothing but `about` tells where the package came from."""
    monkeypatch.setattr(extras, "__file__", str(tmp_path / "lib" / "zeronine" / "extras.py"))
    monkeypatch.setattr("zeronine.extras.metadata.distribution", lambda name: Installed(about))
    return shlex.split(extras.install_line("studio"))[-1]


def test_in_a_clone_the_clone_is_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert shlex.split(extras.install_line("learn"))[-2:] == ["-e", f"{ROOT}[learn]"]


def test_in_the_clones_own_folder_it_is_a_dot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert extras.install_line("learn").endswith(" -e '.[learn]'")


def test_from_an_index_the_name_is_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert source_of(None, monkeypatch, tmp_path) == "zeronine[studio]"


def test_from_a_folder_the_folder_is_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    about = {"url": "file:///home/me/my%20clone", "dir_info": {}}
    assert source_of(about, monkeypatch, tmp_path) == "/home/me/my clone[studio]"


def test_from_a_wheel_file_the_name_is_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    about = {"url": "file:///tmp/zeronine-0.2.0-py3-none-any.whl", "archive_info": {}}
    assert source_of(about, monkeypatch, tmp_path) == "zeronine[studio]"


def test_pip_is_this_interpreters_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another `pip` comes first on the path, or none, the interpreter's own is named."""
    monkeypatch.setattr(extras, "find_spec", lambda name: object())
    monkeypatch.setattr("zeronine.extras.shutil.which", lambda name: "/somewhere/else/pip")
    assert extras.install_line("learn").startswith(f"{sys.executable} -m pip install ")
    monkeypatch.setattr(
        "zeronine.extras.shutil.which", lambda name: str(Path(sys.executable).with_name("pip"))
    )
    assert extras.install_line("learn").startswith("pip install ")


def test_without_pip_uv_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    assert extras.install_line("learn").startswith(f"uv pip install --python {sys.executable} ")


def scripts(monkeypatch: pytest.MonkeyPatch, own: Path, *, first: Path | None, there: bool = True) -> None:
    """Let this interpreter be the one of `own`, and `first` what the word leads to."""
    (own / "bin").mkdir(parents=True)
    if there:
        (own / "bin" / "zeronine").touch(0o755)
    monkeypatch.setattr(sys, "executable", str(own / "bin" / "python"))
    monkeypatch.setenv("PATH", "/nowhere" if first is None else str(first))


def test_without_its_environment_the_command_is_named_by_its_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Also where the word leads to another installation."""
    scripts(monkeypatch, tmp_path / ".venv", first=None)
    monkeypatch.chdir(tmp_path)
    assert extras.here("zeronine learn --my PICTURE") == ".venv/bin/zeronine learn --my PICTURE"
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "zeronine").touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "else"))
    assert extras.here("zeronine learn") == ".venv/bin/zeronine learn"
    monkeypatch.chdir(tmp_path / "else")
    assert extras.here("zeronine learn") == f"{tmp_path}/.venv/bin/zeronine learn"


def test_where_the_word_leads_here_it_is_enough(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Directly, or by a link as pipx makes it."""
    scripts(monkeypatch, tmp_path / ".venv", first=tmp_path / ".venv" / "bin")
    assert extras.here("zeronine learn") == "zeronine learn"
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "zeronine").symlink_to(tmp_path / ".venv" / "bin" / "zeronine")
    monkeypatch.setenv("PATH", str(tmp_path / "links"))
    assert extras.here("zeronine learn") == "zeronine learn"


def test_without_a_script_it_is_a_module(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    scripts(monkeypatch, tmp_path / ".venv", first=None, there=False)
    assert extras.here("zeronine learn") == f"{tmp_path}/.venv/bin/python -m zeronine learn"


def test_a_missing_module_is_named_with_its_line() -> None:
    with pytest.raises(MissingExtraError) as error:
        extras.need("no_such_module_at_all", extra="learn")
    assert (error.value.extra, error.value.missing) == ("learn", "no_such_module_at_all")
    assert error.value.command == extras.install_line("learn")
    assert extras.install_line("learn") in str(error.value)


def test_what_a_module_itself_lacks_is_not_taken_for_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "half_installed.py").write_text("import no_such_module_at_all\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="no_such_module_at_all") as error:
        extras.need("half_installed", extra="learn")
    assert not isinstance(error.value, MissingExtraError)
