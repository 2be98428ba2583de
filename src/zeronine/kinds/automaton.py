"""What every kind of text can do: an automaton that takes one character after the other.

A kind begins in `start`, goes on with `step`, and says where it may end, so that the reader can look for the
likeliest characters that it accepts (`reading/fitting.py`).
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

State = Hashable | None
LONGEST = 40  #: characters


@runtime_checkable
class Kind(Protocol):
    """What a text may be."""

    @property
    def start(self) -> State:
        """The state before the first character."""

    def step(self, state: Any, character: str) -> State:
        """Return the state after one more character; None where no such text goes on so."""

    def ends(self, state: Any) -> bool:
        """Say whether the text may end here."""

    def value(self, text: str) -> Any:
        """Return what an accepted text stands for."""


@dataclass(frozen=True, slots=True)
class ByText:
    """A kind whose state is the text so far."""

    start = ""

    def step(self, state: str, character: str) -> State:
        """Return the longer text if some text of the kind begins so."""
        longer = state + character
        return longer if self.begins(longer) else None

    def begins(self, text: str) -> bool:
        """Say whether a text of the kind can begin so."""
        raise NotImplementedError

    def ends(self, state: str) -> bool:
        """Say whether the text is of the kind."""
        return self.value(state) is not None

    def value(self, text: str) -> Any:
        """Return what the text stands for; None where it is not of the kind."""
        raise NotImplementedError
