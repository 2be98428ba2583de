"""What may be asked of a reading: declared once, for Python, commands, HTTP and the page.

Each field carries its help and its bounds; flags, query parameters, their description in OpenAPI and the
page's controls are made from them, and `__post_init__` is the one place that checks.  A new option is a
new field here, and a parameter of `Reader.read`.
"""

import typing
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from zeronine.errors import ExpectationError, OptionError
from zeronine.kinds import Kind, kind, names_one

if TYPE_CHECKING:
    from zeronine.answers import Reading

MOST = 1000  #: digits that can be expected
LONGEST = 64  #: characters of a pattern that comes over the wire
APART = "-.,/: "  #: marks of a pattern that part two numbers


@dataclass(frozen=True, slots=True)
class Expected:
    """A number of digits, and where one number ends and the next begins; or a kind."""

    groups: tuple[
        int, ...
    ] = ()  #: digits of each number, left to right; one group when only the count is known
    kind: Kind | None = None  #: the picture holds one text of this kind; there are no groups then

    @property
    def count(self) -> int:
        """How many digits there are."""
        return sum(self.groups)


def expected(what: int | str | Kind | None) -> Expected | None:
    """Understand a count such as 4 or "4", a pattern such as "dddd-dd", or a kind; None expects nothing.

    In a pattern every `d` is a digit, and everything else parts two numbers.  A kind is one of
    `zeronine.kinds` or its text, such as "date(order=dmy)".
    Raises ExpectationError for what is none of them.
    """
    if what is None:
        return None
    if isinstance(what, Kind):
        return Expected(kind=what)
    if isinstance(what, str) and names_one(what):
        return Expected(kind=kind(what))
    groups: tuple[int, ...] = ()
    if isinstance(what, int) and not isinstance(what, bool):
        groups = (what,)
    elif isinstance(what, str) and what.isascii() and what.isdigit():
        groups = (int(what[: len(str(MOST)) + 1]),)
    elif isinstance(what, str) and all(mark in f"dD{APART}" for mark in what):
        apart = "".join(mark if mark in "dD" else " " for mark in what).split()
        groups = tuple(len(group) for group in apart)
    if not groups or min(groups) < 1 or sum(groups) > MOST:
        raise ExpectationError(
            f"expect is {what!r}: give a count from 1 to {MOST}, a pattern such as 'dddd-dd', "
            "where d is a digit and - . , / : or a space part two numbers, or a kind such as 'amount'",
            field="expect",
            value=what,
        )
    return Expected(groups)


def option(default: Any, help: str, *, least: float | None = None, most: float | None = None) -> Any:
    """Return a field of options with its help, and the bounds of a number."""
    return field(default=default, metadata={"help": help, "least": least, "most": most})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How a picture is to be read."""

    one: bool = option(False, "the picture holds one digit")
    expect: int | str | Kind | None = option(  # noqa: RUF009  it makes a field
        None,
        "what is known of the picture: a count (4), a pattern (dddd-dd) or a kind (amount)",
    )
    min_confidence: float | None = option(None, "digits less sure than this (0 to 1) are ?", least=0, most=1)

    digits_only: bool = option(False, "leave signs out of the text: 1250 for 12.50")

    def __post_init__(self) -> None:
        """Raise OptionError or ExpectationError for what cannot be, or cannot be together."""
        for name in ("one", "digits_only"):
            if not isinstance(getattr(self, name), bool):
                raise _wrong(name, getattr(self, name), "True or False")
        wanted = expected(self.expect)
        if self.one and wanted is not None and (wanted.count != 1 or wanted.kind is not None):
            raise ExpectationError(
                f"one digit is to be read, and {self.expect!r} expected: leave one of them out",
                field="expect",
                value=self.expect,
                limit=1,
            )
        if self.one and self.digits_only:
            raise OptionError(
                "digits_only changes nothing here: where one digit is to be read there are no signs",
                field="digits_only",
                value=True,
            )
        least = self.min_confidence
        if least is not None and (isinstance(least, bool) or not isinstance(least, int | float)):
            raise _wrong("min_confidence", least, "a number from 0 to 1")
        if least is not None and not 0 <= least <= 1:  # NaN, too, is not between them
            raise _wrong("min_confidence", least, "a number from 0 to 1")

    @property
    def wanted(self) -> Expected | None:
        """What is expected, understood."""
        return expected(self.expect)

    def to_dict(self) -> dict[str, Any]:
        """Return the options by name, as `Reader.read` takes them."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    def shortfall(self, reading: "Reading") -> str | None:
        """Return in words how a reading differs from what was expected; None where it does not."""
        wanted = self.wanted
        if wanted is None:
            return None
        if wanted.kind is not None:
            return None if reading.met else f"what could be made out is not {wanted.kind}"
        found = tuple(len(number.digits) for number in reading.numbers)
        if sum(found) != wanted.count:
            return f"{wanted.count} digits were expected, {sum(found)} could be made out"
        if len(wanted.groups) > 1 and found != wanted.groups:
            groups = " and ".join(map(str, found))
            return f"{self.expect} was expected, numbers of {groups} digits could be made out"
        return None


OPTIONS = {one.name: one for one in fields(ReadOptions)}


def kind_of(name: str) -> type[bool] | type[str] | type[float]:
    """Return what an option comes as from a command line, an address or a form: bool, str or float."""
    kinds = typing.get_args(typing.get_type_hints(ReadOptions)[name]) or (bool,)
    return next(one for one in (bool, str, float) if one in kinds)


def described() -> dict[str, dict[str, Any]]:
    """Return every option as plain data, from which a form can be made: kind, help, default and bounds."""
    return {
        name: {"kind": kind_of(name).__name__, "default": one.default, **one.metadata}
        for name, one in OPTIONS.items()
    }


def _wrong(name: str, value: object, asked: str) -> OptionError:
    return OptionError(f"{name} is {value!r}: it has to be {asked}", field=name, value=value, limit=asked)
