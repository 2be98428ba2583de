"""How far a job is: one line that changes on a terminal, a line now and then in a log."""

import sys
import time
from typing import TextIO

LIVE_S = 0.5  #: between two lines on a terminal
LOG_S = 30.0  #: and in a log


class Progress:
    """Counts rows, and says how many a second, how long it still takes, and how many have an error."""

    def __init__(self, total: int, *, before: int = 0, stream: TextIO | None = None) -> None:
        """Begin with the `before` rows that earlier runs wrote, of `total`."""
        self.total, self.before = total, before
        self.rows = self.errors = self.under_way = 0
        self.start = time.monotonic()
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._next = self.start + (LIVE_S if self._live else LOG_S)

    def done(self, rows: int, errors: int) -> None:
        """Count a shard that is written."""
        self.rows += rows
        self.errors += errors

    def at(self, under_way: int) -> None:
        """Say where it is, if it is time to; `under_way` rows are read and not written yet."""
        self.under_way = under_way
        now = time.monotonic()
        if now >= self._next:
            self._next = now + (LIVE_S if self._live else LOG_S)
            print(
                f"\r\033[K{self.line()}" if self._live else self.line(),
                end="" if self._live else "\n",
                file=self._stream,
                flush=True,
            )

    def end(self) -> None:
        """Take the line off a terminal."""
        if self._live:
            print("\r\033[K", end="", file=self._stream, flush=True)

    @property
    def seconds(self) -> float:
        """Since the beginning of this run."""
        return time.monotonic() - self.start

    def line(self) -> str:
        """Return the line as it stands now."""
        here = self.rows + self.under_way
        come = self.before + here
        rate = here / max(self.seconds, 1e-9)
        left = f", {duration((self.total - come) / rate)} to go" if here else ""
        share = 100 * come / max(self.total, 1)
        return (
            f"{come:,} of {self.total:,} ({share:.1f} %), {rate:,.1f} a second{left}, {self.errors:,} errors"
        )


def duration(seconds: float) -> str:
    """Return a time as a person says it: "12 s", "3 min", "7 h 20 min", "12 days"."""
    minutes = round(seconds / 60)
    if seconds < 60:
        return f"{seconds:.0f} s"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes / 1440:.1f} days"
