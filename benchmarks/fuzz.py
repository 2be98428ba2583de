"""Coverage-guided fuzzing of everything that takes bytes from strangers (atheris, libFuzzer).

    python benchmarks/fuzz.py picture --seconds 600 --corpus fuzz/picture
    python benchmarks/fuzz.py all --seconds 3600

A target takes bytes and ends in an answer or a ZeronineError; anything else, a warning too, is a finding:
libFuzzer writes the bytes beside the corpus and this leaves with 1.  The suite runs each target for
a few seconds (`tests/test_fuzz.py`); a corpus that is kept grows from run to run.
"""

import argparse
import io
import resource
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

MOST_BYTES = 4096  #: of an input; headers are what is interesting
SLOWEST_S = 120  #: by the clock, for one input; more is a finding, too
MOST_MB = 2048  #: of memory, more than the process had at its beginning

Target = Callable[[bytes], None]


def picture(data: bytes) -> None:
    """Open any file as a picture."""
    from zeronine.reading.load import load_pages

    for _, page in zip(range(2), load_pages(data, max_megapixels=1), strict=False):
        assert page.ndim == 2 and page.size


def idx(data: bytes) -> None:
    """Read an IDX file; what is read and written again is the same."""
    from zeronine.data.idx import read_idx, write_idx

    assert write_idx(read_idx(data)) == data


def card(data: bytes) -> None:
    """Read a card; what is read and written again is the same card."""
    from zeronine.card import card_from_json

    found = card_from_json(data.decode("utf-8", "replace"), where="fuzz")
    assert card_from_json(found.to_json(), where="fuzz") == found


def model(data: bytes) -> None:
    """Judge a model file; a file that passes is not run here."""
    from zeronine.reading.onnx_check import check_model

    assert check_model(data, "", where="fuzz").values > 0


def checkpoint(data: bytes) -> None:
    """Read a checkpoint from the disk."""
    from zeronine.network.checkpoint import read_checkpoint

    with tempfile.NamedTemporaryFile(suffix=".safetensors") as file:
        file.write(data)
        file.flush()
        read_checkpoint(Path(file.name))


def expect(data: bytes) -> None:
    """Understand what a picture is expected to hold."""
    from zeronine.options import expected

    expected(data.decode("utf-8", "replace"))


def body(data: bytes) -> None:
    """Send a body to the studio, where the first byte says: it answers with 200 to 499."""
    paths = ("/api/classify", "/api/explain", "/api/ablate", "/api/train")
    path = paths[data[0] % len(paths)] if data else paths[0]
    answer = _client().post(path, content=data[1:], headers={"Content-Type": "application/json"})
    assert answer.status_code < 500, (path, answer.text)


TARGETS: dict[str, Target] = {
    one.__name__: one for one in (picture, idx, card, model, checkpoint, expect, body)
}


def seeds(name: str) -> list[bytes]:
    """Return small good inputs of a target, to begin from."""
    import numpy as np

    if name == "picture":
        from damage import SEEDS

        return [content for content in SEEDS.values() if len(content) <= MOST_BYTES]
    if name == "idx":
        from zeronine.data.idx import write_idx

        return [
            write_idx(np.arange(12, dtype=np.uint8).reshape(shape)) for shape in ((12,), (3, 4), (1, 3, 4))
        ]
    if name == "card":
        from zeronine.card import Card

        figure = {"value": 1, "count": 1, "interval": [0, 1], "protocol": "x"}
        return [Card().to_json().encode(), Card(name="a", figures={"b": figure}).to_json().encode()]
    if name == "expect":
        return [b"4", b"dddd-dd", b"dd.dd", b"d d"]
    if name == "body":
        canvas = ",".join(["0"] * 784)
        texts = (f'{{"canvases": [[{canvas}]]}}', f'{{"canvas": [{canvas}], "kinds": ["flip"]}}')
        return [b"\0" + texts[0].encode(), b"\1" + texts[1].encode(), b'\3{"recipe": "nothing"}']
    return [_small_model()] if name == "model" else [_small_checkpoint()]


def _small_model() -> bytes:
    """Return the smallest model file that has everything in it."""
    from onnx import TensorProto, helper

    def value(name: str, *shape: int | str) -> Any:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))

    nodes = [
        helper.make_node("Relu", ["canvas"], ["logits"]),
        helper.make_node("Tanh", ["logits"], ["embedding"]),
    ]
    nodes.append(helper.make_node("Conv", ["embedding", "weight"], ["digit_logit"], pads=[0, 0, 0, 0]))
    weight = helper.make_tensor("weight", TensorProto.FLOAT, [1, 1], b"\0\0\0\0", raw=True)
    outputs = [value("logits", "n", 10), value("embedding", "n", 2), value("digit_logit", "n")]
    graph = helper.make_graph(nodes, "g", [value("canvas", "n", 28, 28)], outputs, [weight])
    return bytes(helper.make_model(graph).SerializeToString())


def _small_checkpoint() -> bytes:
    import json

    import torch
    from safetensors.torch import save

    from zeronine.card import KEY, Card

    about = {"card": Card().to_json(), "progress": {}}
    return save({"network.a": torch.ones(2)}, {KEY: json.dumps(about)})


def _client() -> Any:
    """Return a client of a studio that trains nothing."""
    if not _CLIENTS:
        from fastapi.testclient import TestClient

        from zeronine.studio.app import create_app
        from zeronine.studio.settings import Settings

        settings = Settings(runs=Path(tempfile.mkdtemp()), max_runs_waiting=0)
        _CLIENTS.append(TestClient(create_app(settings), base_url="http://127.0.0.1"))
    return _CLIENTS[0]


_CLIENTS: list[Any] = []


def guarded(target: Target, data: bytes) -> None:
    """Run a target; what a user can mend is no finding."""
    from zeronine.errors import ZeronineError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            target(data)
    except ZeronineError:
        pass


def fuzz(name: str, *, seconds: int, corpus: Path) -> None:
    """Fuzz one target in this process until the time is over; libFuzzer ends the process."""
    import atheris

    with atheris.instrument_imports(include=["zeronine"], enable_loader_override=False):
        import zeronine.card
        import zeronine.data.idx
        import zeronine.network.checkpoint
        import zeronine.onnx_file
        import zeronine.options
        import zeronine.reading.load
        import zeronine.reading.onnx_check  # noqa: F401
    target = TARGETS[name]
    corpus.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(seeds(name)):
        (corpus / f"seed-{number}").write_bytes(content)
    for content in seeds(name):
        guarded(target, content)  # a good input has to pass without the fuzzer, too
    options = [f"-max_total_time={seconds}", f"-max_len={MOST_BYTES}", f"-timeout={SLOWEST_S}"]
    options += [
        f"-rss_limit_mb={_peak_mb() + MOST_MB}",
        f"-artifact_prefix={corpus.parent}/",
        "-print_final_stats=1",
        str(corpus),
    ]
    atheris.Setup([sys.argv[0], *options], lambda data: guarded(target, data))
    atheris.Fuzz()


def _peak_mb() -> int:
    """Return what libFuzzer takes for this process's memory; Linux hands the parent's peak on to it."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("target", choices=[*TARGETS, "all"])
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--corpus", type=Path, help="a folder that is kept; it grows")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        corpus = chosen.corpus or Path(scratch) / "corpus"
        if chosen.target != "all":
            fuzz(chosen.target, seconds=chosen.seconds, corpus=corpus)
            return 0
        ends = {}
        for name in TARGETS:
            command = [sys.executable, __file__, name, "--seconds", str(chosen.seconds), "--corpus"]
            ends[name] = subprocess.run([*command, str(corpus / name)], check=False).returncode
        print(ends)
        return int(any(ends.values()))


if __name__ == "__main__":
    sys.stdout = io.TextIOWrapper(sys.stdout.buffer, line_buffering=True)
    raise SystemExit(main())
