"""Read a photograph with four handwritten numbers: what they are, where they stand, how sure it is."""

from pathlib import Path

import zeronine as zn

PICTURES = Path(__file__).parents[1] / "tests" / "pictures"

reading = zn.read(PICTURES / "1776_1492-1969_2001-american-felt-plain-photo.jpg")
print(reading.text)  # two lines of two numbers

for number in reading.numbers:
    least = min(digit.confidence for digit in number.digits)
    print(f"{number.text} at ({number.box.x}, {number.box.y}), its least sure digit {least:.1%}")

least_sure = min(reading.digits, key=lambda digit: digit.confidence)
print("the least sure digit may be", " or ".join(str(value) for value, _ in least_sure.alternatives[:2]))

reader = zn.Reader()  # keep it where many pictures are read: the model is opened once
singles = sorted(PICTURES.glob("one-7*"))
print("four sevens, each on a picture of its own:", [reader.read(one, one=True).text for one in singles])
