"""Days and times of day, as people write them."""

import datetime
import re
from dataclasses import dataclass

from zeronine.errors import ExpectationError
from zeronine.kinds.automaton import ByText


@dataclass(frozen=True, slots=True)
class Date(ByText):
    """A day: `order` of day, month and year is "dmy", "mdy" or "ymd"; signs among them, or none."""

    order: str = "dmy"

    def __post_init__(self) -> None:
        """Refuse an order that nobody writes."""
        if self.order not in ("dmy", "mdy", "ymd"):
            raise ExpectationError(f"date(order={self.order}): give dmy, mdy or ymd")

    def __str__(self) -> str:
        """Return its text."""
        return f"date(order={self.order})"

    def begins(self, text: str) -> bool:
        """Say whether a day can begin so."""
        if text.isdigit():  # perhaps written without signs
            return len(text) <= 8
        parts = re.split(r"[./-]", text)
        return (
            len(parts) <= 3
            and all(parts[:-1])
            and all(_fits(part, name) for part, name in zip(parts, self.order, strict=False))
        )

    def value(self, text: str) -> datetime.date | None:
        """Return the day; of two digits of a year, 69 to 99 are of the last century, as POSIX has it."""
        parts = re.split(r"[./-]", text) if re.search(r"[./-]", text) else self._cut(text)
        if len(parts) != 3 or not all(part.isdigit() for part in parts):
            return None
        named = dict(zip(self.order, parts, strict=True))
        if len(named["y"]) not in (2, 4) or max(len(named["d"]), len(named["m"])) > 2:
            return None
        year = int(named["y"])
        if len(named["y"]) == 2:
            year += 2000 if year < 69 else 1900
        try:
            return datetime.date(year, int(named["m"]), int(named["d"]))
        except ValueError:
            return None

    def _cut(self, text: str) -> list[str]:
        """Cut six or eight digits into their parts."""
        if len(text) not in (6, 8):
            return []
        sizes = [len(text) - 4 if name == "y" else 2 for name in self.order]
        ends = [sum(sizes[: i + 1]) for i in range(3)]
        return [text[end - size : end] for size, end in zip(sizes, ends, strict=True)]


def _fits(part: str, name: str) -> bool:
    """Say whether a day, month or year can begin so."""
    if not part:
        return True
    if name == "y":
        return len(part) <= 4 and part.isdigit()
    return len(part) <= 2 and part.isdigit() and int(part) <= {"d": 31, "m": 12}[name]


@dataclass(frozen=True, slots=True)
class Time(ByText):
    """A time of day: 7:05, 19.30, 0730, 12:00:59."""

    def __str__(self) -> str:
        """Return its text."""
        return "time"

    def begins(self, text: str) -> bool:
        """Say whether a time can begin so."""
        return (
            re.fullmatch(r"\d{1,4}|([01]?\d|2[0-3])([:.]([0-5]\d?)?|[:.][0-5]\d[:.]([0-5]\d?)?)", text)
            is not None
        )

    def value(self, text: str) -> datetime.time | None:
        """Return the time."""
        found = re.fullmatch(r"(\d{1,2})[:.]?(\d\d)(?:[:.](\d\d))?", text)
        if found is None:
            return None
        hour, minute, second = (int(one or 0) for one in found.groups())
        return datetime.time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None
