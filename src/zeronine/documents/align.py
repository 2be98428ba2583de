"""Where the points of an empty form lie in a picture of a filled one: a homography, or a clear no.

Features of both are matched (SIFT: Lowe, 2004) and agree on a homography
(RANSAC: Fischler and Bolles, 1981), which is then moved until the lines of both lie on each other (ECC:
Evangelidis and Psarakis, 2008).  What does not fit in the end is refused: a form read in the wrong place
is worse than none.
"""

import cv2
import numpy as np
import numpy.typing as npt

from zeronine.errors import FormError
from zeronine.reading.finder import Grey
from zeronine.reading.looks import resized

Floats = npt.NDArray[np.float64]
Homography = npt.NDArray[np.float64]  #: (3, 3)

SIDE_PX = 1400  #: longest side at which features are looked for
RATIO = 0.82  #: of distances to the best and the second best match: unlike enough (Lowe, 2004)
MOST_FEATURES = 4000  #: of a picture, the clearest
FEWEST = 15  #: matches that agree
REACH_PX = 4.0  #: at SIDE_PX: a match agrees that is so near
REFINED_PX = 700  #: longest side at which lines are laid on each other
INK = 12  #: levels darker than the paper around
FOUND = 0.6  #: of the form's ink that must be dark in the picture, too
BETTER = 0.25  #: more of it than of what is no ink


def aligned(empty: Grey, picture: Grey) -> Homography:
    """Return the homography (3, 3) from pixels of the empty form to those of the picture.

    Raises FormError where the picture does not show the form.
    """
    rough = _by_features(empty, picture)
    fine = _by_lines(empty, picture, rough)
    scores = [_agreement(empty, picture, one) for one in (rough, fine)]
    best = fine if scores[1] >= scores[0] else rough
    if max(scores) < FOUND:
        raise FormError(
            f"the picture does not show this form: {100 * max(scores):.0f} % of its print is in its place, "
            f"{100 * FOUND:.0f} % are needed: look at whether it is the right form, whole, and sharp",
            value=round(max(scores), 3),
            limit=FOUND,
        )
    return best


def _by_features(empty: Grey, picture: Grey) -> Homography:
    """Return the homography that most pairs of like features agree on."""
    scales = [min(1.0, SIDE_PX / max(one.shape)) for one in (empty, picture)]
    detector = cv2.SIFT_create(nfeatures=MOST_FEATURES)  # type: ignore[attr-defined]
    found = [
        detector.detectAndCompute(resized(one, scale), None)
        for one, scale in zip((empty, picture), scales, strict=True)
    ]
    if any(descriptors is None or len(points) < FEWEST for points, descriptors in found):
        raise FormError("the picture does not show this form: one of them has too little print to tell")
    (points, some), (others, theirs) = found
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(some, theirs, k=2)
    good = [pair[0] for pair in pairs if len(pair) == 2 and pair[0].distance < RATIO * pair[1].distance]
    if len(good) < FEWEST:
        raise FormError(
            f"the picture does not show this form: {len(good)} features are alike, {FEWEST} are needed: "
            "look at whether it is the right form, whole, and sharp",
            value=len(good),
            limit=FEWEST,
        )
    here = np.array([points[one.queryIdx].pt for one in good]) / scales[0]
    there = np.array([others[one.trainIdx].pt for one in good]) / scales[1]
    matrix, agree = cv2.findHomography(here, there, cv2.RANSAC, REACH_PX / scales[1], maxIters=5000)
    count = 0 if agree is None else int(agree.sum())
    if matrix is None or count < FEWEST or not _sane(np.asarray(matrix), empty.shape):
        raise FormError(
            f"the picture does not show this form: {count} features agree on its place, {FEWEST} are needed",
            value=count,
            limit=FEWEST,
        )
    return np.asarray(matrix, np.float64)


def _sane(matrix: Homography, shape: tuple[int, ...]) -> bool:
    """Say whether the form's corners stay a convex quadrangle that is not seen from behind."""
    height, width = shape
    corners = np.array([[[0, 0]], [[width, 0]], [[width, height]], [[0, height]]], np.float64)
    moved = cv2.perspectiveTransform(corners, matrix)[:, 0]
    sides = np.roll(moved, -1, axis=0) - moved
    turns = sides[:, 0] * np.roll(sides, -1, axis=0)[:, 1] - sides[:, 1] * np.roll(sides, -1, axis=0)[:, 0]
    return bool((turns > 0).all() and np.hypot(*sides.T).min() > 20)


def _by_lines(empty: Grey, picture: Grey, rough: Homography) -> Homography:
    """Return the homography moved until the ink of both lies on each other; the rough one if that fails."""
    scale = min(1.0, REFINED_PX / max(empty.shape))
    down = np.diag([scale, scale, 1.0])
    size = (round(empty.shape[1] * scale), round(empty.shape[0] * scale))
    start = rough @ np.linalg.inv(down)
    warped = cv2.warpPerspective(
        picture, start, size, flags=cv2.INTER_AREA | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )
    ink = [
        cv2.GaussianBlur(_darkness(one), (0, 0), 2.0)
        for one in (resized(empty, scale), np.asarray(warped, np.uint8))
    ]
    ink[0] = cv2.resize(ink[0], size)
    stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 60, 1e-4)
    try:
        _, step = cv2.findTransformECC(
            ink[0], ink[1], np.eye(3, dtype=np.float32), cv2.MOTION_HOMOGRAPHY, stop
        )
    except cv2.error:  # it did not converge
        return rough
    return np.asarray(start @ step.astype(np.float64) @ down)


def laid_flat(picture: Grey, matrix: Homography, size: tuple[int, int], *, scale: float = 1.0) -> Grey:
    """Return a picture as if it lay flat, `size` its width and height, `scale` pixels for one of the form.

    `matrix` goes from the form's pixels to the picture's.
    """
    flat = cv2.warpPerspective(
        picture,
        matrix @ np.diag([1 / scale, 1 / scale, 1.0]),
        size,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(flat, np.uint8)


def _darkness(grey: Grey) -> npt.NDArray[np.float32]:
    """Return how much darker each pixel is than the paper around it, (H, W) float32 in levels."""
    side = max(9, max(grey.shape) // 40) | 1
    paper = cv2.GaussianBlur(cv2.dilate(grey, np.ones((side // 2, side // 2), np.uint8)), (0, 0), side / 2)
    return np.asarray(np.clip(paper.astype(np.float32) - grey, 0, 80), np.float32)


def _agreement(empty: Grey, picture: Grey, matrix: Homography) -> float:
    """Return the share of the form's ink that is dark in the picture, too; 0 where all of it is dark."""
    scale = min(1.0, SIDE_PX / max(empty.shape))
    small = resized(empty, scale)
    size = (small.shape[1], small.shape[0])
    warped = laid_flat(picture, matrix, size, scale=scale)
    ours, theirs = _darkness(small), _darkness(warped)
    dark = (
        cv2.dilate(
            (theirs > max(INK, 0.25 * float(np.percentile(theirs, 99)))).astype(np.uint8),
            np.ones((3, 3), np.uint8),
        )
        > 0
    )
    ink = ours > max(INK, 0.4 * float(np.percentile(ours, 99)))
    if not ink.any():
        return 0.0
    found, elsewhere = float(dark[ink].mean()), float(dark[~ink].mean())
    return found if found - elsewhere > BETTER else 0.0
