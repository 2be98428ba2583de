"""Numbers with a check digit, taken digit by digit: Luhn, ISO 7064, IBAN, EAN and ISBN.

Each has a state of a few small whole numbers, so that a search over what digits may be can keep one way for
each state; an empty state is the beginning.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from zeronine.errors import ExpectationError
from zeronine.kinds.automaton import State

PARTING = ".-/ "  #: signs that may stand anywhere in a long number, and mean nothing
IBAN_DIGITS: Mapping[str, int] = {
    "AT": 18, "BE": 14, "CH": 19, "CZ": 22, "DE": 20, "DK": 16, "EE": 18, "ES": 22, "FI": 16, "HR": 19,
    "HU": 26, "LI": 19, "LT": 18, "NO": 13, "PL": 26, "PT": 23, "SE": 22, "SI": 17, "SK": 22,
}  # fmt: skip
#: digits behind the two letters, where an account is all digits (SWIFT's IBAN registry)
Remains = tuple[int, ...]


def luhn(digits: Remains, digit: int) -> Remains:
    """Go on with Luhn's sums (1954): how many, and the sums that double every even or every odd place."""
    count, even, odd = digits or (0, 0, 0)
    double = 2 * digit - 9 * (digit > 4)
    one, other = (double, digit) if count % 2 == 0 else (digit, double)
    return count + 1, (even + one) % 10, (odd + other) % 10


def luhn_ends(state: Remains) -> bool:
    """Say whether the sum is 0: from the last digit leftwards every second one is doubled."""
    return state[0] >= 2 and state[1 + state[0] % 2] == 0


def mod97(state: Remains, digit: int) -> Remains:
    """Go on with the remainder by 97 (ISO 7064)."""
    count, rest = state or (0, 0)
    return count + 1, (10 * rest + digit) % 97


def iban(state: Remains, digit: int) -> Remains:
    """Go on with an IBAN behind its letters: how many, the two check digits, the account's remainder."""
    count, check, rest = state or (0, 0, 0)
    return (
        (count + 1, 10 * check + digit, rest) if count < 2 else (count + 1, check, (10 * rest + digit) % 97)
    )


def iban_ends(state: Remains) -> bool:
    """Say whether it is right for one of the countries with so many digits."""
    count, check, rest = state
    return any(
        (rest * 10**6 + (int(letters, 36) // 36 * 100 + int(letters, 36) % 36) * 100 + check) % 97 == 1
        for letters, digits in IBAN_DIGITS.items()
        if digits == count
    )


def ean(state: Remains, digit: int) -> Remains:
    """Go on with the sums of EAN and ISBN-13: how many, and the sums that weigh odd or even places by 3."""
    count, even, odd = state or (0, 0, 0)
    return count + 1, (even + digit * (1, 3)[count % 2]) % 10, (odd + digit * (3, 1)[count % 2]) % 10


def ean_ends(state: Remains) -> bool:
    """Say whether 13 or 8 digits have the sum 0."""
    return (state[0] == 13 and state[1] == 0) or (state[0] == 8 and state[2] == 0)


def isbn(state: Remains, digit: int) -> Remains:
    """Go on with an ISBN: how many, the first three, the sum of ISBN-10 and that of ISBN-13; an x is 10."""
    count, first, ten, thirteen = state or (0, 0, 0, 0)
    first = 10 * first + digit if count < 3 else first
    return count + 1, first, (ten + (10 - count) * digit) % 11, (thirteen + digit * (1, 3)[count % 2]) % 10


def isbn_ends(state: Remains) -> bool:
    """Say whether it is an ISBN of 10 or 13 digits."""
    count, first, ten, thirteen = state
    return (count == 10 and ten == 0) or (count == 13 and thirteen == 0 and first in (978, 979))


CHECKS: Mapping[str, tuple[Callable[[Remains, int], Remains], Callable[[Remains], bool], int]] = {
    "luhn": (luhn, luhn_ends, 24),
    "mod97": (mod97, lambda state: state[0] >= 4 and state[1] == 1, 34),
    "iban": (iban, iban_ends, 26),
    "ean": (ean, ean_ends, 13),
    "isbn": (isbn, isbn_ends, 13),
}  #: how to go on, where it may end, and how many digits there are at most


@dataclass(frozen=True, slots=True)
class Check:
    """Digits with a check digit: "luhn" (cards), "iban" (behind its letters), "isbn", "ean", "mod97"."""

    name: str
    start: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a check that there is not."""
        if self.name not in CHECKS:
            raise ExpectationError(f"check({self.name}): give one of {', '.join(CHECKS)}")

    def __str__(self) -> str:
        """Return its text."""
        return f"check({self.name})"

    def step(self, state: Remains, character: str) -> State:
        """Go on with a digit; signs among them mean nothing."""
        go_on, _, most = CHECKS[self.name]
        count = state[0] if state else 0
        if character in PARTING:
            return state if 0 < count < most else None
        ten = character == "x" and self.name == "isbn" and count == 9
        if count >= most or not (character.isdigit() or ten):
            return None
        return go_on(state, 10 if ten else int(character))

    def ends(self, state: Remains) -> bool:
        """Say whether the check digit is right."""
        return bool(state) and CHECKS[self.name][1](state)

    def value(self, text: str) -> str:
        """Return the digits alone (and the x of an ISBN)."""
        return re.sub(r"[^0-9x]", "", text)
