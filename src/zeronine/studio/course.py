"""The route of *Learn*: what the course shows of the digits, computed once and kept."""

import asyncio
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter

from zeronine.studio.answering import FAILURES
from zeronine.studio.state import InStudio
from zeronine.studio.tiles import tiles

router = APIRouter(prefix="/api", responses=FAILURES)
_one_at_a_time = threading.Lock()  #: thirty pages that open at once wait for one computation


@router.get("/lesson")
async def lesson(studio: InStudio) -> dict[str, Any]:
    """Give the facts of the course's chapters; MNIST is fetched first where it is not there yet."""
    return await asyncio.to_thread(lesson_data, studio.settings.mnist)


def lesson_data(mnist: Path | None) -> dict[str, Any]:
    """Return the facts as plain data for JSON."""
    with _one_at_a_time:
        return _lesson_data(mnist)


@lru_cache(maxsize=1)
def _lesson_data(mnist: Path | None) -> dict[str, Any]:
    from zeronine.data.mnist import load_mnist
    from zeronine.lesson.facts import RATES, SWITCHES, facts

    train, _, test = load_mnist(folder=mnist)
    found = facts(train, test)
    return {
        "data": {
            "counts": found.counts,
            "favourite": found.favourite,
            "lazy": found.lazy,
            "samples": _packed(found.samples),
            "labels": found.labels,
        },
        "look": {
            "averages": _packed(found.averages),
            "ordered": found.ordered,
            "shuffled": found.shuffled,
            "samples": _packed(found.shuffled_samples),
        },
        "slope": {"before": found.before, "rates": list(RATES), "after": found.after},
        "switches": {
            name: {"title": title, "changes": changes} for name, (title, changes) in SWITCHES.items()
        },
    }


def _packed(pictures: Any) -> dict[str, Any]:
    return tiles(pictures / 255, shown_high=255)
