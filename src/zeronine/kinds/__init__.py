"""Kinds of what is written: so many digits, an amount, a date, a number with a check digit, one of a list.

`kind("date(order=dmy)")` makes one from its text, as flags and templates write it, and `str()` gives that
text back.  Nothing here knows of pictures.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from zeronine.errors import ExpectationError
from zeronine.kinds.automaton import Kind as Kind
from zeronine.kinds.check_digits import Check
from zeronine.kinds.days import Date, Time
from zeronine.kinds.texts import Amount, Digits, OneOf, Pattern, Phone


def digits(count: int) -> Digits:
    """Return the kind of so many digits."""
    return Digits(int(count))


def pattern(pattern: str) -> Pattern:
    """Return the kind of a pattern such as "dd.dd": d is a digit, signs are themselves."""
    return Pattern(pattern)


def amount(decimals: int = 2, most: object = None, least: object = None) -> Amount:
    """Return the kind of an amount, with bounds if there are any."""
    bounds = (None if bound is None else Decimal(str(bound)) for bound in (most, least))
    return Amount(int(decimals), *bounds)


def date(order: str = "dmy") -> Date:
    """Return the kind of a day, its parts in this order."""
    return Date(order)


def time() -> Time:
    """Return the kind of a time of day."""
    return Time()


def phone() -> Phone:
    """Return the kind of a telephone number."""
    return Phone()


def check(name: str) -> Check:
    """Return the kind of a number with a check digit: luhn, iban, isbn, ean or mod97."""
    return Check(name)


def one_of(*texts: object) -> OneOf:
    """Return the kind of one of these texts, given one by one or as a list."""
    listed = texts[0] if len(texts) == 1 and isinstance(texts[0], list | tuple) else texts
    assert isinstance(listed, list | tuple)
    return OneOf(tuple(map(str, listed)))


MAKERS: Mapping[str, Callable[..., Kind]] = {
    made.__name__: made for made in (digits, pattern, amount, date, time, phone, check, one_of)
}


def names_one(text: str) -> bool:
    """Say whether a text begins as that of a kind."""
    return re.match(r"\s*([a-z_0-9]*)", text)[1] in MAKERS  # type: ignore[index]


def kind(text: str) -> Kind:
    """Return the kind that a text such as "amount(decimals=2, most=500)" names.

    Raises ExpectationError for what is none.
    """
    found = re.fullmatch(r"\s*([a-z_0-9]+)\s*(?:\((.*)\))?\s*", text)
    if found is None or found[1] not in MAKERS:
        raise ExpectationError(
            f"{text!r} is no kind: give one of {', '.join(MAKERS)}, as in digits(4) or date(order=dmy)"
        )
    words = [one.strip().strip("\"'") for one in (found[2] or "").strip("[] ").split(",") if one.strip()]
    named = dict(one.split("=", 1) for one in words if re.match(r"[a-z]+\s*=", one))
    plain = [one for one in words if not re.match(r"[a-z]+\s*=", one)]
    try:
        return MAKERS[found[1]](*plain, **{name.strip(): value.strip() for name, value in named.items()})
    except (TypeError, ValueError, ArithmeticError) as error:
        if isinstance(error, ExpectationError):
            raise
        raise ExpectationError(f"{text!r}: {found[1]} does not take that ({error})") from None
