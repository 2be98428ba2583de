"""The desk on which crops are made: training digits, shapes and fonts, or those that are held apart."""

import string
from collections.abc import Callable, Sequence

import numpy as np

from zeronine.data.digits import Digits
from zeronine.data.pages.crops import Desk
from zeronine.data.pages.patterns import bank_of
from zeronine.data.pages.texts import DIGITS, SIGNS, STRANGE
from zeronine.data.writing import fonts
from zeronine.data.writing.fonts import Glyph
from zeronine.data.writing.hands import material_of

CHARACTERS = DIGITS + SIGNS + STRANGE + string.ascii_letters
FETCHED = (fonts.HANDS, fonts.PRINT)  #: names of the fonts that are fetched: hands, print
GROUNDS = (7, 8)  #: seeds of the grounds: to learn from, and held apart


def desk_of(
    digits: Digits, *, held_apart: bool = False, strange: float = 1.0, say: Callable[[str], None] = print
) -> Desk:
    """Return a desk with these digits; `held_apart` takes the shapes, fonts and grounds that judge.

    `strange` is how many times as far as usual its hands stray from their shapes.
    """
    material = material_of(
        digits,
        hand_fonts=_drawn(_apart(FETCHED[0], held_apart), say),
        print_fonts=_drawn(_apart(FETCHED[1], held_apart), say) + ([] if held_apart else _of_the_machine()),
        held_apart=held_apart,
        strange=strange,
    )
    return Desk(material, bank_of(np.random.default_rng(GROUNDS[held_apart])))


def _apart(names: Sequence[str], held_apart: bool) -> list[str]:
    return [name for name in names if (name in fonts.HELD_APART) == held_apart]


def _drawn(names: Sequence[str], say: Callable[[str], None]) -> list[dict[str, Glyph]]:
    paths = fonts.fetch(names, say=say)
    return [glyphs for path in paths if (glyphs := fonts.glyphs_of(path, CHARACTERS))]


def _of_the_machine() -> list[dict[str, Glyph]]:
    return [glyphs for path in fonts.system_fonts() if (glyphs := fonts.glyphs_of(path, CHARACTERS))]
