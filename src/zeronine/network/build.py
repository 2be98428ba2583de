"""A recipe's words -> the network they describe."""

from collections.abc import Mapping
from typing import Any

from torch import nn

from zeronine.errors import ModelError
from zeronine.network.article import FeedForward
from zeronine.network.context import Context
from zeronine.network.convnet import ConvNet, stages_of
from zeronine.network.finder import Finder


def build(recipe: Mapping[str, Any]) -> nn.Module:
    """Return the untrained network of a recipe's plain data (`Recipe.to_dict()`, or a card's)."""
    if recipe["network"] == "feedforward":
        return FeedForward(
            recipe["hidden"],
            activation=recipe["activation"],
            last_activation=recipe["last_activation"],
            dropout=recipe["dropout"],
        )
    if recipe["network"] == "convnet":
        return ConvNet(
            stages_of(recipe["channels"]), embedding=recipe["embedding"], dropout=recipe["dropout"]
        )
    if recipe["network"] == "finder":
        return Finder()
    if recipe["network"] == "context":
        return Context()
    raise ModelError(f"there is no network {recipe['network']!r} in this version: update zeronine")
