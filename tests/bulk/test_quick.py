"""The eight-bit file: made from the shipped network, sure only where that one agrees, and for it alone."""

from pathlib import Path

import numpy as np
import onnx
import pytest

import make_int8 as script
from jobs import rows_of
from zeronine.bulk.canvases import CanvasReader
from zeronine.bulk.inputs import Item
from zeronine.bulk.job import Precision
from zeronine.bulk.quick import INT8, SURELY, SURELY_NOT, Quick, is_doubtful
from zeronine.bulk.run import bulk
from zeronine.data.mnist import load
from zeronine.errors import ModelError, OptionError
from zeronine.models import SHIPPED
from zeronine.reading.classify import Classifier

COUNT = 1000


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Item:
    """Return canvases of validation digits, every tenth of them two digits in one."""
    images = load("validation").images[:COUNT].copy()
    images[::10] = np.maximum(images[::10], images[1::10])
    path = tmp_path_factory.mktemp("digits") / "digits.npy"
    np.save(path, images)
    return Item(id="digits", place=str(path).encode(), offset=0, size=COUNT)


def test_it_was_made_from_the_network_beside_it() -> None:
    """Where this fails, the shipped network has changed: `python benchmarks/make_int8.py` makes it again."""
    assert Quick().card.recipe["made from"] == Classifier(SHIPPED).card.digest


def test_its_card_says_how_often_it_answers_otherwise() -> None:
    figures = Quick().card.figures
    assert figures["MNIST test: same digit as the float32 network"]["value"] > 0.999
    assert figures["MNIST test: accuracy"]["count"] == 10_000


def test_it_is_the_network_with_fewer_bits(digits: Item) -> None:
    """Other numbers, nearly the same: neither the very network nor another one."""
    images = np.load(digits.place.decode())[:200]
    exact, quick = Classifier(SHIPPED)(images), Quick()(images)
    away = np.abs(exact.logits - quick.logits)
    assert 0 < away.mean() < 0.2
    assert (exact.logits.argmax(axis=1) == quick.logits.argmax(axis=1)).mean() > 0.99


def test_both_precisions_give_the_same_answers_and_say_who_gave_them(digits: Item) -> None:
    exact, quick = (CanvasReader(precision=precision).table(digits) for precision in reversed(Precision))
    assert quick["value"].to_pylist() == exact["value"].to_pylist()
    sure, known = (np.array(table["confidence"]) for table in (quick, exact))
    assert np.abs(sure - known).max() < 0.03
    eight = np.array([name.startswith("zeronine-int8:") for name in quick["model"].to_pylist()])
    assert 0.5 < eight.mean() < 1
    assert (sure[~eight] == known[~eight]).mean() > 0.9  # float32's own, but for the order of sums in a batch
    assert not is_doubtful(sure[eight]).any()
    assert {name.partition(":")[0] for name in exact["model"].to_pylist()} == {"zeronine"}


def test_doubt_is_between_the_two_bounds() -> None:
    asked = np.array([0, SURELY_NOT, 0.06, 0.5, 0.94, SURELY, 1], np.float32)
    assert is_doubtful(asked).tolist() == [False, False, True, True, True, False, False]


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    content = bytearray(INT8.read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "bad.onnx").write_bytes(content)
    with pytest.raises(ModelError, match="is not the eight-bit model that came with the package"):
        Quick(tmp_path / "bad.onnx")


@pytest.mark.parametrize("of", ["pictures", "another model"])
def test_eight_bits_are_refused_where_there_are_none(of: str, scans: Path, canvases: Path) -> None:
    source, model = (scans, None) if of == "pictures" else (canvases, INT8)
    with pytest.raises(OptionError, match="leave --precision out") as told:
        bulk(str(source), scans.parent / "out", model=model, precision=Precision.int8)
    assert told.value.field == "precision"


def test_a_job_does_not_go_on_with_another_precision(canvases: Path, tmp_path: Path) -> None:
    bulk(str(canvases), tmp_path / "out", workers=1)
    with pytest.raises(OptionError, match="began with precision 'int8', now it is 'float32'"):
        bulk(str(canvases), tmp_path / "out", workers=1, precision=Precision.float32)
    assert len(rows_of(tmp_path / "out")) == 900


def test_what_is_done_to_the_network_before_changes_no_answer() -> None:
    """Checked inside on digits, to a ten-thousandth; and a network that is another is noticed there."""
    changed = script.by_phases(script.folded(onnx.load(SHIPPED)))
    assert [node.op_type for node in changed.graph.node].count("BatchNormalization") == 0
    broken = onnx.load(SHIPPED)
    script.set_constant(broken, "network.features.0.weight", np.ones((16, 1, 5, 5)))
    with pytest.raises(AssertionError):
        script.with_nodes(changed, list(changed.graph.node), like=broken.SerializeToString())
