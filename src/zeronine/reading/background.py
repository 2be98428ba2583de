"""Grey picture in, ink out: what is paper, what is ink, and how dark each pixel's ink is.

The paper's brightness is estimated at every place and divided out, so that shadows, vignetting and
coloured paper do not matter.  Whether the ink is darker or lighter than the paper is decided from the
picture: paper is what the border shows and what most of the area is.
The picture is not binarised (thresholded to black and white, as Otsu, 1979, and Sauvola, 2000, do): every
pixel keeps how dark its ink is.
Nothing is said here about digits; lines, specks and frames are still in the ink.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from zeronine.reading.normalise import Ink

Grey = npt.NDArray[np.uint8]  #: (H, W), as loaded

SURFACE_SIDE = 64  #: pixels of the small copy on which the paper's brightness is fitted first
PAPER_SIDE = 640  #: pixels of the longest side on which the paper is followed closely
FAINTEST = 0.06  #: ink takes at least this share of the paper's brightness away
FAINTEST_LEVEL = 0.12  #: and most of it this share: fainter things are the paper's own
ALL_GRAIN = 1.5  #: of full ink: paper with grain as dark as this has no ink (patterned cheques reach 1.0)
ALL_INK = 0.4  #: of a grainy picture's area: what covers more than this is grain, not ink (cheques: 0.26)
HALF = 0.5  #: of full ink: what is darker belongs to a piece
FAINT = 0.2  #: the same for digits in a lighter pen than the page's others, on quiet paper
QUIET = 0.15  #: of full ink: grain darker than this is not quiet
ROUGH_HALF = 0.6  #: the same on paper with a strong pattern
LOWEST = 0.25  #: of full ink: the paper's grain is taken for nothing up to here
ROUGH = 0.3  #: of full ink: grain darker than this is calmed
CALMING = 0.25  #: of the pen's width: the blur that calms it
NOISE_FACTOR = 3.0  #: and is this many deviations of the paper's own grain darker than it


@dataclass(frozen=True, slots=True)
class Inked:
    """The ink of a picture."""

    ink: Ink  #: (H, W) in [0, 1]: 0 as dark as the paper's own grain, 1 as dark as most of the ink
    threshold: float  #: ink above this belongs to a piece
    faint: float  #: and above this, if it stands alone; the same where the paper is rough
    level: float  #: darkness of full ink, as a share of the paper's brightness; 0: there is no ink
    grain: float  #: how dark the paper's own grain or pattern gets
    turned: bool  #: the ink was lighter than the paper
    calmed: bool  #: the paper's grain was blurred away


def find_ink(grey: Grey, *, against: bool = False) -> Inked:
    """Divide the paper out of a grey picture, (H, W) uint8, whichever of the two is the brighter.

    With `against`, ink is taken to be what the picture itself says is not: the other polarity.
    """
    surface = fit_surface(grey)  # (H, W) float32
    turned = ink_is_light(grey, surface) != against
    picture = (255 - grey if turned else grey).astype(np.float32)
    pen, paper = follow_paper(picture, 255 - surface if turned else surface)  # pixels, (H, W) float32
    darkness = np.clip(1 - (picture + 1) / (paper + 1), 0, 1)
    grain, level = paper_grain(darkness), ink_level(darkness)
    calmed = grain > ROUGH * level >= ROUGH * FAINTEST
    if calmed:
        darkness = cv2.GaussianBlur(darkness, (0, 0), CALMING * pen)
        grain, level = paper_grain(darkness), ink_level(darkness)
    nothing = level < FAINTEST_LEVEL or (calmed and _only_grain(darkness, pen))
    if nothing:
        return Inked(np.zeros_like(darkness), 1.0, 1.0, 0.0, grain, turned, calmed)
    lowest = min(grain, LOWEST * level)
    edge = (ROUGH_HALF if calmed else HALF) * level
    ink = np.clip((darkness - lowest) / (level - lowest), 0, 1)
    threshold = (edge - lowest) / (level - lowest)
    faint = max(FAINT, 2 * FAINTEST / level) if grain < QUIET * level else threshold
    return Inked(ink, threshold, min(faint, threshold), level, grain, turned, calmed)


def _only_grain(darkness: Ink, pen: float) -> bool:
    """Return whether what is darkest is as dark as the paper's grain, once fine detail is blurred."""
    blurred = np.asarray(cv2.GaussianBlur(darkness, (0, 0), 0.5 * pen), np.float32)
    level = ink_level(blurred)
    covered = float(np.mean(darkness > HALF * ink_level(darkness)))
    return paper_grain(blurred) > ALL_GRAIN * level or covered > ALL_INK


def fit_surface(grey: Grey) -> Ink:
    """Fit the paper's brightness by a quadratic surface, robustly, starting from the border; (H, W).

    Ink is an outlier: each round weighs a pixel by Tukey's biweight of its distance to the last fit.
    """
    height, width = grey.shape
    size = (min(width, SURFACE_SIDE), min(height, SURFACE_SIDE))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.float64)
    terms = surface_terms(*small.shape)
    values = small.ravel()
    rim = border_of(small)
    scale = max(3.0, 1.5 * float(np.median(np.abs(rim - np.median(rim)))))
    fitted = np.full(values.size, np.median(rim))
    for reach in (8.0, 6.0, 5.0, 5.0):
        away = np.minimum(np.abs(values - fitted) / (reach * scale), 1)
        root = 1 - away * away + 1e-4
        fitted = terms @ np.linalg.lstsq(terms * root[:, None], values * root, rcond=None)[0]
    surface = np.clip(fitted, 0, 255).reshape(small.shape).astype(np.float32)
    return np.asarray(cv2.resize(surface, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def surface_terms(height: int, width: int) -> npt.NDArray[np.float64]:
    """Return 1, x, y, x², xy, y² at every pixel, (height * width, 6), with x and y in [-1, 1]."""
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1).reshape(-1, 6)


def border_of(picture: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the pixels of the outermost tenth of a picture's shorter side."""
    ring = max(1, min(picture.shape) // 10)
    inner = picture[ring:-ring, ring:-ring]
    if inner.size == 0:
        return picture.ravel()
    sides = (picture[:ring], picture[-ring:], picture[ring:-ring, :ring], picture[ring:-ring, -ring:])
    return np.concatenate([side.ravel() for side in sides])


def ink_is_light(grey: Grey, surface: Ink) -> bool:
    """Return whether more light than darkness stands out from the paper."""
    away = grey.astype(np.float32) - surface
    return bool(np.maximum(away, 0).sum() > np.maximum(-away, 0).sum())


def follow_paper(picture: Ink, surface: Ink) -> tuple[float, Ink]:
    """Return the strokes' width, and the paper's brightness under them, (H, W).

    The paper is what a closing wider than any stroke leaves, smoothed.
    """
    height, width = picture.shape
    shrink = min(1.0, PAPER_SIDE / max(height, width))
    size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    calm = cv2.medianBlur(small, 3) if min(small.shape) > 60 else small
    below = np.asarray(cv2.resize(surface, size, interpolation=cv2.INTER_LINEAR), np.float32)
    pen = pen_width(np.asarray(calm, np.float32), below)
    side = min(2 * int(1.5 * pen + 2) + 1, 2 * min(size) + 1)
    closed = cv2.morphologyEx(calm, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    smooth = cv2.blur(closed, (side, side), borderType=cv2.BORDER_REPLICATE)
    paper = cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR)
    return pen / shrink, np.asarray(paper, np.float32)


def pen_width(picture: Ink, surface: Ink) -> float:
    """Return how wide the strokes of a picture are, in its pixels, before the paper is known exactly.

    Every dark patch has a width, twice its area over its outline; the median over all outline is taken,
    so that one large shadow weighs less than a line of digits.
    """
    away = surface - picture
    quiet = float(np.median(np.abs(away)))
    mask = (away > max(0.35 * float(np.percentile(away, 99.5)), 3 * quiet, 6.0)).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    if count < 2:
        return 3.0
    inner = cv2.erode(mask, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=0)
    outline = np.bincount(labels[(mask > 0) & (inner == 0)], minlength=count)[1:]
    area = stats[1:, cv2.CC_STAT_AREA]
    widths = 2 * area / np.maximum(outline, 1)
    order = np.argsort(widths)
    half = np.searchsorted(np.cumsum(outline[order]), outline.sum() / 2)
    return float(widths[order][min(half, len(order) - 1)])


def paper_grain(darkness: Ink) -> float:
    """Return how dark the paper's own grain or pattern gets: its median and three robust deviations.

    The deviation is taken from the pixels lighter than the median, where there is no ink.
    """
    sample = darkness.ravel()[:: max(1, darkness.size // 200_000)]
    middle = float(np.median(sample))
    deviation = 1.4826 * float(np.median(middle - sample[sample <= middle]))
    return middle + NOISE_FACTOR * deviation


def ink_level(darkness: Ink) -> float:
    """Return the darkness of full ink: the median of the darker of two groups; 0 where nothing is dark."""
    dark = darkness[darkness > FAINTEST]
    return float(np.median(dark[dark >= otsu(dark)])) if dark.size else 0.0


def otsu(values: Ink) -> float:
    """Return the value that best parts the values in [0, 1] into two groups (Otsu, 1979)."""
    counts, edges = np.histogram(values, bins=256, range=(0, 1))
    middles = (edges[:-1] + edges[1:]) / 2
    below, total = np.cumsum(counts), counts.sum()
    mass, whole = np.cumsum(counts * middles), float((counts * middles).sum())
    above = total - below
    between = (whole * below / total - mass) ** 2 / np.maximum(below * above / total, 1e-9)
    return float(edges[1:][int(np.argmax(np.where((below > 0) & (above > 0), between, -1)))])
