"""The truth of a crop as the finder should say it: maps at a fourth of the size."""

import numpy as np
import numpy.typing as npt

from zeronine.data.pages.crops import LEAST_SEEN, SHAPE

STRIDE = 4  #: pixels between two answers of the finder
USUAL = (16.0, 32.0)  #: width and height of the box that the finder calls (0, 0), pixels
SPREAD = 0.12  #: deviation of the heat round a middle, in sides of the box
LEAST_SPREAD = 0.42  #: the same in cells, at least: the middle of a thin stroke lies between two cells
NEAR = 0.3  #: heat from which class and box are asked
MAPS = 8  #: heat, watched, class, four of the box, near

Floats = npt.NDArray[np.float32]
_ROWS = np.arange(SHAPE[0] // STRIDE, dtype=np.float32)[:, None] + np.float32(0.5)
_COLUMNS = np.arange(SHAPE[1] // STRIDE, dtype=np.float32)[None, :] + np.float32(0.5)


def maps_of(marks: Floats) -> Floats:
    """Return the maps (MAPS, h, w) of a crop's rows of truth (m, 7)."""
    maps = np.zeros((MAPS, _ROWS.shape[0], _COLUMNS.shape[1]), np.float32)
    maps[1] = 1
    seen = marks[marks[:, 5] >= LEAST_SEEN]
    for x, y, width, height in marks[marks[:, 5] < LEAST_SEEN, 1:5] / np.float32(STRIDE):
        inside = (np.abs(_COLUMNS - x) < width / 2 + 1) & (np.abs(_ROWS - y) < height / 2 + 1)
        maps[1][inside] = 0
    if not len(seen):
        return maps
    x, y, width, height = (seen[:, i, None, None] / STRIDE for i in (1, 2, 3, 4))
    across = (_COLUMNS[None] - x) / np.maximum(SPREAD * width, LEAST_SPREAD)
    down = (_ROWS[None] - y) / np.maximum(SPREAD * height, LEAST_SPREAD)
    heats = np.exp(-0.5 * (across * across + down * down))  # (m, h, w)
    at_y = np.clip(y[:, 0, 0].astype(int), 0, _ROWS.shape[0] - 1)
    at_x = np.clip(x[:, 0, 0].astype(int), 0, _COLUMNS.shape[1] - 1)
    heats[np.arange(len(seen)), at_y, at_x] = 1
    owner = heats.argmax(0)
    heat = heats.max(0)
    maps[0] = heat
    maps[1][heat > NEAR] = 1
    maps[2] = seen[owner, 0]
    maps[3], maps[4] = x[:, 0, 0][owner] - _COLUMNS, y[:, 0, 0][owner] - _ROWS
    maps[5] = np.log(np.maximum(seen[owner, 3], 1) / USUAL[0])
    maps[6] = np.log(np.maximum(seen[owner, 4], 1) / USUAL[1])
    maps[7] = np.where(heat > NEAR, heat, 0)
    maps[3:7] *= maps[7] > 0
    return maps
