"""What stands beside a doubtful thing: digits speak for it, letters against it."""

import cv2
import numpy as np

from zeronine import read
from zeronine.reading.candidates import Candidate, Parts
from zeronine.reading.classify import Answers
from zeronine.reading.company import ELSEWHERE, WEIGHT, company
from zeronine.reading.find import Pieces
from zeronine.reading.lines import words_of

SURE, UNSURE = 6.0, -3.0


def bars(lefts: list[int], lines: list[int]) -> Parts:
    """Make parts 40 high and 20 wide at these places, each a piece of its own."""
    count = len(lefts)
    boxes = np.array(
        [(x, 100 * line, 20, 40) for x, line in zip(lefts, lines, strict=True)], np.int32
    ).reshape(-1, 4)
    names = np.arange(1, count + 1, dtype=np.int32)
    pieces = Pieces(np.zeros((1, 1), np.int32), names, boxes, np.full(count, 800, np.int32), np.ones(count))
    of_lines = np.array(lines)
    words = words_of(boxes, of_lines, 40.0)
    return Parts(pieces, of_lines, words, np.full(count, 40.0), np.arange(count), 0.0)


def alone(count: int) -> list[Candidate]:
    """Return the parts one by one as candidates."""
    return [Candidate(place, place + 1, tall=1.0, aspect=0.5) for place in range(count)]


def answers(digit: list[float]) -> Answers:
    """Return the answers of a network that sees ones, and doubts these log-odds of being digits."""
    logits = np.full((len(digit), 10), -9, np.float32)
    logits[:, 1] = 9
    return Answers(logits, np.zeros((len(digit), 1), np.float32), np.array(digit, np.float32))


def test_digits_speak_for_a_doubtful_one_and_letters_against_it() -> None:
    parts = bars([0, 30, 60, 90], [0] * 4)
    among_digits = company(parts, alone(4), answers([SURE, SURE, SURE, UNSURE]))
    among_others = company(parts, alone(4), answers([UNSURE, UNSURE, UNSURE, UNSURE]))
    np.testing.assert_allclose(among_digits[3], WEIGHT * np.log(4 / 1))
    np.testing.assert_allclose(among_digits[0], WEIGHT * np.log(3 / 2))
    np.testing.assert_allclose(among_others, WEIGHT * np.log(1 / 4))


def test_the_own_word_counts_more_than_the_rest_of_the_line_and_other_lines_nothing() -> None:
    parts = bars([0, 30, 100, 130, 0], [0, 0, 0, 0, 1])
    np.testing.assert_array_equal(parts.words, [1, 1, 2, 2, 3])
    found = company(parts, alone(5), answers([SURE, SURE, UNSURE, UNSURE, UNSURE]))
    np.testing.assert_allclose(found[0], WEIGHT * np.log(2 / (1 + 2 * ELSEWHERE)))
    np.testing.assert_allclose(found[2], WEIGHT * np.log((1 + 2 * ELSEWHERE) / 2))
    assert found[4] == 0


def test_what_was_cut_or_joined_or_is_wide_or_low_does_not_speak() -> None:
    parts = bars([0, 30, 60, 90, 120], [0] * 5)
    mute = [
        Candidate(0, 1, tall=1.0, aspect=0.5, cuts=1),
        Candidate(1, 2, tall=1.0, aspect=0.5, joins=1),
        Candidate(2, 3, tall=1.0, aspect=1.5),
        Candidate(3, 4, tall=0.4, aspect=0.5),
    ]
    assert company(parts, [*mute, *alone(5)[4:]], answers([SURE] * 5))[4] == 0
    assert company(parts, [], answers([])).size == 0


def test_a_number_beside_a_word_is_read() -> None:
    """Most of the ink is letters, and the number is read all the same."""
    picture = np.full((120, 900), 255, np.uint8)
    cv2.putText(picture, "WHEAT GRAIN", (20, 80), cv2.FONT_HERSHEY_SIMPLEX, 2, 0, 4, cv2.LINE_AA)
    cv2.putText(picture, "2074", (620, 80), cv2.FONT_HERSHEY_SIMPLEX, 2, 0, 4, cv2.LINE_AA)
    assert read(picture).numbers[-1].text == "2074"
