"""One run in a process of its own: `python -m zeronine.studio.worker`.

It is told what to do by one line of JSON on standard input, and tells how it goes by lines of JSON
on standard output.  It makes itself nice to the answers, uses the training loop that
`zeronine train` uses, and on SIGTERM stops at once but well: what was learned is kept and exported.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from zeronine.errors import StoppedError, ZeronineError
from zeronine.training.stopping import heeded

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from zeronine.data.digits import Digits
    from zeronine.training.runlog import Moment

NICE = 10
STEP_S = 0.04  #: between two step events: more than ten a second, so that curves grow as one looks
WEIGHTS_S = 1.0  #: between two pictures of the first layer
MOST_MISREAD = 24  #: pictures of misread digits in an epoch event

Say = Callable[[str, dict[str, Any]], None]


class Reporter:
    """Watches a run and says what the page shows of it."""

    def __init__(self, say: Say, validation: "Digits") -> None:
        """Say things with `say`; look at `validation` digits after each epoch."""
        self._say = say
        self._validation = validation
        self._stepped = self._pictured = 0.0

    def __call__(self, moment: "Moment") -> None:
        """Say how far the run is."""
        now = time.monotonic()
        if now - self._stepped > STEP_S or moment.row is not None:
            self._stepped = now
            self._say("step", _step(moment))
        if now - self._pictured > WEIGHTS_S or moment.row is not None:
            self._pictured = now
            self._say_weights(moment)
        if moment.row is not None:
            self._say("epoch", self._epoch(moment))
            if moment.epoch == moment.epochs:
                from zeronine.training.runlog import ENDING

                self._say("message", {"message": ENDING})

    def _say_weights(self, moment: "Moment") -> None:
        from zeronine.studio.tiles import PIXELS, signed_tiles

        first = next((one for one in moment.network.parameters() if one.ndim == 2), None)
        if first is not None and first.shape[1] == PIXELS:
            weights = first.detach().float().cpu().numpy()
            self._say("weights", {"step": moment.step, "weights": signed_tiles(weights)})

    def _epoch(self, moment: "Moment") -> dict[str, Any]:
        from zeronine.metrics import confusion

        row, found = moment.row or {}, moment.found
        assert found is not None  # the loop has just validated
        return {
            "epoch": row["epoch"],
            "step": moment.step,
            "train": {"loss": row["loss"], "accuracy": row["accuracy"]},
            "validation": {"loss": row["validation_loss"], "accuracy": row["validation_accuracy"]},
            "confusion": confusion(self._validation.labels, found).tolist(),
            "misread": misread(self._validation, found),
        }


def misread(digits: "Digits", answers: "npt.NDArray[np.int64]") -> dict[str, Any]:
    """Return some of the digits that were answered wrongly, and how many there are."""
    import numpy as np

    from zeronine.studio.tiles import tiles

    wrong = np.flatnonzero(answers != digits.labels)
    shown = wrong[:MOST_MISREAD]
    return {
        "count": len(wrong),
        "truth": digits.labels[shown].tolist(),
        "answers": answers[shown].tolist(),
        "pictures": tiles(digits.images[shown] / 255, shown_high=255),
    }


def main() -> int:
    """Do what standard input says; return the exit code: 0 done or stopped, 2 a user's mistake."""
    say = Speaker(sys.stdout)
    sys.stdout = sys.stderr  # whatever a library prints, the pages are told by `say` only
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then says SIGTERM
    os.nice(NICE)
    try:
        with heeded():
            work(json.loads(sys.stdin.readline()), say)
    except KeyboardInterrupt:
        say("end", {"state": "stopped", "message": "stopped before the first step"})
    except ZeronineError as error:
        say("end", {"state": "failed", "message": str(error)})
        return 2
    return 0


def work(task: dict[str, Any], say: Say) -> None:
    """Train what a task says: a fresh run, or a run to go on with."""
    from zeronine.data.mnist import load
    from zeronine.training.loop import resume, train
    from zeronine.training.recipe import recipe_from_dict

    folder = Path(task["folder"])
    mnist = Path(task["mnist"]) if task["mnist"] else None
    say("message", {"message": "taking the MNIST digits out of the cache, or fetching them"})
    digits, validation = load("train", folder=mnist), load("validation", folder=mnist)
    say("message", {"message": ""})
    reporter = Reporter(say, validation)
    try:
        if task["go_on"]:
            _lengthen(folder, task["recipe"]["epochs"])
            run = resume(folder, digits, validation=validation, watch=reporter)
        else:
            recipe = recipe_from_dict(task["recipe"], where="the studio")
            run = train(digits, recipe, validation=validation, folder=folder, watch=reporter)
    except StoppedError as stopped:
        _export_as_it_is(folder, validation)
        where = f"epoch {stopped.epoch}" + (f" and {stopped.step} steps" if stopped.step else "")
        say("end", {"state": "stopped", "message": f"stopped after {where}, everything is kept"})
    else:
        say("end", {"state": "done", "message": "" if run.broke is None else str(run.broke)})


class Speaker:
    """Writes one line of JSON for each thing said."""

    def __init__(self, stream: TextIO) -> None:
        """Write to `stream`."""
        self._stream = stream

    def __call__(self, kind: str, data: dict[str, Any]) -> None:
        """Say one thing, at once."""
        self._stream.write(json.dumps({"kind": kind, "data": data}) + "\n")
        self._stream.flush()


def _lengthen(folder: Path, epochs: int) -> None:
    """Set how many epochs a run has in all."""
    from zeronine.models import CHECKPOINT
    from zeronine.network.checkpoint import change_card, read_checkpoint

    card = read_checkpoint(folder / CHECKPOINT).card
    change_card(folder / CHECKPOINT, replace(card, recipe={**card.recipe, "epochs": epochs}))


def _export_as_it_is(folder: Path, validation: "Digits") -> None:
    """Write the model file of a run that was stopped: the weights of its checkpoint."""
    from zeronine.models import CHECKPOINT, MODEL
    from zeronine.network.build import build
    from zeronine.network.checkpoint import AVERAGE, NETWORK, load_network, read_checkpoint
    from zeronine.network.onnx import export_onnx
    from zeronine.training.calibrate import calibrated_card

    kept = read_checkpoint(folder / CHECKPOINT)
    card, network = kept.card, build(kept.card.recipe)
    prefix = AVERAGE if any(name.startswith(AVERAGE) for name in kept.tensors) else NETWORK
    load_network(network, kept.tensors, where=str(folder / CHECKPOINT), prefix=prefix)
    export_onnx(network, calibrated_card(card, network.eval(), validation), folder / MODEL)


def _step(moment: "Moment") -> dict[str, Any]:
    return {
        "step": moment.step,
        "steps": moment.steps,
        "epoch": round(moment.epochs * moment.step / max(moment.steps, 1), 4),
        "epochs": moment.epochs,
        "loss": moment.loss,
        "accuracy": moment.accuracy,
        "pictures_per_s": round(moment.pictures_a_second),
    }


if __name__ == "__main__":
    raise SystemExit(main())
