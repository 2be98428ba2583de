"""Everything that can go wrong for a user, as one small tree.

    ZeronineError
    ├── PictureError       a picture cannot be read, or is over a limit
    ├── FormError          a form's template is damaged, or a picture does not show that form
    ├── QueueError         a queue for people cannot be kept, or a decision is impossible
    ├── ExpectationError   what a picture is expected to hold cannot be understood
    ├── OptionError        an option of a command or a call does not exist, fit or apply
    ├── CanvasError        an array is not what the canvas contract asks for
    ├── ModelError         a model file is damaged, foreign, or from another version
    ├── DataError          a data set is missing, damaged or mislabelled
    ├── RecipeError        a choice of a training run is impossible
    ├── RunError           a run folder cannot be written, found or resumed
    ├── TrainingError      training had to stop before its end
    │   └── StoppedError   ... because somebody asked it to
    ├── StudioError        the web page cannot be served that way
    └── MissingExtraError  a command needs a part that is not installed

A message says what happened, the value, and what to do next.
What a program may want to know stands beside it as data: `file`, `field`, `value` and `limit`.
`to_dict` and `from_dict` carry an error to another process and back; so does pickle.
The command line prints the message without a traceback and leaves with the error's `exit_code`.
"""

import math
from collections.abc import Mapping
from signal import SIGINT
from typing import Any, ClassVar, Self, TypedDict, Unpack


class About(TypedDict, total=False):
    """What an error may be about; `ZeronineError` says what each is."""

    file: object
    field: str | None
    value: object
    limit: object


class ZeronineError(Exception):
    """Base of every error that a user can cause and mend."""

    exit_code: int = 2  #: of the command line: wrong usage or input
    data: ClassVar[tuple[str, ...]] = (
        "file",
        "field",
        "value",
        "limit",
    )  #: the attributes beside the message

    def __init__(
        self,
        message: str = "",
        *,
        file: object = None,
        field: str | None = None,
        value: object = None,
        limit: object = None,
    ) -> None:
        """Keep the message, and what it is about; None where that is not known.

        `file` is the path or name of what was read or written, `field` the option, choice or entry that is
        wrong, `value` what it was, and `limit` what it had to be: a bound, or the words that are allowed.
        """
        super().__init__(message)
        self.message = message
        self.file = None if file is None else str(file)
        self.field = field
        self.value = value
        self.limit = limit

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON: the class's name, the message, and what is known beside it."""
        known = {name: _plain(getattr(self, name)) for name in self.data}
        return {
            "error": type(self).__name__,
            "message": self.message,
            **{name: value for name, value in known.items() if value is not None},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make the error again that `to_dict` described; raise ValueError for what describes none.

        Called on a class, it makes only errors of that class and those below it.
        """
        kinds: dict[str, type[Self]] = {kind.__name__: kind for kind in _below(cls)}
        kind = kinds.get(str(data.get("error")))
        if kind is None or not isinstance(data.get("message"), str):
            raise ValueError(f"{dict(data)!r} describes no {cls.__name__}")
        return kind._again(data["message"], {name: data.get(name) for name in kind.data})

    @classmethod
    def _again(cls, message: str, data: Mapping[str, Any]) -> Self:
        return cls(message, **data)

    def __reduce__(self) -> tuple[Any, ...]:
        """Say how to make it again in another process."""
        return type(self)._again, (self.message, {name: getattr(self, name) for name in self.data})


class PictureError(ZeronineError):
    """A picture cannot be read, or is over a limit."""


class FormError(ZeronineError):
    """A form's template is damaged or impossible, or a picture does not show that form."""


class QueueError(ZeronineError):
    """A queue for people cannot be kept, or a decision is impossible."""


class ExpectationError(ZeronineError, ValueError):
    """What a picture is expected to hold cannot be understood."""


class OptionError(ZeronineError, ValueError):
    """An option does not exist, has a value that it cannot have, or does not apply here."""


class CanvasError(ZeronineError, ValueError):
    """An array is not a batch of canvases."""


class ModelError(ZeronineError):
    """A model file is damaged, foreign, or from a version that is not understood."""


class DataError(ZeronineError):
    """A data set is missing, damaged or mislabelled."""


class RecipeError(ZeronineError, ValueError):
    """A choice of a training run is impossible, or does not apply to its network."""


class RunError(ZeronineError):
    """A run folder cannot be written, found or resumed."""


class TrainingError(ZeronineError):
    """Training had to stop before its end."""

    data = (*ZeronineError.data, "epoch", "step")

    def __init__(
        self,
        message: str = "",
        *,
        epoch: int | None = None,
        step: int | None = None,
        **about: Unpack[About],
    ) -> None:
        """Keep also how far it came: finished epochs, and finished steps of the epoch under way."""
        super().__init__(message, **about)
        self.epoch = epoch
        self.step = step


class StoppedError(TrainingError):
    """Training was asked to stop, by a signal or from the page; what it learned is kept in `file`."""

    data = (*TrainingError.data, "signal")

    def __init__(
        self,
        message: str = "",
        *,
        epoch: int | None = None,
        step: int | None = None,
        signal: int | None = None,
        **about: Unpack[About],
    ) -> None:
        """Keep also the signal's number; Ctrl-C's where there was none."""
        super().__init__(message, epoch=epoch, step=step, **about)
        self.signal = SIGINT if signal is None else int(signal)
        self.exit_code = 128 + self.signal  # as a shell says of a program that a signal ended


class StudioError(ZeronineError):
    """The web page cannot be served that way."""


class MissingExtraError(ZeronineError, ImportError):
    """A command needs an optional part of the package that is not installed."""

    data = (*ZeronineError.data, "extra", "missing", "command")

    def __init__(self, extra: str, missing: str, command: str | None = None) -> None:
        """Name the extra, the package that it brings, and the command that installs it here."""
        command = command or f"pip install 'zeronine[{extra}]'"
        super().__init__(f"this needs {missing}, which is not installed: {command} adds it")
        self.extra = extra
        self.missing = missing
        self.command = command

    @classmethod
    def _again(cls, message: str, data: Mapping[str, Any]) -> Self:
        return cls(data["extra"], data["missing"], data["command"])


def _below(kind: type[ZeronineError]) -> list[type[Any]]:
    """Return a class and all its subclasses."""
    return [kind, *(one for child in kind.__subclasses__() for one in _below(child))]


def _plain(value: object) -> Any:
    """Return a value as JSON can hold it; what JSON has no word for is told in Python's."""
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    return repr(value)
