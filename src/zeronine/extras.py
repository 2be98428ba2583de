"""Optional parts of the package: import one, or say which one line adds it to *this* installation.

And how the command is typed in this installation: a clone's `.venv` need not be activated.

What was installed from a folder (a clone, editable or not) is added from that folder again, because no
index need have the package; what came from an index is added from there.  How it was installed is what
the installer wrote down (`direct_url.json`, PEP 610).
"""

import json
import shutil
import sys
from importlib import import_module, metadata
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote, urlsplit

from zeronine.errors import MissingExtraError

PACKAGE = "zeronine"


def need(module: str, *, extra: str) -> ModuleType:
    """Return the imported module; raise MissingExtraError, naming the extra, where it is not installed."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != module.partition(".")[0]:
            raise
        raise missing(module, extra=extra) from None


def check_installed(modules: tuple[str, ...], *, extra: str) -> None:
    """Raise MissingExtraError for the first module that is not installed; nothing is imported."""
    for module in modules:
        if find_spec(module) is None:
            raise missing(module, extra=extra)


def missing(module: str, *, extra: str) -> MissingExtraError:
    """Return the error for a package that is not installed, with the line that installs it here."""
    return MissingExtraError(extra, module, install_line(extra))


def install_line(extra: str) -> str:
    """Return the command that adds an extra to the interpreter that runs now."""
    return f"{_installer()} {_source(extra)}"


def here(line: str) -> str:
    """Return a command line that begins with the word `zeronine` as it has to be typed in this folder."""
    return f"{_command()}{line.removeprefix(PACKAGE)}"


def _command() -> str:
    """Return the word where it leads to this interpreter's own command, else the way to that."""
    script = shutil.which(PACKAGE, path=str(Path(sys.executable).parent))
    if script is None:
        return f"{_quoted(sys.executable)} -m {PACKAGE}"
    found = shutil.which(PACKAGE)
    if found is not None and Path(found).resolve() == Path(script).resolve():
        return PACKAGE
    place = Path(script)
    return _quoted(str(place.relative_to(Path.cwd()) if place.is_relative_to(Path.cwd()) else place))


def _installer() -> str:
    """Return how to install into this interpreter, from wherever the command is typed.

    The plain `pip` only where it is this interpreter's own: with a `.venv` that is not activated, `pip`
    is somebody else's.
    """
    if find_spec("pip") is None:  # as in what `uv venv` makes
        return f"uv pip install --python {_quoted(sys.executable)}"
    pip = shutil.which("pip")
    if pip is not None and Path(pip).parent == Path(sys.executable).parent:
        return "pip install"
    return f"{_quoted(sys.executable)} -m pip install"


def _source(extra: str) -> str:
    """Return what to install: the folder that this package was installed from, or its name."""
    folder = _folder()
    if folder is None:
        return f"'{PACKAGE}[{extra}]'"
    place, editable = folder
    here = "." if place == Path.cwd() else str(place)
    return f"{'-e ' if editable else ''}'{here}[{extra}]'"


def _folder() -> tuple[Path, bool] | None:
    """Return the folder that this package came from and whether it is editable; None for an index's."""
    clone = Path(__file__).parents[2]
    if (clone / "pyproject.toml").is_file():
        return clone, True
    about = metadata.distribution(PACKAGE).read_text("direct_url.json")
    origin = json.loads(about) if about else {}
    if "dir_info" not in origin:
        return None
    return Path(unquote(urlsplit(origin["url"]).path)), bool(origin["dir_info"].get("editable"))


def _quoted(path: str) -> str:
    return f"'{path}'" if " " in path else path
