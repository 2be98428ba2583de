"""A map of the embedding: every training digit as a point in the plane, and the drawing among them.

The plane is the one through the embeddings in which the ten classes' means lie furthest apart for
the spread within them: the first two linear discriminants (Fisher, 1936; Rao, 1948).  It is a linear
shadow of many dimensions: points that look close may be far apart in the others.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zeronine.explaining.neighbours import Index

SHOWN = 2000  #: points, evenly taken from the index
RIDGE = 1e-2  #: of the mean variance, added so that dead units do no harm

Points = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Map:
    """Two directions in the embedding, and the points seen along them."""

    centre: npt.NDArray[np.float64]  #: (E,)
    axes: npt.NDArray[np.float64]  #: (E, 2), scaled so that the points lie in [-1, 1]
    points: Points  #: (n, 2)
    labels: npt.NDArray[np.int64]  #: (n,)
    share: tuple[float, float]  #: of the separation of the classes' means, along each axis

    def place(self, embedding: npt.ArrayLike) -> tuple[float, float]:
        """Return where one embedding (E,) lies on the map; outside [-1, 1] for what is unlike all."""
        x, y = (np.asarray(embedding, np.float64) - self.centre) @ self.axes
        return float(x), float(y)


def map_of(index: Index, *, shown: int = SHOWN) -> Map:
    """Return the map of an index, with `shown` of its digits on it."""
    embedding = index.embedding.astype(np.float64)
    centre = embedding.mean(axis=0)
    present = np.unique(index.labels)
    means = np.stack([embedding[index.labels == one].mean(axis=0) for one in present])  # (classes, E)
    spread = embedding - means[np.searchsorted(present, index.labels)]
    within = spread.T @ spread / len(embedding)  # (E, E)
    within += np.eye(len(within)) * (RIDGE * np.trace(within) / len(within) + 1e-12)
    between = (means - centre).T @ (means - centre) / len(means)
    whiten = np.linalg.inv(np.linalg.cholesky(within))
    strengths, directions = np.linalg.eigh(whiten @ between @ whiten.T)
    axes = whiten.T @ directions[:, ::-1][:, :2]  # (E, 2), the strongest first
    chosen = np.linspace(0, len(index) - 1, min(shown, len(index))).astype(int)
    points = (embedding[chosen] - centre) @ axes
    reach = np.abs(points).max(axis=0) + 1e-12
    total = max(float(strengths.sum()), 1e-12)
    share = (float(strengths[-1]) / total, float(strengths[-2]) / total)
    return Map(centre, axes / reach, points / reach, index.labels[chosen], share)
