"""What several tests need: the MNIST digits, small sets, and a terminal that can be read back."""

import os
import signal

os.environ.setdefault("OMP_NUM_THREADS", "1")  # two cores are shared with other tests; same bits everywhere
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # a suite in the background, whose Ctrl-C is nobody's
    signal.signal(signal.SIGINT, signal.default_int_handler)

from io import StringIO

import numpy as np
import pytest
from hypothesis import settings
from rich.console import Console

from common import Splits
from zeronine.data.digits import Digits

# The same examples every time, however long each takes: what is new is looked for by `benchmarks/fuzz.py`.
settings.register_profile("suite", derandomize=True, deadline=None)
settings.load_profile("suite")


@pytest.fixture(scope="session")
def mnist() -> Splits:
    """Return train, validation and test digits, fetched on first use."""
    from zeronine.data.mnist import load_mnist

    return load_mnist()


@pytest.fixture(scope="session")
def few(mnist: Splits) -> Digits:
    """Return 600 training digits."""
    return mnist[0][:600]


@pytest.fixture(scope="session")
def shapes() -> Digits:
    """Return 200 made-up digits that need no MNIST: a bar whose place is the label, on noise."""
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 10, 200)
    images = generator.integers(0, 60, (200, 28, 28)).astype(np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[4:24, 3 + 2 * label : 5 + 2 * label] = 255
    return Digits(images, labels.astype(np.int64), "bars")


@pytest.fixture
def console() -> Console:
    """Return a console of 80 columns that writes into memory: `console.file.getvalue()`."""
    return Console(file=StringIO(), width=80, force_terminal=False)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the page's tests last: Playwright keeps an event loop running in the main thread from then on."""
    items.sort(key=lambda item: "page" in item.path.parts)
