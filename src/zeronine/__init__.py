"""From zero to nine: build a handwritten-digit recogniser, understand it, and really use it.

The public names are loaded when they are first used, so importing the package costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zeronine.data.digits import Digits as Digits
    from zeronine.data.mnist import load_mnist as load_mnist
    from zeronine.data.own import load_own as load_own
    from zeronine.errors import ZeronineError as ZeronineError
    from zeronine.estimator import DigitClassifier as DigitClassifier
    from zeronine.evaluation.digits import evaluate as evaluate
    from zeronine.explaining.explanation import explain as explain
    from zeronine.reading.classify import classify as classify
    from zeronine.reading.reader import Reader as Reader
    from zeronine.reading.reader import read as read
    from zeronine.training.loop import train as train

__version__ = "0.1.0"

_HOME = {
    "DigitClassifier": "zeronine.estimator",
    "Digits": "zeronine.data.digits",
    "Reader": "zeronine.reading.reader",
    "ZeronineError": "zeronine.errors",
    "classify": "zeronine.reading.classify",
    "evaluate": "zeronine.evaluation.digits",
    "explain": "zeronine.explaining.explanation",
    "load_mnist": "zeronine.data.mnist",
    "load_own": "zeronine.data.own",
    "read": "zeronine.reading.reader",
    "train": "zeronine.training.loop",
}

__all__ = [
    "DigitClassifier",
    "Digits",
    "Reader",
    "ZeronineError",
    "__version__",
    "classify",
    "evaluate",
    "explain",
    "load_mnist",
    "load_own",
    "read",
    "train",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its home."""
    if name not in _HOME:
        raise AttributeError(f"module 'zeronine' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted(__all__)
