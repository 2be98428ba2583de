"""What a user knows beforehand of a picture: how many digits there are, and how they are grouped."""

from dataclasses import dataclass

from zeronine.errors import ExpectationError

MOST = 1000  #: digits that can be expected


@dataclass(frozen=True, slots=True)
class Expected:
    """A number of digits, and where one number ends and the next begins."""

    groups: tuple[int, ...]  #: digits of each number, left to right; one group when only the count is known

    @property
    def count(self) -> int:
        """How many digits there are."""
        return sum(self.groups)


def expected(what: int | str | None) -> Expected | None:
    """Understand a count such as 4, or a pattern such as "dddd-dd"; None expects nothing.

    In a pattern every `d` is a digit, and everything else parts two numbers.
    Raises ExpectationError for what is neither.
    """
    if what is None:
        return None
    if isinstance(what, int) and not isinstance(what, bool):
        groups: tuple[int, ...] = (what,)
    elif isinstance(what, str):
        apart = "".join(mark if mark in "dD" else " " for mark in what).split()
        groups = tuple(len(group) for group in apart)
    else:
        raise ExpectationError(f"expect is {what!r}: give a count such as 4, or a pattern such as 'dddd-dd'")
    if not groups or min(groups) < 1 or sum(groups) > MOST or (isinstance(what, str) and _odd(what)):
        raise ExpectationError(
            f"expect is {what!r}: give a count from 1 to {MOST}, or a pattern such as 'dddd-dd', "
            "where d is a digit and - . , / : or a space part two numbers"
        )
    return Expected(groups)


def _odd(pattern: str) -> bool:
    return any(mark not in "dD-.,/: " for mark in pattern)
