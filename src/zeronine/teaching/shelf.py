"""Where hands are kept: a folder for each, with its lessons, its model and what was measured.

They lie in the user's own data folder (`models.hands_folder`) and are sent nowhere.  A hand is deleted with
everything that was given for it.
"""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from zeronine.canvas import SIDE
from zeronine.data.digits import Digits
from zeronine.errors import DataError, ModelError
from zeronine.files import write_beside
from zeronine.models import HAND, MODEL, SHIPPED_NAME, hands_folder

LESSONS, REPORT = "lessons.npz", "report.json"
MOST_LESSONS = 5_000  #: digits of one hand; `zeronine train --digits` takes more


@dataclass(frozen=True, slots=True)
class HandFolder:
    """One hand's folder; it need not be there yet."""

    name: str

    def __post_init__(self) -> None:
        """Refuse a name that is none."""
        if not HAND.fullmatch(self.name) or self.name == SHIPPED_NAME:
            raise ModelError(
                f"a hand cannot be called {self.name[:60]!r}: take letters, digits, - and _, at most 40",
                field="name",
                value=self.name,
            )

    @property
    def path(self) -> Path:
        """The folder."""
        return hands_folder() / self.name

    @property
    def model_path(self) -> Path:
        """Its model file, once one was kept."""
        return self.path / MODEL

    def lessons(self) -> Digits:
        """Return what was given so far, oldest first; DataError for a damaged file."""
        file = self.path / LESSONS
        if not file.is_file():
            return Digits(np.zeros((0, SIDE, SIDE), np.uint8), np.zeros(0, np.int64), self.name)
        try:
            with np.load(file, allow_pickle=False) as kept:
                return Digits(kept["images"], kept["labels"], self.name)
        except (OSError, ValueError, KeyError) as error:
            raise DataError(
                f"{file}: cannot be read ({error}): delete it, and give the lessons again", file=file
            ) from None

    def add(self, digits: Digits) -> Digits:
        """Keep more lessons and return all; a picture that is there already gets its newest label."""
        before = self.lessons()
        if len(digits) == 0:
            return before
        images = np.concatenate([before.images, digits.images])
        labels = np.concatenate([before.labels, digits.labels])
        newest = {image.tobytes(): label for image, label in zip(images, labels, strict=True)}
        first = {image.tobytes(): place for place, image in reversed([*enumerate(images)])}
        places = np.array(sorted(first.values()), np.int64)
        labels = np.array([newest[image.tobytes()] for image in images], np.int64)
        if len(places) > MOST_LESSONS:
            raise DataError(
                f"{len(places):,} lessons are more than the {MOST_LESSONS:,} of a hand: "
                "train on them with `zeronine train --digits`",
                value=len(places),
                limit=MOST_LESSONS,
            )
        kept = Digits(images[places], labels[places], self.name)
        self._write(kept)
        return kept

    def remove(self, place: int) -> Digits:
        """Forget one lesson by its place and return the others."""
        before = self.lessons()
        if not 0 <= place < len(before):
            raise DataError(f"there is no lesson {place}: {self.name} has {len(before)}", value=place)
        kept = before[np.delete(np.arange(len(before)), place)]
        self._write(kept)
        return kept

    def report(self) -> dict[str, Any] | None:
        """Return what was measured when it was last taught, as plain data; None before."""
        try:
            data = json.loads((self.path / REPORT).read_bytes())
        except (OSError, ValueError):
            return None
        return data if isinstance(data, dict) else None

    def keep(self, model: bytes, report: dict[str, Any]) -> None:
        """Keep a model and what was measured of it."""
        write_beside(self.model_path, model)
        write_beside(self.path / REPORT, (json.dumps(report, indent=1) + "\n").encode())

    def discard_model(self) -> None:
        """Forget the model; the lessons stay."""
        self.model_path.unlink(missing_ok=True)
        (self.path / REPORT).unlink(missing_ok=True)

    def delete(self) -> None:
        """Forget the hand: lessons, model and report."""
        if not self.path.is_dir():
            raise ModelError(f"there is no hand {self.name!r}: `zeronine hands` lists those there are")
        shutil.rmtree(self.path)

    def _write(self, digits: Digits) -> None:
        import io

        packed = io.BytesIO()
        np.savez_compressed(packed, images=digits.images, labels=digits.labels)
        write_beside(self.path / LESSONS, packed.getvalue())


def all_hands() -> list[HandFolder]:
    """Return every hand that has lessons or a model, by name."""
    found = hands_folder().iterdir() if hands_folder().is_dir() else ()
    return [HandFolder(one.name) for one in sorted(found) if one.is_dir() and HAND.fullmatch(one.name)]
