"""Kinds accept what people write, refuse what cannot be, and come back from their own text."""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from zeronine.errors import ExpectationError
from zeronine.kinds import kind


def accepts(name: str, text: str) -> bool:
    """Say whether a kind accepts a text, taken character by character."""
    asked = kind(name)
    state: Any = asked.start
    for character in text:
        state = asked.step(state, character)
        if state is None:
            return False
    return asked.ends(state)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("digits(4)", "0012", "0012"),
        ("pattern(dd.dd)", "12.34", "12.34"),
        ("pattern(dd.dd)", "1234", "1234"),
        ("amount", "12.50", Decimal("12.50")),
        ("amount", "1.234,50", Decimal("1234.50")),
        ("amount", "-3,75", Decimal("-3.75")),
        ("amount(decimals=1)", "9,5", Decimal("9.5")),
        ("date", "24.11.2026", datetime.date(2026, 11, 24)),
        ("date", "24112026", datetime.date(2026, 11, 24)),
        ("date", "1/2/69", datetime.date(1969, 2, 1)),
        ("date(mdy)", "11/21/2015", datetime.date(2015, 11, 21)),
        ("date(order=ymd)", "2015-11-21", datetime.date(2015, 11, 21)),
        ("time", "7:05", datetime.time(7, 5)),
        ("time", "1930", datetime.time(19, 30)),
        ("phone", "+49(30)12345-67", "+49301234567"),
        ("phone", "0612345678", "0612345678"),
        ("check(luhn)", "4111-1111-1111-1111", "4111111111111111"),
        ("check(iban)", "89370400440532013000", "89370400440532013000"),
        ("check(iban)", "9300762011623852957", "9300762011623852957"),
        ("check(isbn)", "0306406152", "0306406152"),
        ("check(isbn)", "080442957x", "080442957x"),
        ("check(isbn)", "9780306406157", "9780306406157"),
        ("check(ean)", "4006381333931", "4006381333931"),
        ("check(ean)", "73513537", "73513537"),
        ("check(mod97)", "3214282912345698765432161182", "3214282912345698765432161182"),
        ("one_of(12, 13.5)", "13.5", "13.5"),
    ],
)
def test_a_kind_accepts_what_it_names_and_gives_its_value(name: str, text: str, value: object) -> None:
    assert accepts(name, text)
    assert kind(name).value(text) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("digits(4)", "123"),
        ("digits(4)", "12345"),
        ("digits(2)", "1."),
        ("pattern(dd.dd)", "123"),
        ("pattern(dd.dd)", "1.234"),
        ("amount", "12.5"),
        ("amount", "12.50.1"),
        ("amount(most=100)", "100.01"),
        ("amount(least=5)", "4.99"),
        ("date", "31.2.2026"),
        ("date", "24.13.2026"),
        ("date", "24.11"),
        ("time", "25:00"),
        ("time", "12:60"),
        ("phone", "1234"),
        ("check(luhn)", "4111111111111112"),
        ("check(iban)", "89370400440532013001"),
        ("check(isbn)", "9770306406157"),
        ("check(ean)", "4006381333932"),
        ("check(mod97)", "3214282912345698765432161183"),
        ("one_of(12, 13.5)", "13"),
    ],
)
def test_a_kind_refuses_what_is_not_of_it(name: str, text: str) -> None:
    assert not accepts(name, text)


@pytest.mark.parametrize("place", range(16))
def test_luhn_notices_every_single_wrong_digit(place: int) -> None:
    right = "4111111111111111"
    wrong = [right[:place] + digit + right[place + 1 :] for digit in "0123456789"]
    assert [one for one in wrong if accepts("check(luhn)", one)] == [right]


@pytest.mark.parametrize(
    "name",
    ["digits(4)", "pattern(dd.dd)", "amount(decimals=2, most=10000)", "date(order=mdy)", "time", "phone",
     "check(luhn)", "one_of(12, 13.5)"],
)  # fmt: skip
def test_a_kind_comes_back_from_its_text(name: str) -> None:
    assert str(kind(name)) == name
    assert kind(str(kind(name))) == kind(name)


@pytest.mark.parametrize(
    "name",
    ["colour", "digits", "digits(x)", "digits(0)", "digits(99)", "check(abc)", "date(order=xyz)", "one_of()",
     "amount(decimals=9)", "amount(most=a)", "pattern(abc)", "one_of(a)", "date(", "time(3)"],
)  # fmt: skip
def test_what_is_no_kind_is_refused(name: str) -> None:
    with pytest.raises(ExpectationError):
        kind(name)
