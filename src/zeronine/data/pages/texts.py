"""What stands on a line: numbers as people write them, sums, dates, words, and mixtures of them.

A text is a list of (character, class): one of `MARKS`, or None for a space.
"""

import numpy as np

Generator = np.random.Generator
Text = list[tuple[str, int | None]]

DIGITS = "0123456789"
SIGNS = ".,-+/:=()x%"
OTHER = len(DIGITS) + len(SIGNS)  #: the class of writing that is not read
MARKS = (*DIGITS, *SIGNS, "other")  #: the classes of a mark, in the order of the finder's outputs

LETTER_SHARES = dict(
    zip(
        "etaoinshrdlcumwfgypbvkxjqz",
        (12, 9, 8, 7.5, 7, 7, 6, 6, 6, 4, 4, 3, 3, 2.4, 2.4, 2.2, 2, 2, 2, 1.5, 1, 0.8, 0.5, 0.4, 0.4, 0.4),
        strict=True,
    )
)
LETTERS = "".join(LETTER_SHARES)
SHARES = np.array(list(LETTER_SHARES.values())) / sum(LETTER_SHARES.values())
STRANGE = "$€£#*?!&<>≤≠~^✓→[]÷√°•"


def a_line(generator: Generator) -> Text:
    """Return the text of one line."""
    g = generator
    kind = g.choice(len(KINDS), p=KIND_SHARES)
    return KINDS[kind](g)


def a_number(generator: Generator) -> Text:
    """Return one number: amounts and plain strings of digits most of all."""
    kind = generator.choice(len(NUMBERS), p=NUMBER_SHARES)
    return NUMBERS[kind](generator)


def numbers_in(text: Text) -> list[int]:
    """Return which number, from 0, each character is part of; -1 for those in none.

    Signs of calculation part numbers, and so does other writing; a point, a dash or a slash does not,
    unless the text calculates.
    """
    between = "+=x()%-/:" if any(one in "+=x(" for one, _ in text) else "+=x()%"
    numbers, current = [], 0
    for one, kind in text:
        if kind is None or kind == OTHER or one in between:
            current += 1
            numbers.append(-1)
        else:
            numbers.append(current)
    return numbers


def _marks(text: str) -> Text:
    """Return characters with their classes; letters and strange signs are OTHER."""
    return [
        (one, None if one == " " else MARKS.index(one) if one in DIGITS or one in SIGNS else OTHER)
        for one in text
    ]


def _some_digits(g: Generator, least: int, most: int) -> str:
    """Return a string of digits; zeros and repeats are commoner than by chance, as in amounts."""
    count = int(g.integers(least, most + 1))
    digits = g.integers(0, 10, count)
    if g.random() < 0.25 and count > 2:
        digits[-int(g.integers(1, count)) :] = 0
    if g.random() < 0.12:
        digits[:] = digits[0]
    return "".join(map(str, digits))


def _string(g: Generator) -> Text:
    return _marks(_some_digits(g, 1, 10))


def _several(g: Generator) -> Text:
    wide = " " * int(g.integers(1, 4))
    return _marks(
        wide.join(_some_digits(g, 1 if g.random() < 0.2 else 2, 5) for _ in range(int(g.integers(2, 6))))
    )


def _amount(g: Generator) -> Text:
    whole = _some_digits(g, 1, 6)
    point = ".,"[int(g.integers(2))]
    if len(whole) > 3 and g.random() < 0.7:
        whole = whole[:-3] + point + whole[-3:]
    before = ("", "", "", "", "$", "€", "£", "-", "*", "#")[int(g.integers(10))]
    after = ("", "", ".", ",", ",-", ".-", "-", "=", ".=", "--", " -", f".{_some_digits(g, 2, 2)}")
    cents = f",{_some_digits(g, 1, 2)}" if g.random() < 0.2 else after[int(g.integers(len(after)))]
    return _marks(before + (" " if g.random() < 0.1 else "") + whole + cents)


def _decimal(g: Generator) -> Text:
    sign = ("", "", "-", "+")[int(g.integers(4))]
    return _marks(sign + _some_digits(g, 1, 3) + ".,"[int(g.integers(2))] + _some_digits(g, 1, 3))


def _date(g: Generator) -> Text:
    apart = "/-.:"[int(g.choice(4, p=[0.4, 0.25, 0.25, 0.1]))]
    day, month = int(g.integers(1, 32)), int(g.integers(1, 13))
    year = str(int(g.integers(1900, 2031)))[int(g.choice([0, 2])) :]
    plain = g.random() < 0.5
    parts = [str(day) if plain else f"{day:02}", str(month) if plain else f"{month:02}", year]
    if apart == ":":
        parts = [f"{day % 24:02}", f"{5 * month - 1:02}"]
    return _marks(apart.join(parts))


def _sum(g: Generator) -> Text:
    """Return a calculation: terms and signs, brackets, unknowns, a result."""
    text = _term(g)
    for _ in range(int(g.integers(1, 4))):
        sign = ("+", "-", "x", "/", "÷", "•", ":")[
            int(g.choice(7, p=[0.3, 0.25, 0.15, 0.08, 0.08, 0.06, 0.08]))
        ]
        gap = " " * int(g.integers(2))
        text += gap + sign + gap + _term(g)
    if g.random() < 0.55:
        text += ("=", " = ", "<", ">", "≠", "≤")[int(g.choice(6, p=[0.5, 0.3, 0.05, 0.05, 0.05, 0.05]))]
        text += _term(g)
    return _marks(text)


def _term(g: Generator) -> str:
    number = _some_digits(g, 1, 3)
    if g.random() < 0.1:
        number += "x"
    if g.random() < 0.12:
        number = f"({number}{'+-x'[int(g.integers(3))]}{_some_digits(g, 1, 2)})"
    return number


def _share(g: Generator) -> Text:
    return _marks(_some_digits(g, 1, 3) + " " * int(g.integers(2)) + "%")


def _phone(g: Generator) -> Text:
    apart = " -/."[int(g.integers(4))]
    parts = [_some_digits(g, 2, 4) for _ in range(int(g.integers(2, 5)))]
    return _marks(("+" if g.random() < 0.3 else "") + apart.join(parts))


def a_word(g: Generator) -> str:
    """Return a word of letters drawn as often as English has them."""
    letters = "".join(LETTERS[i] for i in g.choice(len(LETTERS), int(g.integers(2, 10)), p=SHARES))
    style = g.random()
    return letters.upper() if style < 0.2 else letters.capitalize() if style < 0.5 else letters


def _words(g: Generator) -> Text:
    text = " ".join(a_word(g) for _ in range(int(g.integers(1, 5))))
    return [(one, None if one == " " else OTHER) for one in text]


def _words_and_numbers(g: Generator) -> Text:
    """Return a number beside words, in any order: a list, a label, a price."""
    word = [(one, OTHER) for one in a_word(g)]
    mark: Text = [(":", MARKS.index(":"))] if g.random() < 0.3 else []
    number = NUMBERS[int(g.integers(len(NUMBERS)))](g)
    gap: Text = [(" ", None)] * int(g.integers(1, 4))
    if g.random() < 0.3:
        return _marks(str(int(g.integers(1, 30))) + ".)-"[int(g.integers(3))]) + gap + _words(g)
    return [*word, *mark, *gap, *number] if g.random() < 0.7 else [*number, *gap, *word]


def _strange(g: Generator) -> Text:
    """Return signs that are not read, among digits."""
    text = "".join(
        STRANGE[int(g.integers(len(STRANGE)))] if g.random() < 0.5 else _some_digits(g, 1, 2)
        for _ in range(int(g.integers(2, 7)))
    )
    return _marks(text)


NUMBERS = (_string, _amount, _decimal, _date, _share, _phone)
NUMBER_SHARES = np.array([0.35, 0.4, 0.08, 0.1, 0.02, 0.05])
KINDS = (
    _string,
    _several,
    _amount,
    _decimal,
    _date,
    _sum,
    _share,
    _phone,
    _words,
    _words_and_numbers,
    _strange,
)
KIND_SHARES = np.array([0.2, 0.1, 0.18, 0.05, 0.08, 0.12, 0.02, 0.03, 0.08, 0.1, 0.04])
