"""The training digits behind *Why*: indexed once for each model, in the background, and kept.

The digits are the MNIST that the machine has; they are fetched on first use.  The embeddings lie
beside MNIST's cache, named by the SHA-256 of the model file, so a second start finds them.
"""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zeronine.errors import ZeronineError
from zeronine.explaining.map import Map, map_of
from zeronine.explaining.neighbours import Index, kept_index
from zeronine.studio.models import Opened

if TYPE_CHECKING:
    from zeronine.data.digits import Digits

LOG = logging.getLogger(__name__)
KEPT = 4  #: indexes in memory, 14 MB each for an embedding of 64; the oldest goes first


@dataclass(frozen=True, slots=True)
class Status:
    """How far an index is."""

    state: str = "absent"  #: "absent", "building", "ready" or "failed"
    progress: float = 0.0  #: in [0, 1]
    message: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {"state": self.state, "progress": round(self.progress, 3), "message": self.message}


@dataclass(frozen=True, slots=True)
class Ready:
    """An index that can be asked, and its map."""

    index: Index
    map: Map


class Indexes:
    """Builds indexes one after the other in a thread of its own; safe to ask from any thread."""

    def __init__(self, mnist: Path | None) -> None:
        """Take MNIST from a folder, or (None) from the cache or the mirrors."""
        self._mnist = mnist
        self._thread = ThreadPoolExecutor(1, "index")
        self._lock = threading.Lock()
        self._status: dict[str, Status] = {}
        self._ready: dict[str, Ready] = {}
        self._digits: Digits | None = None

    def status(self, opened: Opened) -> Status:
        """Return how far a model's index is."""
        with self._lock:
            return self._status.get(opened.digest, Status())

    def ready(self, opened: Opened) -> Ready | None:
        """Return a model's index, or None while there is none."""
        with self._lock:
            return self._ready.get(opened.digest)

    def begin(self, opened: Opened) -> Status:
        """Begin to build a model's index unless that is under way or done; return how far it is."""
        with self._lock:
            status = self._status.get(opened.digest, Status())
            if status.state in ("building", "ready"):
                return status
            status = Status("building", 0.0, "waiting for the training digits")
            self._status[opened.digest] = status
        self._thread.submit(self._build, opened)
        return status

    def close(self) -> None:
        """Let go of the thread; an index half built is given up."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _build(self, opened: Opened) -> None:
        try:
            digits = self._training_digits()
            place = _place(opened)
            told = partial(self._tell, opened.digest)
            index = kept_index(place, opened.classifier, digits.images, digits.labels, progress=told)
            ready = Ready(index, map_of(index))
        except ZeronineError as error:
            self._set(opened.digest, Status("failed", 0.0, str(error)))
        except Exception:  # a bug: the page says so, the log says what
            LOG.exception("building an index failed")
            self._set(opened.digest, Status("failed", 0.0, "the index could not be built: see the log"))
        else:
            self._keep(opened.digest, ready)

    def _training_digits(self) -> "Digits":
        if self._digits is None:
            from zeronine.data.mnist import load

            self._digits = load("train", folder=self._mnist)
        return self._digits

    def _keep(self, digest: str, ready: Ready) -> None:
        with self._lock:
            self._ready[digest] = ready
            self._status[digest] = Status("ready", 1.0, f"{len(ready.index):,} training digits")
            while len(self._ready) > KEPT:
                oldest = next(iter(self._ready))
                del self._ready[oldest], self._status[oldest]

    def _tell(self, digest: str, share: float) -> None:
        self._set(digest, Status("building", share, "showing the training digits to the network once"))

    def _set(self, digest: str, status: Status) -> None:
        with self._lock:
            self._status[digest] = status


def _place(opened: Opened) -> Path:
    from zeronine.data.mnist_files import cache_folder

    return cache_folder().parent / "embeddings" / f"{opened.digest}.npy"
