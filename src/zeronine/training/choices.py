"""What a field of a recipe says of itself: its help, what it may hold, and where it applies.

Flags, HTTP fields, the page's controls, the checks and the table test are all made from this, so that a
new field, or a new network, is said once.
"""

from collections.abc import Mapping
from dataclasses import Field, dataclass, field
from typing import Any

from zeronine.errors import RecipeError

MOST = 2.0**63  #: of a number in a recipe; more is no count of anything
KEY = "choice"  #: under which a field's metadata holds its `Choice`
KINDS = {bool: "yes or no", int: "a whole number", float: "a number", str: "a word", tuple: "a list of units"}


@dataclass(frozen=True, slots=True)
class Need:
    """Another field that a choice rests on, and the words that it has to hold: none means anything but 0."""

    field: str
    words: tuple[str, ...] = ()

    def holds(self, recipe: Mapping[str, Any]) -> bool:
        """Return whether a recipe's plain data has it."""
        value = recipe[self.field]
        return value in self.words if self.words else bool(value)

    def __str__(self) -> str:
        """Say what is needed, as it would be set."""
        return f"{self.field} {' or '.join(self.words) or 'above 0'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What one field may hold, and in which recipes it changes anything."""

    help: str
    words: tuple[str, ...] = ()  #: that a field of text may hold; none where any text will do
    least: float | None = None
    most: float | None = None
    above: float | None = None  #: as `least`, but itself not allowed
    below: float | None = None  #: as `most`, but itself not allowed
    needs: tuple[Need, ...] = ()  #: all have to hold, or the field changes nothing

    def unmet(self, recipe: Mapping[str, Any]) -> Need | None:
        """Return the first need that a recipe's plain data does not meet; None where the choice applies."""
        return next((need for need in self.needs if not need.holds(recipe)), None)

    def check(self, name: str, value: Any, default: Any) -> None:
        """Raise RecipeError for a value of another kind than the default's, or one that is not allowed."""
        kind = type(default)
        fits = isinstance(value, int | float) if kind is float else isinstance(value, kind)
        if not fits or (isinstance(value, bool) and kind is not bool):
            raise _wrong(name, value, KINDS[kind])
        if self.words and value not in self.words:
            raise RecipeError(
                f"{name} is {value!r}: take one of {', '.join(self.words)}",
                field=name,
                value=value,
                limit=list(self.words),
            )
        if kind in (int, float) and not self._inside(value):
            raise _wrong(name, value, self.bounds())

    def _inside(self, value: float) -> bool:
        return (
            abs(value) < MOST  # which a value that is not finite is not
            and (self.least is None or value >= self.least)
            and (self.above is None or value > self.above)
            and (self.most is None or value <= self.most)
            and (self.below is None or value < self.below)
        )

    def bounds(self) -> str:
        """Say in words between what a number lies."""
        low = f"at least {self.least:g}" if self.least is not None else ""
        low = f"above {self.above:g}" if self.above is not None else low
        high = f"at most {self.most:g}" if self.most is not None else ""
        high = f"below {self.below:g}" if self.below is not None else high
        return " and ".join(part for part in (low, high) if part) or "a finite number"

    def to_dict(self, default: Any) -> dict[str, Any]:
        """Return plain data for JSON: what a page needs to make a control, and to know when to show it."""
        return {
            "kind": type(default).__name__,
            "help": self.help,
            "words": list(self.words),
            "bounds": {
                name: getattr(self, name)
                for name in ("least", "most", "above", "below")
                if getattr(self, name) is not None
            },
            "needs": {need.field: list(need.words) for need in self.needs},
        }


def choice(
    default: Any,
    help: str,
    *,
    words: tuple[str, ...] = (),
    least: float | None = None,
    most: float | None = None,
    above: float | None = None,
    below: float | None = None,
    networks: tuple[str, ...] = (),
    needs: tuple[Need, ...] = (),
) -> Any:
    """Return a field of a recipe; without `networks` it applies to all of them."""
    if networks:
        needs = (Need("network", networks), *needs)
    said = Choice(help=help, words=words, least=least, most=most, above=above, below=below, needs=needs)
    return field(default=default, metadata={KEY: said})


def choice_of(one: "Field[Any]") -> Choice:
    """Return what a recipe's field says of itself."""
    said = one.metadata[KEY]
    assert isinstance(said, Choice)
    return said


def _wrong(name: str, value: object, asked: str) -> RecipeError:
    shown = repr(value) if isinstance(value, str) or value is None else value
    return RecipeError(f"{name} is {shown}: it has to be {asked}", field=name, value=value, limit=asked)


def in_words(choices: Mapping[str, Any]) -> list[str]:
    """Return each choice with its value as people say it ("hidden 256-128"), the name left out."""
    named = {name: in_a_word(value) for name, value in choices.items() if name != "name"}
    return [f"{name.replace('_', ' ')} {value}" for name, value in named.items()]


def in_a_word(value: Any) -> str:
    """Return a choice's value as people say it."""
    if isinstance(value, tuple | list):
        return "-".join(map(str, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
