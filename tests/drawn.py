"""Tables and forms with digits drawn by pen paths, and pictures of them.

`python tests/drawn.py` draws those that the docs show into tests/documents/pictures.
"""

from pathlib import Path

import cv2
import numpy as np

from pen import strokes


def draw_text(picture: np.ndarray, text: str, x: float, y: float, height: float) -> None:
    """Draw digits, points and dashes with their top at (x, y), dark, as a pen would."""
    for character in text:
        if character == ".":
            cv2.circle(picture, (round(x + 0.1 * height), round(y + 0.93 * height)), 3, 30, -1, cv2.LINE_AA)
            x += 0.35 * height
            continue
        for path in strokes(int(character)):
            points = np.rint((path * [0.75 * height, height] + [x, y]) * 16).astype(np.int32)
            cv2.polylines(picture, [points], False, 30, max(2, round(height / 12)), cv2.LINE_AA, 4)
        x += 0.8 * height


def drawn_table(texts: list[list[str]], *, pitch: tuple[int, int] = (60, 130)) -> np.ndarray:
    """Draw a ruled table with these texts, (H, W) uint8."""
    rows, columns = len(texts), len(texts[0])
    picture = np.full((rows * pitch[0] + 80, columns * pitch[1] + 80), 245, np.uint8)
    for row in range(rows + 1):
        y = 40 + row * pitch[0]
        cv2.line(picture, (40, y), (40 + columns * pitch[1], y), 60, 2)
    for column in range(columns + 1):
        x = 40 + column * pitch[1]
        cv2.line(picture, (x, 40), (x, 40 + rows * pitch[0]), 60, 2)
    for row, line in enumerate(texts):
        for column, text in enumerate(line):
            draw_text(picture, text, 40 + column * pitch[1] + 18, 40 + row * pitch[0] + 13, 34)
    return picture


LABELS = ("postcode", "number of rooms", "paid so far", "telephone at home")


def empty_form(title: str = "REGISTRATION 2026", labels: tuple[str, ...] = LABELS) -> np.ndarray:
    """Draw a form: a title, and below each label a box; the first is a comb of five cells."""
    picture = np.full((900, 700), 245, np.uint8)
    cv2.putText(picture, title, (60, 90), cv2.FONT_HERSHEY_DUPLEX, 1.4, 30, 2, cv2.LINE_AA)
    for index, label in enumerate(labels):
        y = 180 + 170 * index
        cv2.putText(picture, label, (60, y), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 30, 2, cv2.LINE_AA)
        for cell in range(5 if index == 0 else 1):
            width = 46 if index == 0 else 330
            cv2.rectangle(picture, (60 + cell * width, y + 30), (60 + (cell + 1) * width, y + 86), 60, 2)
    return picture


def askew(picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a picture as it is seen from a hand, with the desk round it, and the (3, 3) matrix."""
    height, width = picture.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = np.array([[70, 60], [width + 10, 90], [width + 50, height + 70], [40, height + 30]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, moved)
    seen = cv2.warpPerspective(picture, matrix, (width + 110, height + 130), borderValue=90)
    return np.asarray(cv2.GaussianBlur(seen, (0, 0), 0.7)), matrix


def filled_form(texts: dict[int, str]) -> np.ndarray:
    """Draw a form with these texts in its boxes, by their place."""
    picture = empty_form()
    for index, text in texts.items():
        for place, part in enumerate(text if index == 0 else [text]):
            draw_text(picture, part, (70 if index == 0 else 74) + 46 * place, 221 + 170 * index, 34)
    return picture


if __name__ == "__main__":
    folder = Path(__file__).parent / "documents" / "pictures"
    folder.mkdir(exist_ok=True)
    cv2.imwrite(
        str(folder / "table.png"), drawn_table([["12", "305", ""], ["7", "48", "961"], ["19", "353", "5"]])
    )
    cv2.imwrite(str(folder / "empty-form.png"), empty_form())
    filled = filled_form({0: "10115", 1: "3", 2: "72.50", 3: "06123458"})
    cv2.imwrite(str(folder / "filled-form.png"), askew(filled)[0])
