"""A sheet of paper that lies on a darker desk: what is round it is taken for more of its paper.

Without this the desk would be the paper of the picture, and the sheet its ink.
Sheets lighter than the desk are found, with four nearly straight sides; others are left as they are.
"""

import cv2
import numpy as np
import numpy.typing as npt

from zeronine.reading.normalise import Ink

Grey = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.uint8]

SMALLEST = 100  #: pixels of the shorter side: smaller pictures are no photographs of a desk
SEARCH_SIDE = 240  #: pixels of the longest side on which the sheet is sought
LEAST, MOST = 0.2, 0.97  #: share of the picture that a sheet takes
RIM = 0.6  #: of the border may be sheet
LIGHTER = 0.35  #: of the way from the desk's tone to the lightest: the sheet is lighter than this
SOLID = 0.93  #: of the hull's area is sheet, and of the four-sided shape's is hull
STEP = 0.4  #: of the way from the desk's tone to the lightest: the step at the sheet's edge
INSET = 0.015  #: of the longest side: the sheet's own edge is left out


def without_desk(grey: Grey) -> Grey:
    """Return the picture with everything round a sheet of paper filled with its tone, (H, W) uint8."""
    if min(grey.shape) < SMALLEST:
        return grey
    height, width = grey.shape
    share = min(1.0, SEARCH_SIDE / max(height, width))
    size = (max(1, round(width * share)), max(1, round(height * share)))
    small = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
    sheet = find_sheet(small)
    if sheet is None:
        return grey
    inset = 2 * max(1, round(INSET * max(size))) + 1
    inside = cv2.erode(sheet, np.ones((inset, inset), np.uint8), borderValue=1)
    around = tone_around(small, np.asarray(inside, np.uint8))
    mask = cv2.resize(inside, (width, height), interpolation=cv2.INTER_NEAREST)
    filled = cv2.resize(around, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.where(mask > 0, grey, filled), np.uint8)


def find_sheet(small: Grey) -> Mask | None:
    """Return where the sheet lies in a small picture, (h, w) of 0 and 1; None where there is no sheet."""
    border = np.concatenate([small[0], small[-1], small[:, 0], small[:, -1]])
    desk, lightest = float(np.median(border)), float(np.percentile(small, 95))
    light = (small > desk + max(20.0, LIGHTER * (lightest - desk))).astype(np.uint8)
    closed = cv2.morphologyEx(light, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    outlines, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return None
    outline = max(outlines, key=cv2.contourArea)
    hull = cv2.convexHull(outline)
    area, whole = cv2.contourArea(outline), cv2.contourArea(hull)
    if not LEAST <= whole / small.size <= MOST or area < SOLID * whole:
        return None
    corners = four_corners(np.asarray(hull, np.int32))
    if (
        corners is None
        or whole < SOLID * cv2.contourArea(corners)
        or cv2.contourArea(corners) < SOLID * whole
    ):
        return None
    sheet = np.zeros_like(small)
    cv2.fillConvexPoly(sheet, corners, 1)
    rim = np.concatenate([sheet[0], sheet[-1], sheet[:, 0], sheet[:, -1]])
    sharp = step_at_edge(small, sheet) > STEP * (lightest - desk)
    return sheet if rim.mean() < RIM and sharp else None


def step_at_edge(small: Grey, sheet: Mask) -> float:
    """Return how much lighter a sheet is inside its edge than outside: shadows have no such step."""
    near = np.ones((7, 7), np.uint8)
    within = (sheet > 0) & (cv2.erode(sheet, near, borderValue=1) == 0)
    beyond = (sheet == 0) & (cv2.dilate(sheet, near) > 0)
    if not within.any() or not beyond.any():
        return 0.0
    return float(np.median(small[within]) - np.median(small[beyond]))


def four_corners(hull: npt.NDArray[np.int32]) -> npt.NDArray[np.int32] | None:
    """Return the four-sided shape nearest to a convex outline, (4, 1, 2); None where there is none."""
    length = cv2.arcLength(hull, True)
    for slack in (0.01, 0.02, 0.03, 0.05, 0.08):
        corners = cv2.approxPolyDP(hull, slack * length, True)
        if len(corners) <= 4:
            return np.asarray(corners, np.int32) if len(corners) == 4 else None
    return None


def tone_around(small: Grey, inside: Mask) -> Ink:
    """Return the sheet's tone carried on beyond its edges, (h, w) float32, smoothly."""
    known = inside.astype(np.float32)
    paper = cv2.dilate(small * inside, np.ones((7, 7), np.uint8)).astype(np.float32) * known
    side = 2 * (max(small.shape) // 6) + 1
    weight = cv2.blur(known, (side, side), borderType=cv2.BORDER_CONSTANT)
    spread = cv2.blur(paper, (side, side), borderType=cv2.BORDER_CONSTANT)
    middle = float(np.median(paper[known > 0])) if known.any() else 255.0
    return np.asarray((spread + 1e-3 * middle) / (weight + 1e-3), np.float32)
