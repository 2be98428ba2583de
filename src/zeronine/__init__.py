"""From zero to nine: build a handwritten-digit recogniser, understand it, and really use it.

The public names are loaded when they are first used, so importing the package costs next to nothing.
What the functions return, take and raise is here too, by name.
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

# ONNX Runtime (seen in 1.32) counts its use, keeps a number for the machine in the cache, and sends both
# to Microsoft, from the moment it is loaded.  Nothing of ours sends anything; who wants it sets 0.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

if TYPE_CHECKING:
    from zeronine.answers import Box as Box
    from zeronine.answers import Digit as Digit
    from zeronine.answers import Number as Number
    from zeronine.answers import Reading as Reading
    from zeronine.data.digits import Digits as Digits
    from zeronine.data.mnist import load_mnist as load_mnist
    from zeronine.data.own import load_own as load_own
    from zeronine.documents.forms import Form as Form
    from zeronine.documents.tables import Table as Table
    from zeronine.documents.tables import read_table as read_table
    from zeronine.errors import CanvasError as CanvasError
    from zeronine.errors import DataError as DataError
    from zeronine.errors import ExpectationError as ExpectationError
    from zeronine.errors import FormError as FormError
    from zeronine.errors import MissingExtraError as MissingExtraError
    from zeronine.errors import ModelError as ModelError
    from zeronine.errors import OptionError as OptionError
    from zeronine.errors import PictureError as PictureError
    from zeronine.errors import QueueError as QueueError
    from zeronine.errors import RecipeError as RecipeError
    from zeronine.errors import RunError as RunError
    from zeronine.errors import StoppedError as StoppedError
    from zeronine.errors import StudioError as StudioError
    from zeronine.errors import TrainingError as TrainingError
    from zeronine.errors import ZeronineError as ZeronineError
    from zeronine.estimator import DigitClassifier as DigitClassifier
    from zeronine.evaluation.digits import Report as Report
    from zeronine.evaluation.digits import evaluate as evaluate
    from zeronine.explaining.explanation import Explanation as Explanation
    from zeronine.explaining.explanation import explain as explain
    from zeronine.options import ReadOptions as ReadOptions
    from zeronine.reading.classify import classify as classify
    from zeronine.reading.reader import Reader as Reader
    from zeronine.reading.reader import read as read
    from zeronine.teaching.report import TaughtHand as TaughtHand
    from zeronine.teaching.teach import teach as teach
    from zeronine.training.loop import train as train
    from zeronine.training.recipe import RECIPES as RECIPES
    from zeronine.training.recipe import Recipe as Recipe
    from zeronine.training.run import Run as Run

__version__ = "0.2.0"

_HOME = {
    "Box": "zeronine.answers",
    "CanvasError": "zeronine.errors",
    "DataError": "zeronine.errors",
    "Digit": "zeronine.answers",
    "DigitClassifier": "zeronine.estimator",
    "Digits": "zeronine.data.digits",
    "ExpectationError": "zeronine.errors",
    "Explanation": "zeronine.explaining.explanation",
    "MissingExtraError": "zeronine.errors",
    "ModelError": "zeronine.errors",
    "Number": "zeronine.answers",
    "OptionError": "zeronine.errors",
    "PictureError": "zeronine.errors",
    "RECIPES": "zeronine.training.recipe",
    "ReadOptions": "zeronine.options",
    "Form": "zeronine.documents.forms",
    "FormError": "zeronine.errors",
    "QueueError": "zeronine.errors",
    "Table": "zeronine.documents.tables",
    "Reader": "zeronine.reading.reader",
    "Reading": "zeronine.answers",
    "Recipe": "zeronine.training.recipe",
    "RecipeError": "zeronine.errors",
    "Report": "zeronine.evaluation.digits",
    "Run": "zeronine.training.run",
    "RunError": "zeronine.errors",
    "StoppedError": "zeronine.errors",
    "StudioError": "zeronine.errors",
    "TaughtHand": "zeronine.teaching.report",
    "TrainingError": "zeronine.errors",
    "ZeronineError": "zeronine.errors",
    "classify": "zeronine.reading.classify",
    "evaluate": "zeronine.evaluation.digits",
    "explain": "zeronine.explaining.explanation",
    "load_mnist": "zeronine.data.mnist",
    "load_own": "zeronine.data.own",
    "read": "zeronine.reading.reader",
    "read_table": "zeronine.documents.tables",
    "teach": "zeronine.teaching.teach",
    "train": "zeronine.training.loop",
}

__all__ = [
    "RECIPES",
    "Box",
    "CanvasError",
    "DataError",
    "Digit",
    "DigitClassifier",
    "Digits",
    "ExpectationError",
    "Explanation",
    "Form",
    "FormError",
    "MissingExtraError",
    "ModelError",
    "Number",
    "OptionError",
    "PictureError",
    "QueueError",
    "ReadOptions",
    "Reader",
    "Reading",
    "Recipe",
    "RecipeError",
    "Report",
    "Run",
    "RunError",
    "StoppedError",
    "StudioError",
    "Table",
    "TaughtHand",
    "TrainingError",
    "ZeronineError",
    "__version__",
    "classify",
    "evaluate",
    "explain",
    "load_mnist",
    "load_own",
    "read",
    "read_table",
    "teach",
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
