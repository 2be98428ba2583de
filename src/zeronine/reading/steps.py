"""The picture after each step of reading, to look at: what came, where the finder looked, boxes, canvases."""

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from zeronine.reading.finder import STRIDE, Grey
from zeronine.reading.numbers import Chosen
from zeronine.reading.page import Sight

SHOWN_SIDE = 1600  #: pixels of the longest side of a picture that is kept


def steps_of(grey: Grey, sight: Sight, chosen: Chosen) -> Mapping[str, npt.NDArray[Any]]:
    """Return pictures by name in the order of the steps: grey, heat over it, what was chosen."""
    return {"grey": grey, "heat": heat_over(grey, sight), "found": boxes_over(sight, chosen)}


def heat_over(grey: Grey, sight: Sight) -> npt.NDArray[np.uint8]:
    """Return the picture (h, w, 3), pale, and in it where the finder sees the middles of digits, warm."""
    share = min(1.0, SHOWN_SIDE / max(grey.shape))
    size = (max(1, round(grey.shape[1] * share)), max(1, round(grey.shape[0] * share)))
    pale = cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    heat = np.zeros((size[1], size[0]), np.float32)
    for maps, place in sight.heats:
        to_shown = place.copy() * share
        to_shown[:, :2] *= STRIDE
        to_shown[:, 2] += to_shown[:, :2] @ [0.5, 0.5]
        heat = np.maximum(heat, cv2.warpAffine(maps.heat, to_shown, size, flags=cv2.INTER_LINEAR))
    heat = np.clip(cv2.GaussianBlur(heat, (0, 0), 1.5) * 1.6, 0, 1)[..., None]
    warm = np.array([230, 85, 0], np.float32)  # orange: seen by the colour-blind on grey
    return np.asarray(np.rint((0.35 * pale + 165)[..., None] * (1 - heat) + warm * heat), np.uint8)


def boxes_over(sight: Sight, chosen: Chosen) -> npt.NDArray[np.uint8]:
    """Return the working picture (h, w, 3) with a box round each chosen mark."""
    shown = cv2.cvtColor(sight.grey, cv2.COLOR_GRAY2RGB)
    for (left, top, right, bottom), digit in zip(chosen.boxes.round().astype(int), chosen.digit, strict=True):
        colour = (0, 90, 200) if digit else (230, 85, 0)
        cv2.rectangle(shown, (int(left), int(top)), (int(right), int(bottom)), colour, 1)
    return np.asarray(shown, np.uint8)
