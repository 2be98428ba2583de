"""What users hold is public, takes tensors where arrays are, and names what it cannot take."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import zeronine
from zeronine import errors
from zeronine.data.digits import Digits
from zeronine.errors import ZeronineError
from zeronine.reading.load import load

PICTURE = Path(__file__).parent / "pictures" / "one-7_crossed-ball-plain.png"
CANVASES = np.zeros((2, 28, 28), np.float32)
CANVASES[:, 4:24, 12:16] = 1

JUNK: list[Any] = [None, 7, 1.5, object(), {"a": 1}, [object()], {1, 2}, print, b"", "", float]
ANY: Any = zeronine  #: without its types: what is given here is wrong on purpose
TAKERS: dict[str, Callable[[Any], Any]] = {
    "read": ANY.read,
    "classify": ANY.classify,
    "explain": ANY.explain,
    "evaluate, digits": lambda junk: ANY.evaluate("shipped", junk),
    "train, digits": ANY.train,
    "Digits": lambda junk: ANY.Digits(junk, junk),
    "Reader, model": lambda junk: ANY.Reader(junk if junk is not None else 7),
    "evaluate, model": lambda junk: ANY.evaluate(7 if junk is None else junk, ()),
    "load_own": ANY.load_own,
    "Recipe": lambda junk: ANY.Recipe(**{"epochs": junk if junk != 7 else "7"}),
    "train, recipe": lambda junk: ANY.train(
        Digits(np.zeros((1, 28, 28), np.uint8), np.zeros(1, np.int64)), junk
    ),
}


@pytest.mark.parametrize("taker", TAKERS)
@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: repr(junk)[:20])
def test_a_wrong_type_is_an_error_of_ours(
    taker: str, junk: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never an AttributeError or a TypeError from somewhere inside."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ZeronineError):
        TAKERS[taker](junk)


def test_every_error_is_public() -> None:
    kinds = {
        name for name, one in vars(errors).items() if inspect.isclass(one) and issubclass(one, ZeronineError)
    }
    assert kinds <= set(zeronine.__all__)


@pytest.mark.parametrize(
    ("made", "name"),
    [
        (lambda: zeronine.read(PICTURE), "Reading"),
        (lambda: zeronine.read(PICTURE).numbers[0], "Number"),
        (lambda: zeronine.read(PICTURE).digits[0], "Digit"),
        (lambda: zeronine.read(PICTURE).digits[0].box, "Box"),
        (lambda: zeronine.explain(CANVASES[0]), "Explanation"),
        (
            lambda: zeronine.evaluate("shipped", (torch.ones(1, 28, 28).byte(), torch.ones(1).long())),
            "Report",
        ),
        (lambda: zeronine.RECIPES["repaired"], "Recipe"),
    ],
)
def test_what_users_hold_is_public(made: Callable[[], Any], name: str) -> None:
    assert type(made()) is getattr(zeronine, name)


@pytest.mark.parametrize(
    "tensor",
    [
        torch.from_numpy(CANVASES),
        torch.from_numpy(CANVASES)[:, None],
        torch.from_numpy(CANVASES).requires_grad_(),
        torch.from_numpy(CANVASES).double(),
        torch.from_numpy(CANVASES).bfloat16(),
        torch.from_numpy(CANVASES).bool(),
        (255 * torch.from_numpy(CANVASES)).byte(),
    ],
    ids=lambda tensor: f"{tensor.dtype} {tuple(tensor.shape)}",
)
def test_a_tensor_is_classified_as_the_array_is(tensor: torch.Tensor) -> None:
    assert np.array_equal(zeronine.classify(tensor), zeronine.classify(CANVASES))


@pytest.mark.parametrize("axes", [(0, 1, 2), (2, 0, 1)])
def test_a_tensor_is_a_picture_channels_first_or_last(axes: tuple[int, int, int]) -> None:
    colour = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)
    picture: Any = torch.from_numpy(np.ascontiguousarray(colour.transpose(axes)))
    assert np.array_equal(load(picture), load(colour))
