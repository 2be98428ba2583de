"""Everything that can go wrong for a user, as one small tree.

    ZeronineError
    ├── PictureError       a picture cannot be read, or is over a limit
    ├── ExpectationError   what a picture is expected to hold cannot be understood
    ├── CanvasError        an array is not what the canvas contract asks for
    ├── ModelError         a model file is damaged, foreign, or from another version
    ├── DataError          a data set is missing, damaged or mislabelled
    ├── RecipeError        a choice of a training run is impossible
    ├── RunError           a run folder cannot be written, found or resumed
    ├── TrainingError      training had to stop (a loss that is not finite)
    ├── StudioError        the web page cannot be served that way
    └── MissingExtraError  a command needs a part that is not installed

A message says what happened, the value, and what to do next.
The command line prints it without a traceback and leaves with exit code 2.
"""


class ZeronineError(Exception):
    """Base of every error that a user can cause and mend."""


class PictureError(ZeronineError):
    """A picture cannot be read, or is over a limit."""


class ExpectationError(ZeronineError, ValueError):
    """What a picture is expected to hold cannot be understood."""


class CanvasError(ZeronineError, ValueError):
    """An array is not a batch of canvases."""


class ModelError(ZeronineError):
    """A model file is damaged, foreign, or from a version that is not understood."""


class DataError(ZeronineError):
    """A data set is missing, damaged or mislabelled."""


class RecipeError(ZeronineError, ValueError):
    """A choice of a training run is impossible."""


class RunError(ZeronineError):
    """A run folder cannot be written, found or resumed."""


class TrainingError(ZeronineError):
    """Training had to stop before its end."""


class StudioError(ZeronineError):
    """The web page cannot be served that way."""


class MissingExtraError(ZeronineError, ImportError):
    """A command needs an optional part of the package that is not installed."""

    def __init__(self, extra: str, missing: str) -> None:
        """Name the extra that brings the missing package."""
        super().__init__(
            f"this needs {missing}, which is not installed: pip install 'zeronine[{extra}]' adds it"
        )
        self.extra = extra
        self.missing = missing

    def __reduce__(self) -> tuple[type["MissingExtraError"], tuple[str, str]]:
        """Say how to make it again in another process."""
        return type(self), (self.extra, self.missing)
