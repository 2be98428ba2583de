"""Every field of a recipe as a flag, made from the dataclass, so that no flag is ever forgotten."""

import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Annotated, Any

import typer

from zeronine.errors import RecipeError
from zeronine.training.recipe import CHOICES, Recipe

Command = Callable[..., None]


def with_recipe_flags(command: Command) -> Command:
    """Return the command with one optional flag for each field of `Recipe`.

    The command's parameter `choices` is not a flag; it is given the flags that were used, by field.
    """
    own = [
        one for one in inspect.signature(command, eval_str=True).parameters.values() if one.name != "choices"
    ]
    names = {one.name for one in own}

    def with_flags(**given: Any) -> None:
        """Sort what was given into the command's own arguments and the recipe's fields."""
        choices = {name: value for name, value in given.items() if name not in names and value is not None}
        command(**{name: value for name, value in given.items() if name in names}, choices=choices)

    with_flags.__doc__ = command.__doc__
    with_flags.__name__ = command.__name__
    flags = [_flag(name, help) for name, help in _helps().items()]
    with_flags.__signature__ = inspect.Signature([*own, *flags])  # type: ignore[attr-defined]
    with_flags.__annotations__ = {one.name: one.annotation for one in (*own, *flags)}
    return with_flags


def changed(recipe: Recipe, choices: Mapping[str, Any]) -> Recipe:
    """Return the recipe with the choices that were given as flags."""
    parsed: dict[str, Any] = {
        name: _layers(value) if name == "hidden" else value for name, value in choices.items()
    }
    return replace(recipe, **parsed)


def _helps() -> dict[str, str]:
    return {one.name: _help(one.name, one.metadata["help"]) for one in fields(Recipe)}


def _help(name: str, help: str) -> str:
    if name == "hidden":
        return f"{help}, as in 128,64"
    return f"{help}: {', '.join(CHOICES[name])}" if name in CHOICES else help


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
        raise RecipeError(f"hidden is {text!r}: give whole numbers with commas, as in 128,64") from None
