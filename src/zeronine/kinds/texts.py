"""Digits, patterns, amounts, telephone numbers, and one of a list."""

import re
from dataclasses import dataclass
from decimal import Decimal

from zeronine.errors import ExpectationError
from zeronine.kinds.automaton import LONGEST, ByText, State


@dataclass(frozen=True, slots=True)
class Digits:
    """So many digits, and nothing else."""

    count: int
    start = 0

    def __post_init__(self) -> None:
        """Refuse counts that no picture holds."""
        if not 1 <= self.count <= LONGEST:
            raise ExpectationError(f"digits({self.count}): give a count from 1 to {LONGEST}")

    def __str__(self) -> str:
        """Return its text."""
        return f"digits({self.count})"

    def step(self, state: int, character: str) -> State:
        """Count it."""
        return state + 1 if character.isdigit() and state < self.count else None

    def ends(self, state: int) -> bool:
        """Say whether there are as many."""
        return state == self.count

    def value(self, text: str) -> str:
        """Return the digits; zeros before them count."""
        return text


@dataclass(frozen=True, slots=True)
class Pattern(ByText):
    """`d` for every digit, signs as they stand: "dd.dd.dddd".  A sign may be missing."""

    pattern: str

    def __post_init__(self) -> None:
        """Refuse what is no pattern."""
        if not re.fullmatch(r"[d.,:/+()x%=-]{1,40}", self.pattern) or "d" not in self.pattern:
            raise ExpectationError(
                f"pattern({self.pattern}): give d for each digit, and the signs among them"
            )

    def __str__(self) -> str:
        """Return its text."""
        return f"pattern({self.pattern})"

    def begins(self, text: str) -> bool:
        """Say whether the pattern can begin so."""
        return self._matched(text) is not None

    def _matched(self, text: str) -> int | None:
        """Return how much of the pattern a text fills."""
        at = 0
        for character in text:
            while self.pattern[at : at + 1] not in ("d", character, ""):
                at += 1
            if at == len(self.pattern) or (self.pattern[at] == "d") != character.isdigit():
                return None
            at += 1
        return at

    def value(self, text: str) -> str | None:
        """Return the text."""
        return (
            text if sum(c.isdigit() for c in text) == self.pattern.count("d") and self.begins(text) else None
        )


@dataclass(frozen=True, slots=True)
class Amount(ByText):
    """An amount of money or of anything, with so many digits behind the decimal sign, or none."""

    decimals: int = 2
    most: Decimal | None = None
    least: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse what no amount has."""
        if not 0 <= self.decimals <= 6:
            raise ExpectationError(f"amount(decimals={self.decimals}): give 0 to 6 decimals")

    def __str__(self) -> str:
        """Return its text."""
        bounds = "".join(
            f", {name}={bound}"
            for name, bound in (("most", self.most), ("least", self.least))
            if bound is not None
        )
        return f"amount(decimals={self.decimals}{bounds})"

    def begins(self, text: str) -> bool:
        """Say whether an amount can begin so."""
        return re.fullmatch(r"[+-]?(\d{0,12}|\d{1,3}([.,]\d{3})*)([.,]\d{0,6})?(-{1,2}|=)?", text) is not None

    def value(self, text: str) -> Decimal | None:
        """Return the amount."""
        from zeronine.answers import value_of  # which knows arrays: kinds load nothing heavy

        found = value_of(text)
        if found is None or not re.search(r"\d", text):
            return None
        digits_behind = -int(found.as_tuple().exponent)
        inside = (self.most is None or found <= self.most) and (self.least is None or found >= self.least)
        return found if inside and digits_behind in (0, self.decimals) else None


@dataclass(frozen=True, slots=True)
class Phone(ByText):
    """A telephone number: 5 to 15 digits (ITU-T E.164), a plus before them, signs among them."""

    def __str__(self) -> str:
        """Return its text."""
        return "phone"

    def begins(self, text: str) -> bool:
        """Say whether a number can begin so."""
        tidy = re.fullmatch(r"\+?\(?(\d[-./ ()]{0,2})*", text)
        return tidy is not None and sum(map(str.isdigit, text)) <= 15

    def value(self, text: str) -> str | None:
        """Return its digits, the plus before them."""
        digits = re.sub(r"[^0-9]", "", text)
        if not self.begins(text) or not len(digits) >= 5 or not text[-1].isdigit():
            return None
        return ("+" if text.startswith("+") else "") + digits


@dataclass(frozen=True, slots=True)
class OneOf(ByText):
    """One of these texts."""

    texts: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse an empty list, and texts that cannot be read."""
        if not self.texts or not all(re.fullmatch(r"[0-9.,:/+()x%=-]{1,40}", text) for text in self.texts):
            raise ExpectationError(f"one_of{self.texts}: give texts of digits and signs")

    def __str__(self) -> str:
        """Return its text."""
        return f"one_of({', '.join(self.texts)})"

    def begins(self, text: str) -> bool:
        """Say whether one of them begins so."""
        return any(one.startswith(text) for one in self.texts)

    def value(self, text: str) -> str | None:
        """Return the text."""
        return text if text in self.texts else None
