"""Class mode: many pupils in one studio, each with runs of their own; nobody sees or breaks another's.

A pupil is known by a cookie that is given out once the class's token was shown.  Everything that a
route does for a pupil goes through a view of the studio that knows only this pupil's folder, so a
run or a model of somebody else is not forbidden: for this pupil it does not exist.  What all share
is a board of figures, by number, without names.
"""

import copy
import secrets
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zeronine.studio.problems import Problem
from zeronine.studio.trainings import FINAL, LiveRun, Trainings

if TYPE_CHECKING:
    from zeronine.studio.settings import Settings
    from zeronine.studio.state import Studio

MOST_PUPILS = 40
AT_ONCE = 12  #: requests of one pupil that are being answered; a page needs 6
MOST_RUNS = 20  #: of one pupil in a lesson: 20 take some 10 MB
MOST_EPOCHS = 5  #: of one run, so that nobody keeps the one queue for long
LISTENERS = 4  #: pages of one pupil that follow a run


@dataclass(eq=False)
class Pupil:
    """One pupil of the lesson: a number for the board, a folder for the runs, and what is under way."""

    number: int
    folder: Path
    busy: int = 0  #: requests that are being answered
    view: "Studio | None" = field(default=None, repr=False)


class Classroom:
    """Who is in the lesson; lives in one event loop."""

    def __init__(self, settings: "Settings") -> None:
        """Keep the lesson's runs below `settings.runs`, in a folder of this lesson's own."""
        self.folder = settings.runs / time.strftime("class-%Y%m%d-%H%M%S")
        self._pupils: dict[str, Pupil] = {}

    def __len__(self) -> int:
        """Return how many pupils there are."""
        return len(self._pupils)

    def pupil(self, secret: str) -> Pupil | None:
        """Return who has this secret."""
        return self._pupils.get(secret)

    def enter(self) -> str:
        """Let one more pupil in and return the secret; raise Problem 429 when the class is full."""
        if len(self._pupils) >= MOST_PUPILS:
            raise Problem(429, f"{MOST_PUPILS} pupils are in already: start `zeronine studio --class` anew")
        secret, number = secrets.token_urlsafe(24), len(self._pupils) + 1
        self._pupils[secret] = Pupil(number, self.folder / f"pupil-{number:02}")
        return secret

    def board(self, trainings: Trainings) -> list[dict[str, Any]]:
        """Return the runs of everybody as figures: number, recipe, state, epochs, accuracy; best first."""
        rows = [
            {
                "pupil": pupil.number,
                "recipe": run.recipe.get("name", ""),
                "state": run.state,
                "epoch": run.epoch,
                "epochs": run.recipe.get("epochs", 0),
                "accuracy": run.accuracy,
            }
            for pupil in self._pupils.values()
            for run in trainings.owned(pupil.folder)
        ]
        return sorted(rows, key=lambda row: -(row["accuracy"] or 0))


def view_of(studio: "Studio", pupil: Pupil) -> "Studio":
    """Return the studio as one pupil has it: the same queues and models, and no runs but the pupil's own."""
    if pupil.view is None:
        view = copy.copy(studio)
        view.settings = replace(studio.settings, runs=pupil.folder, review=None)
        view.models = studio.models.within(pupil.folder)
        view.trainings = PupilTrainings(studio.trainings, pupil)
        view.listeners, view.most_listeners = 0, LISTENERS
        pupil.view = view
    return pupil.view


class PupilTrainings(Trainings):
    """The one queue as one pupil has it: the pupil's own runs, one under way at a time, and short ones."""

    def __init__(self, everybody: Trainings, pupil: Pupil) -> None:
        """Give `pupil` a part in the queue of `everybody`."""
        self._everybody, self._pupil = everybody, pupil

    def all(self) -> list[dict[str, Any]]:
        """Return the pupil's runs as plain data, the oldest first."""
        return [self._everybody.described(run) for run in self._own()]

    @property
    def active(self) -> int:
        """How many of the pupil's runs wait or train."""
        return sum(run.state not in FINAL for run in self._own())

    def get(self, run_id: str) -> LiveRun:
        """Return a run of the pupil's; raise Problem 404 for any other."""
        found = next((run for run in self._own() if run.id == run_id), None)
        return found or self._everybody.get("")  # says that there is none

    def begin(self, recipe: dict[str, Any], folder: Path, *, name: str) -> LiveRun:
        """Put a fresh run into the queue; raise Problem 422 for one that would keep the class waiting."""
        if recipe["epochs"] > MOST_EPOCHS or recipe["network"] != "feedforward":
            folder.rmdir()
            raise Problem(
                422, f"in class a run is one of the article's network, of {MOST_EPOCHS} epochs at most"
            )
        return self._everybody.begin(recipe, folder, name=name)

    def go_on(self, run: LiveRun, *, epochs: int, most: int) -> None:
        """Give a run of the pupil's more epochs, as many as a class allows."""
        self.check_queue()
        self._everybody.go_on(run, epochs=epochs, most=min(most, MOST_EPOCHS))

    async def stop(self, run: LiveRun) -> None:
        """Stop a run of the pupil's well."""
        await self._everybody.stop(run)

    def described(self, run: LiveRun) -> dict[str, Any]:
        """Return a run as plain data."""
        return self._everybody.described(run)

    def check_queue(self) -> None:
        """Raise Problem 429 where the pupil has a run under way already, or has had enough of them."""
        if self.active:
            raise Problem(429, "your last run is still under way: wait for its end, or stop it")
        if len(self._own()) >= MOST_RUNS:
            raise Problem(429, f"you have made {MOST_RUNS} runs in this lesson: that is the most")
        self._everybody.check_queue()

    def _own(self) -> list[LiveRun]:
        return self._everybody.owned(self._pupil.folder)
