"""What teaching came to, as data: before and after on your own digits, on MNIST, on other made hands."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from zeronine.errors import ModelError
from zeronine.metrics import wilson


@dataclass(frozen=True, slots=True)
class Score:
    """How many of some digits were read right."""

    right: int
    count: int

    @property
    def share(self) -> float:
        """In [0, 1]; 0 of nothing."""
        return self.right / self.count if self.count else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the share (Wilson, 1927)."""
        return wilson(self.right, self.count)

    def __str__(self) -> str:
        """Say it with what so few digits allow."""
        low, high = self.interval
        return f"{self.right:,} of {self.count:,} ({low:.1%} to {high:.1%})"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {"right": self.right, "count": self.count, "interval": list(self.interval)}


@dataclass(frozen=True, slots=True)
class Compared:
    """The same digits read before and after."""

    before: Score
    after: Score

    @property
    def gained(self) -> int:
        """How many more are right; below zero where it forgot."""
        return self.after.right - self.before.right

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {"before": self.before.to_dict(), "after": self.after.to_dict()}


@dataclass(frozen=True, slots=True)
class TaughtHand:
    """A hand after teaching: what was measured, and where its model lies if it was kept."""

    name: str
    kept: bool
    reason: str  #: why it was kept, or why not
    own: Compared  #: your digits, each read by a model that did not learn it (cross-validation)
    mended: int  #: of them, wrong before and right after
    spoilt: int  #: right before and wrong after
    made: Compared  #: written digits in shapes held apart
    mnist: Compared | None  #: 5,000 validation digits; None where MNIST is not to be had
    strength: float  #: how far the weights went, in (0, 1]; less than 1 to forget less
    seconds: float
    fast: bool = False  #: only the last layer learnt
    path: Path | None = None

    @property
    def model_path(self) -> Path:
        """The model file, so that the hand can be given wherever a model is taken."""
        if self.path is None:
            raise ModelError(f"the hand {self.name!r} has no model: {self.reason}", field="model")
        return self.path

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        data: dict[str, Any] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            data[one.name] = value.to_dict() if isinstance(value, Compared) else value
        return data | {"path": None if self.path is None else str(self.path)}

    def __str__(self) -> str:
        """Say it in a few lines."""
        rows = [("your digits, not learnt from", self.own), ("other made hands", self.made)]
        if self.mnist is not None:
            rows.append(("MNIST validation", self.mnist))
        lines = [f"{name}: {one.before} before, {one.after} after" for name, one in rows]
        return "\n".join([*lines, self.reason])
