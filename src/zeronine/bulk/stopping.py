"""SIGTERM and Ctrl-C while a job runs: remembered, and told to whoever asks."""

import signal
import threading
import time
from types import FrameType, TracebackType
from typing import Any, Self

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Stop:
    """`with Stop() as stop:` keeps the first signal in `stop.asked`; a second one ends the waiting."""

    def __init__(self) -> None:
        """Begin with nothing asked."""
        self.asked: int | None = None  #: the signal's number
        self._since = 0.0
        self._again = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._before = self.listen()
        return self

    def listen(self) -> dict[int, Any]:
        """Listen to signals, which only the main thread can; return who did before.

        Call it again where a library has taken them for itself.
        """
        if threading.current_thread() is not threading.main_thread():
            return {}
        return {one: signal.signal(one, self._heard) for one in SIGNALS}

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the signals back to whoever listened before."""
        for one, handler in self._before.items():
            signal.signal(one, handler)

    def _heard(self, number: int, frame: FrameType | None) -> None:
        self._again = self.asked is not None
        if not self._again:
            self.asked, self._since = number, time.monotonic()

    def overdue(self, grace_s: float) -> bool:
        """Whether a stop was asked for, and has waited long enough."""
        return self.asked is not None and (self._again or time.monotonic() - self._since > grace_s)
