"""The options of reading as flags, made from `ReadOptions`, so that none is ever forgotten."""

import inspect
from typing import Annotated, Any

import typer

from zeronine.cli.recipe_flags import Command, flag_of, with_flags
from zeronine.options import OPTIONS, kind_of


def with_read_flags(command: Command, *, names: tuple[str, ...] = tuple(OPTIONS)) -> Command:
    """Return the command with a flag for each field of `ReadOptions`, or for some of them.

    The command's parameter `asked` is not a flag; it is given the flags that were used, by field.
    """
    return with_flags(command, [_flag(name) for name in names], into="asked")


def _flag(name: str) -> inspect.Parameter:
    kind = kind_of(name)
    said = OPTIONS[name].metadata["help"]
    option = typer.Option(flag_of(name), help=f"{said[0].upper()}{said[1:]}.")
    annotation: Any = Annotated[bool, option] if kind is bool else Annotated[kind | None, option]
    default = False if kind is bool else None
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
