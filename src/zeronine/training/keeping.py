"""What stays of a run: its checkpoint while it learns, its model file at the end.

Also the crops that watch a run of the finder or the second opinion; weights are changed in `loop.py` alone.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from torch import nn

from zeronine.card import Card
from zeronine.data.digits import Digits
from zeronine.data.pages.batches import CropBatches
from zeronine.data.pages.desks import desk_of
from zeronine.errors import ModelError, StoppedError
from zeronine.network.onnx import export_onnx
from zeronine.network.page_file import export_page_network
from zeronine.training.broken import Broke
from zeronine.training.calibrate import calibrated_card
from zeronine.training.finding import WATCHED
from zeronine.training.material import page_batches
from zeronine.training.recipe import PAGES, Recipe
from zeronine.training.state import Progress, State, save_state
from zeronine.training.stopping import Stop

WATCH_SEED = 2_000_000  #: of the crops that watch a run of the finder or the second opinion


def finished_card(
    network: nn.Module, card: Card, path: Path, validation: Digits | None, *, device: str, broke: Broke | None
) -> Card:
    """Calibrate and write the model file; return its card.  A broken network may have none."""
    pages = card.network in PAGES
    if validation is not None and not pages:
        card = calibrated_card(card, network, validation, device=device)
    try:
        (export_page_network if pages else export_onnx)(network, card, path)
    except ModelError:
        if broke is None:
            raise
        path.unlink(missing_ok=True)
    return card


def watched_crops(validation: Digits | None, recipe: Recipe) -> CropBatches | None:
    """Return crops that watch a run of a network of pages, where there are digits to watch with."""
    if validation is None or recipe.network not in PAGES:
        return None
    return page_batches(recipe)(
        desk_of(validation, held_apart=True), recipe.batch_size, seed=WATCH_SEED, steps=WATCHED
    )


class Keeper:
    """Writes a run's checkpoint, and knows what it holds."""

    def __init__(self, state: State, card: Card, path: Path, data: dict[str, Any]) -> None:
        """Keep `state`; nothing is written yet."""
        self._state, self._card, self._path, self._data = state, card, path, data
        self._kept = Progress()

    def save(self) -> None:
        """Write the state as it is now."""
        save_state(self._state, self._card, self._path, data=self._data)
        self._kept = replace(self._state.progress)

    def stopped(self, stop: Stop) -> StoppedError:
        """Return the error that says where the run was stopped, and how to go on."""
        kept, folder = self._kept, self._path.parent
        steps = f" and {kept.step} steps" if kept.step else ""
        return StoppedError(
            f"stopped after epoch {kept.epoch}{steps}, everything is kept: "
            f"`zeronine train --resume {folder}` goes on",
            file=folder,
            epoch=kept.epoch,
            step=kept.step,
            signal=stop.asked,
        )
