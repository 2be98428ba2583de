"""Whether a rule is drawn between two places: the picture itself is asked, across the way."""

import cv2
import numpy as np
import numpy.typing as npt

from zeronine.documents.ruled import Rules

Floats = npt.NDArray[np.float64]

SAMPLES = 24  #: along the way
INNER = 0.12  #: of the way that is left out at both ends, where other rules meet it
CORE = 0.14  #: heights of a digit to both sides within which the rule lies
ASIDE = 0.38  #: heights to both sides within which there is paper


def contrasts(rules: Rules, ways: Floats, height: float) -> Floats:
    """Return how much darker the middle is than both sides, (n, SAMPLES) levels, along ways (n, 2, 2).

    Light rules on dark paper have contrasts below 0.
    """
    core, aside = max(2.0, CORE * height), max(5.0, ASIDE * height)
    offsets = np.arange(-np.ceil(aside), np.ceil(aside) + 1)
    share = np.linspace(INNER, 1 - INNER, SAMPLES)
    start, way = ways[:, 0], ways[:, 1] - ways[:, 0]
    length = np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-6)
    normal = np.stack([-way[:, 1], way[:, 0]], axis=1) / length[:, None]
    points = start[:, None] + share[None, :, None] * way[:, None]  # (n, s, 2)
    spots = points[:, :, None] + offsets[None, None, :, None] * normal[:, None, None]  # (n, s, o, 2)
    there = (spots @ rules.to_small.T).astype(np.float32).reshape(len(ways), -1, 2)
    soft = cv2.GaussianBlur(rules.small, (0, 0), 0.8)
    seen = (
        cv2.remap(soft, there[..., 0], there[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        .reshape(spots.shape[:3])
        .astype(np.float64)
    )
    middle, left, right = (
        seen[..., np.abs(offsets) <= core],
        seen[..., offsets < -core],
        seen[..., offsets > core],
    )
    dark = np.minimum(left.max(axis=2), right.max(axis=2)) - middle.min(axis=2)
    light = middle.max(axis=2) - np.maximum(left.min(axis=2), right.min(axis=2))
    return np.asarray(dark if dark.mean() >= light.mean() else light, np.float64)
