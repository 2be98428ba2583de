"""What a training has said so far, for every page that listens, from the first word on.

Kept in memory and bounded: when there are many steps, every second of the older ones is dropped, so
curves keep their shape; of the weight pictures only the last is kept.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

MOST_STEPS = 2000
HEARTBEAT_S = 15.0  #: a comment is sent when nothing happened for so long, so that nobody hangs up


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was said; `number` grows by one with each."""

    number: int
    kind: str
    data: dict[str, Any]

    def encoded(self) -> str:
        """Return the event as it goes over the wire (Server-Sent Events)."""
        return f"id: {self.number}\nevent: {self.kind}\ndata: {json.dumps(self.data)}\n\n"


class EventLog:
    """The events of one training; lives in one event loop."""

    def __init__(self) -> None:
        """Begin without events."""
        self._events: list[Event] = []
        self._last = 0
        self._news = asyncio.Event()
        self._closed = False

    def close(self) -> None:
        """Let everybody who listens go."""
        self._closed = True
        self._news.set()

    def add(self, kind: str, data: dict[str, Any]) -> None:
        """Say something to all who listen, and to those who come later."""
        self._last += 1
        if kind == "weights":
            self._events = [event for event in self._events if event.kind != "weights"]
        self._events.append(Event(self._last, kind, data))
        if len(self._events) > MOST_STEPS:
            self._thin()
        self._news.set()
        self._news = asyncio.Event()

    def after(self, number: int) -> list[Event]:
        """Return what was said after an event."""
        return [event for event in self._events if event.number > number]

    async def follow(self, number: int, *, final: frozenset[str]) -> AsyncIterator[str]:
        """Yield events after `number` as they come, until a `state` event with a final state."""
        while True:
            news = self._news
            for event in self.after(number):
                number = event.number
                yield event.encoded()
            if self._closed or (self.ended(final) and not self.after(number)):
                return
            try:
                async with asyncio.timeout(HEARTBEAT_S):
                    await news.wait()
            except TimeoutError:
                yield ": still here\n\n"

    def ended(self, final: frozenset[str]) -> bool:
        """Return whether the last state that was said is a final one."""
        states = [event.data["state"] for event in self._events if event.kind == "state"]
        return bool(states) and states[-1] in final

    def _thin(self) -> None:
        """Drop every second of the older steps when there are too many."""
        steps = [event.number for event in self._events if event.kind == "step"]
        if len(steps) > MOST_STEPS:
            dropped = set(steps[: MOST_STEPS // 2 : 2])
            self._events = [event for event in self._events if event.number not in dropped]
