"""Ctrl-C and SIGTERM while a run learns: heeded where a step ends, never within one.

A step that is interrupted half-way leaves weights that no uninterrupted run ever has.  So a signal is
only remembered while steps are taken, and asked for at their borders.  No torch here: the studio's
worker listens with this before anything heavy is loaded.
"""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

HEEDED = (signal.SIGINT, signal.SIGTERM)
REPEATED_S = 1.0  #: one Ctrl-C may arrive twice (from the terminal and from `uv run`): this is still one


class AtBorder(Exception):  # noqa: N818  it is a way out, not a failure
    """The run was asked to stop, and a step has just ended."""


class Stop:
    """Whether somebody asked to stop; as a signal handler, it takes the asking."""

    def __init__(self) -> None:
        """Nobody asked yet."""
        self.asked: signal.Signals | None = None
        self.learning = False  #: whether steps are taken, so that stopping has to wait for a border
        self._when = 0.0

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Take a signal: while learning remember it; else, or when asked once more, interrupt at once."""
        now = time.monotonic()
        if self.asked is not None and now - self._when < REPEATED_S:
            return
        patient = self.learning and self.asked is None
        self.asked, self._when = signal.Signals(number), now
        if not patient:
            raise KeyboardInterrupt

    def ask(self) -> None:
        """Ask to stop at the next border, as Ctrl-C does."""
        self.asked = self.asked or signal.SIGINT

    def border(self) -> None:
        """Raise AtBorder if somebody asked; called where the run's state is whole."""
        if self.asked is not None:
            raise AtBorder


@contextmanager
def heeded() -> Iterator[Stop]:
    """Give the Stop at which signals arrive while the block lasts; an outer block's own where there is one.

    Only what Python and the system do by themselves is replaced: a program's own handlers and ignored
    signals stay as they are, and outside the main thread nothing is changed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield Stop()
        return
    before = {number: signal.getsignal(number) for number in HEEDED}
    outer = next((one for one in before.values() if isinstance(one, Stop)), None)
    stop = outer or Stop()
    ours = [number for number, one in before.items() if one in (signal.SIG_DFL, signal.default_int_handler)]
    try:
        for number in ours:
            signal.signal(number, stop)
        yield stop
    finally:
        stop.learning = False
        for number in ours:
            signal.signal(number, before[number])
