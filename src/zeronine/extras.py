"""Optional parts of the package: import one, or say which one line of pip adds it."""

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from zeronine.errors import MissingExtraError


def need(module: str, *, extra: str) -> ModuleType:
    """Return the imported module; raise MissingExtraError, naming the extra, where it is not installed."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != module.partition(".")[0]:
            raise
        raise MissingExtraError(extra, module) from None


def check_installed(modules: tuple[str, ...], *, extra: str) -> None:
    """Raise MissingExtraError for the first module that is not installed; nothing is imported."""
    for module in modules:
        if find_spec(module) is None:
            raise MissingExtraError(extra, module)
