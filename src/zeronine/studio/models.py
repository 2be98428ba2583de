"""The models that the studio offers: the shipped one, those named at the start, taught hands, every run's.

A model is known by an id that means nothing to the file system; only this file knows the paths.
Runs are looked for again on every listing, so that a new run's model appears by itself.
"""

import asyncio
import copy
import hashlib
import time
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from zeronine.errors import ZeronineError
from zeronine.explaining.filters import ConvInsight, look_through
from zeronine.explaining.insight import Insight, look_into
from zeronine.models import MODEL, SHIPPED, SHIPPED_NAME, hands_folder, model_file
from zeronine.reading.classify import Classifier
from zeronine.studio.problems import Problem

LATELY_S = 1.0  #: for so long a model file is taken to be the one it was
LISTED_RUNS = 24  #: the newest; older ones can still be asked for by their id
OPEN_AT_ONCE = 32  #: models kept in memory; the one used longest ago is closed first


@dataclass(frozen=True, slots=True)
class Entry:
    """A model file that is offered."""

    id: str
    name: str
    origin: str  #: "shipped", "given", "hand" or "run"
    path: Path


@dataclass(frozen=True, slots=True)
class Opened:
    """A model file that is in use."""

    entry: Entry
    classifier: Classifier
    insight: Insight
    filters: ConvInsight | None  #: of a convnet, every number of it
    digest: str  #: SHA-256 of the file: the name of everything that is computed once for it
    changed_ns: int  #: when the file was last changed

    @property
    def lives(self) -> bool:
        """Whether every number of it can be seen: the room *Live* shows it."""
        relus = all(one.activation in ("relu", "none") for one in self.insight.layers)
        return self.filters is not None or (self.insight.from_canvas and relus)


class Models:
    """Finds, opens and keeps models; safe to use from several threads."""

    def __init__(self, runs: Path, given: tuple[Path, ...] = (), *, shipped: Path = SHIPPED) -> None:
        """Look for models in `runs`, among `given` files or run folders, and at `shipped`."""
        self._runs = runs
        self._with_hands = True
        self._fixed = [Entry(SHIPPED_NAME, "zeronine", "shipped", shipped)] if shipped.is_file() else []
        self._fixed += [_entry(model_file(path), "given") for path in given]
        self._opened: OrderedDict[tuple[str, int, int], Opened] = OrderedDict()
        self._lately: dict[str, tuple[float, Opened]] = {}  #: by id, with the moment it was looked for
        self._lock = Lock()

    def within(self, runs: Path) -> "Models":
        """Return the models for somebody else: runs of another folder, no hands; what is open is shared."""
        view = copy.copy(self)
        view._runs, view._with_hands, view._lately = runs, False, {}
        return view

    def entries(self) -> list[Entry]:
        """Return what is offered now; the newest run comes first among the runs."""
        found = sorted(self._runs.glob(f"*/{MODEL}"), key=_changed, reverse=True)
        known = {entry.id for entry in self._fixed}
        hands = sorted(hands_folder().glob(f"*/{MODEL}")) if self._with_hands else []
        taught = [_entry(path, "hand") for path in hands]
        return (
            self._fixed
            + taught
            + [one for one in (_entry(path, "run") for path in found) if one.id not in known]
        )

    def of_path(self, path: Path) -> str | None:
        """Return the id of a model file, or None while there is no such file."""
        return _entry(path, "run").id if path.is_file() else None

    async def get(self, model_id: str) -> Opened:
        """Return a model as `open` does, without touching the disk if that was done lately."""
        moment, opened = self._lately.get(model_id, (0.0, None))
        if opened is not None and time.monotonic() - moment < LATELY_S:
            return opened
        opened = await asyncio.to_thread(self.open, model_id)
        if len(self._lately) >= OPEN_AT_ONCE:
            self._lately.clear()
        self._lately[model_id] = (time.monotonic(), opened)
        return opened

    def open(self, model_id: str) -> Opened:
        """Return a model, opened; raise Problem 404 for an unknown id, ModelError for a damaged file."""
        entry = next((one for one in self.entries() if one.id == model_id), None)
        if entry is None:
            raise Problem(404, f"there is no model {model_id[:80]!r}: GET /api/models lists those there are")
        status = entry.path.stat()
        key = (entry.id, status.st_mtime_ns, status.st_size)
        with self._lock:
            if key not in self._opened:
                self._opened[key] = open_model(entry)
            self._opened.move_to_end(key)
            while len(self._opened) > OPEN_AT_ONCE:
                self._opened.popitem(last=False)
            return self._opened[key]

    def all_opened(self) -> list[Opened]:
        """Return the models to choose from, opened; a damaged one is left out of the list."""
        opened = []
        for entry in self.entries()[: len(self._fixed) + LISTED_RUNS]:
            try:
                opened.append(self.open(entry.id))
            except (ZeronineError, Problem, OSError):
                continue  # a run that is being written, or was removed: it is not offered
        return opened


def open_model(entry: Entry) -> Opened:
    """Open a model file and look into it."""
    changed_ns = entry.path.stat().st_mtime_ns
    classifier = Classifier(entry.path)
    digest = hashlib.sha256(entry.path.read_bytes()).hexdigest()
    insight = look_into(classifier)
    filters = None if insight.from_canvas else look_through(classifier)
    return Opened(entry, classifier, insight, filters, digest, changed_ns)


def _entry(path: Path, origin: str) -> Entry:
    name = path.parent.name if path.name == MODEL else path.stem
    return Entry(hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:12], name, origin, path)


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
