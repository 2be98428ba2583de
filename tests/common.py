"""What several test files share: the types of fixtures, and how to look into a console and a studio."""

import statistics
import time
from collections.abc import Callable
from functools import cache
from io import StringIO
from typing import Any

import numpy as np
from rich.console import Console

from zeronine.data.digits import Digits
from zeronine.network.article import FeedForward
from zeronine.reading.classify import Classifier
from zeronine.reading.finder import shipped_finder

Splits = tuple[Digits, Digits, Digits]  #: train, validation, test
Made = tuple[FeedForward, Classifier]  #: a network and its model file
Make = Callable[..., Made]  #: (hidden, activation, *, last, warm)
LOOK_S = 0.04  #: processor seconds of the finder for 0.3 megapixels, where the bars of time were set


def written(console: Console) -> str:
    """Return what was written to the `console` of conftest.py."""
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def studio_of(client: Any) -> Any:
    """Return the state of the studio that a test client talks to: its models, indexes and trainings."""
    return client.app.state.studio


@cache
def slowness() -> float:
    """Return by what a bar of processor time is multiplied on this machine: 1 where it is no slower.

    The same work takes three times as long on an old core, or beside what fills the caches.
    """
    finder, picture = shipped_finder(), np.full((548, 548), 255, np.uint8)
    took = []
    for _ in range(6):
        began = time.process_time()
        finder(picture)
        took.append(time.process_time() - began)
    return max(1.0, statistics.median(took[1:]) / LOOK_S)
