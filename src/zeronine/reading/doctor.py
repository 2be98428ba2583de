"""What was found in a picture and what stands in the way of reading it, in plain sentences.

Judges a finished reading; it changes nothing and reads nothing again.
"""

import numpy as np
import numpy.typing as npt

from zeronine.answers import Box, Digit, Reading

Grey = npt.NDArray[np.uint8]  #: (H, W)

BLANK_SPREAD = 8  #: levels between the 0.1 and the 99.9 per cent tones of a picture with nothing on it
FAINT_SPREAD = 40  #: levels between ink and paper below which faint strokes are lost
SMALL_PX = 12  #: a digit lower than this has lost its details
LARGE_PICTURE_MP = 24.0
NO_DIGIT = 0.7  #: a confidence below this share of the best answer's says that it may be no digit
SHOWN = 12  #: doubtful digits, and places that were not read, that are listed one by one


def examine(grey: Grey, reading: Reading) -> list[str]:
    """Return the findings, most general first: the picture, what was read, what stands in the way."""
    return [
        _size(grey),
        *[f"{note[0].upper()}{note[1:]}." for note in reading.notes if note],
        *_answer(grey, reading),
        *_doubts(reading),
        *_unread(reading),
        *_obstacles(grey, reading),
    ]


def _size(grey: Grey) -> str:
    height, width = grey.shape
    low, high = _tones(grey)
    return f"The picture is {width} x {height} pixels, its tones go from {low} to {high} of 255."


def _tones(grey: Grey) -> tuple[int, int]:
    low, high = np.percentile(
        grey[:: max(1, grey.shape[0] // 1000), :: max(1, grey.shape[1] // 1000)], [0.1, 99.9]
    )
    return round(float(low)), round(float(high))


def _answer(grey: Grey, reading: Reading) -> list[str]:
    if not reading.digits:
        low, high = _tones(grey)
        why = (
            "the picture is blank" if high - low < BLANK_SPREAD else "what is on it does not look like digits"
        )
        return [f"0 digits: {why}."]
    lines = len({number.line for number in reading.numbers})
    counts = (
        _counted(len(reading.digits), "digit"),
        _counted(len(reading.numbers), "number"),
        _counted(lines, "line"),
    )
    return [
        f"{counts[0]} in {counts[1]} on {counts[2]}:",
        *("    " + line for line in reading.text.split("\n")),
    ]


def _doubts(reading: Reading) -> list[str]:
    doubtful = [digit for digit in reading.digits if digit.value is None]
    lines = [f"Unsure at x {one.box.x}, y {one.box.y}: {_may_be(one)}." for one in doubtful[:SHOWN]]
    if len(doubtful) > SHOWN:
        lines.append(f"{len(doubtful) - SHOWN} more digits are unsure.")
    return lines


def _unread(reading: Reading) -> list[str]:
    """Return where writing was seen and not read."""
    if not reading.unread:
        return []
    places = "; ".join(_place(box) for box in reading.unread[:SHOWN])
    more = f"; and {len(reading.unread) - SHOWN} more" if len(reading.unread) > SHOWN else ""
    return [f"Seen and not read, {_counted(len(reading.unread), 'place')}: {places}{more}."]


def _place(box: Box) -> str:
    return f"x {box.x}, y {box.y}, {box.width} x {box.height}"


def _may_be(digit: Digit) -> str:
    (best, share), *_ = digit.alternatives
    if digit.confidence < NO_DIGIT * share:
        return f"perhaps no digit at all; if it is one, {best} ({share:.0%})"
    return " or ".join(f"{value} ({share:.0%})" for value, share in digit.alternatives[:2])


def _obstacles(grey: Grey, reading: Reading) -> list[str]:
    """Return what can be done better in the next picture."""
    found: list[str] = []
    height, width = grey.shape
    low, high = _tones(grey)
    if BLANK_SPREAD <= high - low < FAINT_SPREAD:
        found.append(f"Little contrast ({high - low} levels): use more light, or a darker pen.")
    cut = sum(_touches_border(digit, width, height) for digit in reading.digits)
    if cut and min(width, height) > 2 * SMALL_PX:
        found.append(
            f"{_counted(cut, 'digit')} at the border of the picture: cut off? Leave some paper round them."
        )
    tall = [digit.box.height for digit in reading.digits]
    if tall and float(np.median(tall)) < SMALL_PX:
        found.append(
            f"The digits are {np.median(tall):.0f} pixels high, below {SMALL_PX} details are lost: "
            "go closer, or scan with more dots per inch."
        )
    if not reading.digits and width * height > LARGE_PICTURE_MP * 1e6:
        found.append("The picture is very large: cut out the part with the digits.")
    return found


def _touches_border(digit: Digit, width: int, height: int) -> bool:
    box = digit.box
    return box.x <= 0 or box.y <= 0 or box.x + box.width >= width or box.y + box.height >= height


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
