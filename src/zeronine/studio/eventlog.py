"""What a training has said so far, for every page that listens, from the first word on.

Kept in memory and bounded: of many steps only every second, fourth, eighth ... is kept, the latest
all, so curves keep their shape; of the weight pictures only the last is kept.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

MOST_EVENTS = 4000
LATEST = 200  #: steps that are always kept
HEARTBEAT_S = 15.0  #: a comment is sent when nothing happened for so long, so that nobody hangs up


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was said; `number` grows by one with each."""

    number: int
    kind: str
    data: dict[str, Any]
    steps: int = 0  #: how many steps were told up to this one

    def encoded(self) -> str:
        """Return the event as it goes over the wire (Server-Sent Events)."""
        return f"id: {self.number}\nevent: {self.kind}\ndata: {json.dumps(self.data)}\n\n"


class EventLog:
    """The events of one training; lives in one event loop."""

    def __init__(self) -> None:
        """Begin without events."""
        self._events: list[Event] = []
        self._last = 0
        self._steps = 0
        self._stride = 1  #: of the older steps, each so-manieth is kept
        self._news = asyncio.Event()
        self._closed = False

    def close(self) -> None:
        """Let everybody who listens go."""
        self._closed = True
        self._news.set()

    def add(self, kind: str, data: dict[str, Any]) -> None:
        """Say something to all who listen, and to those who come later."""
        self._last += 1
        self._steps += kind == "step"
        if kind == "weights":
            self._events = [event for event in self._events if event.kind != "weights"]
        self._events.append(Event(self._last, kind, data, self._steps))
        if len(self._events) > MOST_EVENTS:
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
        """Keep the older steps at one stride, doubled until there are few enough."""
        latest = self._steps - LATEST
        while True:
            self._events = [
                event
                for event in self._events
                if event.kind != "step" or event.steps > latest or event.steps % self._stride == 0
            ]
            if len(self._events) <= MOST_EVENTS // 2 or self._stride > self._steps:
                return
            self._stride *= 2
