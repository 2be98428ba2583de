"""Work that goes wrong in every way that a picture can make it; run in the processes of the readers."""

import os
import time
from typing import Any

import numpy as np

from zeronine.errors import PictureError


def who() -> dict[str, Any]:
    """Return which process this is."""
    return {"pid": os.getpid()}


def for_a_while(seconds: float) -> dict[str, Any]:
    """Take some time, and no processor."""
    time.sleep(seconds)
    return who()


def burn() -> dict[str, Any]:
    """Never end."""
    while True:
        pass


def eat() -> dict[str, Any]:
    """Take all memory there is."""
    for _ in range(1000):
        _KEPT.append(np.empty(2**25))
    return who()


def grow(megabytes: int) -> dict[str, Any]:
    """Keep some memory that nobody needs any more."""
    _KEPT.append(np.ones(megabytes * 2**17))
    return who()


def crash() -> dict[str, Any]:
    """End as a decoder does that writes where it may not."""
    os.abort()


def refuse() -> dict[str, Any]:
    """Raise what a user can mend."""
    raise PictureError("it is no picture", file="mine.png", value=7)


def fault() -> dict[str, Any]:
    """Raise what is a bug."""
    raise ZeroDivisionError("a bug")


def limits() -> dict[str, Any]:
    """Return what the system lets this process do."""
    import resource

    return {name: resource.getrlimit(getattr(resource, name))[0] for name in ("RLIMIT_AS", "RLIMIT_CORE")}


_KEPT: list[Any] = []
