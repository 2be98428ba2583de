"""Does it hold?  What an attack found, run again: kills, hostile models, nasty pictures, crowds of clients.

    python benchmarks/attack.py kills --count 100
    python benchmarks/attack.py models --count 500
    python benchmarks/attack.py pictures --count 1000
    python benchmarks/attack.py keep-alive --count 300
    python benchmarks/attack.py idle --count 1000
    python benchmarks/attack.py crowd --count 600
    python benchmarks/attack.py beside --count 120

The last four attack a studio and stand in `attack_studio.py`; `crowd` and `beside` count seconds.
Each prints JSON on its last line and leaves with 1 where something did not hold.
"""

import argparse
import collections
import contextlib
import io
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any
from unittest import mock

import attack_studio

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

Files = tuple[bytes, list[Any]]  #: a checkpoint's bytes, and the figures of its run's epochs
NETWORKS = ("feedforward", "convnet")
SIGNALS = ("SIGKILL", "SIGINT", "SIGTERM")
REFUSED_IN_S = 2.0  #: of processor time
READ_IN_S, READ_IN_MB = 3.0, 600  #: of processor time, and of memory, for up to two megapixels


def kills(count: int, seed: int) -> dict[str, Any]:
    """End trainings at so many random moments in three ways; count those that go on to the same bytes."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for network in NETWORKS:
            place = Path(scratch) / network
            seconds = min(trained_in(place / f"alone-{number}", network) for number in range(3))
            wanted = files_of(place / "alone-0")
            chance = random.Random(f"{seed} {network}")
            for name in SIGNALS:
                ends: list[str] = []
                while len(ends) - ends.count("too late") < count and len(ends) < 3 * count:
                    folder = place / f"{name}-{len(ends)}"
                    ends.append(one_kill(folder, network, name, seconds, chance, wanted))
                counts = {end: ends.count(end) for end in sorted(set(ends))}
                found[f"{network}, {name}"] = counts
                print(f"{network}, {name}: {counts}", file=sys.stderr, flush=True)
    return found | {"held": all(one.get("identical") == count for one in found.values())}


def trained_in(folder: Path, network: str) -> float:
    """Train without being ended; return the seconds from its first word to its end."""
    process = training(folder, network)
    began = time.monotonic()
    process.join()
    assert process.exitcode == 0, "the training that nobody ends does not end well"
    return time.monotonic() - began


def one_kill(
    folder: Path, network: str, name: str, seconds: float, chance: random.Random, wanted: Files
) -> str:
    """End a training once and go on; return "identical", "too late" or "DIFFERENT".

    Too late is a training that was through before the signal came, for the machine's speed varies.
    """
    process = training(folder, network)
    time.sleep(chance.uniform(0, seconds))
    with contextlib.suppress(ProcessLookupError):  # it is through
        os.kill(process.pid or 0, getattr(signal, name))
    process.join()
    expected = {"SIGKILL": (-9,), "SIGINT": (130, -2), "SIGTERM": (143, -15)}[name]
    begun = (folder / "checkpoint.safetensors").exists()
    last = training(folder, network, "resumed" if begun else "fresh")
    last.join()
    if not (process.exitcode in (0, 1, *expected) and last.exitcode == 0 and files_of(folder) == wanted):
        return "DIFFERENT"
    return "identical" if process.exitcode != 0 else "too late"


def training(folder: Path, network: str, how: str = "fresh") -> BaseProcess:
    """Begin a training in a process, and wait until it has begun."""
    context = multiprocessing.get_context("forkserver")  # it has loaded PyTorch when the first begins
    context.set_forkserver_preload(["torch._dynamo", "zeronine.training.loop"])
    ours, theirs = context.Pipe()
    process = context.Process(target=train, args=(theirs, folder, network, how))
    process.start()
    theirs.close()
    ours.recv_bytes()
    return process


def train(begun: Connection, folder: Path, network: str, how: str) -> None:
    """Train a small network on noise, or go on with it, and leave as `zeronine train` does."""
    import numpy as np

    from zeronine.data.digits import Digits
    from zeronine.errors import StoppedError
    from zeronine.training import keeping, loop
    from zeronine.training.recipe import Recipe

    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    sys.stderr = io.StringIO()  # a signal before it listens gives a traceback
    generator = np.random.default_rng(0)
    canvases = generator.integers(0, 256, (400, 28, 28)).astype(np.uint8)
    digits = Digits(canvases, np.arange(400) % 10, "noise")
    recipes = {
        "feedforward": Recipe(epochs=6, batch_size=8, dropout=0.1),
        "convnet": Recipe(
            network="convnet",
            channels="4,8",
            embedding=16,
            epochs=3,
            batch_size=16,
            optimizer="adamw",
            augment="shift",
            average=0.99,
        ),
    }
    begun.send_bytes(b"begun")
    try:
        # What is asked is the checkpoint; making the model file would take most of the time.
        with mock.patch.object(keeping, "export_onnx", lambda network, card, path: path.write_bytes(b"")):
            if how == "resumed":
                loop.resume(folder, digits, validation=digits[:100])
            else:
                loop.train(digits, recipes[network], validation=digits[:100], folder=folder)
    except StoppedError as stopped:
        raise SystemExit(stopped.exit_code) from None


def files_of(folder: Path) -> Files:
    """Return what has to be the same: the checkpoint's bytes, and each epoch's figures but its time."""
    rows = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    figures = [{name: value for name, value in row.items() if name != "seconds"} for row in rows]
    return (folder / "checkpoint.safetensors").read_bytes(), figures


def models(count: int, seed: int) -> dict[str, Any]:
    """Open hostile and damaged model files; each is refused in two seconds, or answers as the good one."""
    import numpy as np

    from hostile import KINDS, hostile
    from zeronine.errors import ModelError
    from zeronine.models import SHIPPED
    from zeronine.reading.classify import Classifier

    good, generator = SHIPPED.read_bytes(), np.random.default_rng(seed)
    canvases = generator.random((16, 28, 28)).astype(np.float32)
    wanted = Classifier(SHIPPED)(canvases).logits
    ends: collections.Counter[str] = collections.Counter()
    slowest = (0.0, "")
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "model.onnx"
        for number in range(count):
            kind = [*KINDS, "bytes", "cut"][number % (len(KINDS) + 2)]
            path.write_bytes(
                hostile(good, kind, generator) if kind in KINDS else damaged(good, kind, generator)
            )
            began = time.process_time()
            try:
                same = np.array_equal(Classifier(path)(canvases).logits, wanted)
                end = "right" if same else f"WRONG: {kind}"
            except ModelError:
                end = "refused"
            except Exception as error:  # noqa: BLE001  whatever else comes is what is looked for
                end = f"{type(error).__name__}: {kind}"
            ends[end] += 1
            slowest = max(slowest, (time.process_time() - began, kind))
    held = set(ends) <= {"refused", "right"} and slowest[0] < REFUSED_IN_S
    return {"files": count, "ends": dict(ends), "slowest_s": round(slowest[0], 3), "held": held}


def damaged(good: bytes, kind: str, generator: Any) -> bytes:
    """Return a file with three bytes changed, or its end cut off."""
    place = int(generator.integers(1, len(good)))
    if kind == "cut":
        return good[:place]
    content = bytearray(good)
    for _ in range(3):
        content[int(generator.integers(len(content)))] ^= int(generator.integers(1, 256))
    return bytes(content)


def pictures(count: int, seed: int) -> dict[str, Any]:
    """Read nasty pictures of thirty kinds; each ends in a reading or a refusal, within 3 s and 600 MB."""
    from nasty_kinds import KINDS

    script = Path(__file__).parents[1] / "tests" / "nasty_reads.py"
    each = -(-count // len(KINDS))
    found: list[dict[str, Any]] = []
    for kind in KINDS:
        names = [f"{kind}:{number}" for number in range(seed * each, (seed + 1) * each)]
        done = subprocess.run(
            [sys.executable, script, *names], stdout=subprocess.PIPE, text=True, check=False
        )
        read = [json.loads(line) for line in done.stdout.splitlines()]
        found += read
        if len(read) < each:  # it died over the next one
            found.append({"kind": kind, "end": f"died: {done.returncode}", "cpu_s": 0, "peak_mb": 0})
        worst = max(one["cpu_s"] for one in found if one["kind"] == kind)
        print(f"{kind}: {len(read)} read, slowest {worst} s", file=sys.stderr, flush=True)
    ends = collections.Counter(one["end"] for one in found)
    over = [one for one in found if one["cpu_s"] > READ_IN_S or one["peak_mb"] > READ_IN_MB]
    return {
        "pictures": len(found),
        "kinds": len(KINDS),
        "ends": dict(ends),
        "slowest": max(found, key=lambda one: one["cpu_s"]),
        "largest": max(found, key=lambda one: one["peak_mb"]),
        "over the budget": over,
        "held": set(ends) <= {"read", "refused"} and not over,
    }


ATTACKS = {
    "kills": kills,
    "models": models,
    "pictures": pictures,
    "keep-alive": attack_studio.keep_alive,
    "idle": attack_studio.idle,
    "crowd": attack_studio.crowd,
    "beside": attack_studio.beside,
}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("attack", choices=ATTACKS)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    found = ATTACKS[chosen.attack](chosen.count, chosen.seed)
    print(json.dumps({"attack": chosen.attack, **found}))
    return 0 if found["held"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
