"""Every field of a recipe as a flag, made from the dataclass, so that no flag is ever forgotten."""

import inspect
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import typer

from zeronine.errors import RecipeError
from zeronine.training.recipe import CHOICES, Recipe

Command = Callable[..., None]


def with_recipe_flags(command: Command) -> Command:
    """Return the command with one optional flag for each field of `Recipe`.

    The command's parameter `choices` is not a flag; it is given the flags that were used, by field.
    """
    return with_flags(command, [_flag(name, _help(name)) for name in CHOICES], into="choices")


def with_flags(command: Command, flags: Sequence[inspect.Parameter], *, into: str) -> Command:
    """Return the command with more flags; those that were used are given to its parameter `into`, by name."""
    signature = inspect.signature(command, eval_str=True)
    own = [one for one in signature.parameters.values() if one.name != into]
    names = {one.name for one in own}

    def flagged(**given: Any) -> None:
        """Sort what was given into the command's own arguments and the flags."""
        used = {name: value for name, value in given.items() if name not in names and value is not None}
        command(**{name: value for name, value in given.items() if name in names}, **{into: used})

    flagged.__doc__ = command.__doc__
    flagged.__name__ = command.__name__
    flagged.__signature__ = inspect.Signature([*own, *flags])  # type: ignore[attr-defined]
    flagged.__annotations__ = {one.name: one.annotation for one in (*own, *flags)}
    return flagged


def parsed(choices: Mapping[str, Any]) -> dict[str, Any]:
    """Return the choices that were given as flags as a recipe holds them."""
    return {name: _layers(value) if name == "hidden" else value for name, value in choices.items()}


def flag_of(name: str) -> str:
    """Return the flag of a field."""
    return f"--{name.replace('_', '-')}"


def _help(name: str) -> str:
    """Return a field's help with the words that it may hold, and what it needs to change anything."""
    one = CHOICES[name]
    said = f"{one.help}, as in 128,64" if name == "hidden" else one.help
    said = f"{said}: {', '.join(one.words)}" if one.words else said
    needs = " and ".join(str(need) for need in one.needs if need.field != "hidden")
    return f"{said} (needs {needs})" if needs else said


def _flag(name: str, help: str) -> inspect.Parameter:
    kind = str if name == "hidden" else typing.get_type_hints(Recipe)[name]
    option = typer.Option(help=help, rich_help_panel="The recipe")
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[kind | None, option]
    )


def _layers(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(",") if part.strip())
    except ValueError:
        raise RecipeError(
            f"hidden is {text!r}: give whole numbers with commas, as in 128,64", field="hidden", value=text
        ) from None
