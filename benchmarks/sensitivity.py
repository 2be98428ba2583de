"""What is each number in reading/ worth?  Every named constant halved and doubled; the last line is JSON.

    python benchmarks/sensitivity.py [--only SURE reading.lines] [--each 24] [--model FILE]

Every module-level name of `zeronine.reading` that holds a number, or a tuple of numbers, is found in the
source.  The modules are then loaded afresh with that one value changed, so that what is derived from it,
bound as a default, or imported by another module changes, too.  Whole numbers stay whole.  Read are `--each`
digits and as many numbers, made of MNIST's validation digits, each changed in one of the ways of
changes.py, the same ones every time.  Shown are right answers lost (-) or gained (+) and how many
answers became others.  A constant that moves nothing in either direction is worth nothing here: a limit
of time or memory has to be, anything else should go.  Nothing is chosen by this.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import ast
import importlib
import importlib.util
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from typing import Any

import cv2
from rich.console import Console
from rich.table import Table

from changes import CHANGES, Grey, Sample
from metamorphic import changed_by, made_digits, made_numbers
from real import Reads
from scoring import answer_of
from zeronine.data import mnist

PART = "zeronine.reading"
Value = int | float | tuple[int | float, ...]
FACTORS = {"halved": 0.5, "doubled": 2.0}


@dataclass(frozen=True, slots=True)
class Constant:
    """A named number in a module."""

    module: str
    name: str
    value: Value

    @property
    def title(self) -> str:
        return f"{self.module.removeprefix('zeronine.')}.{self.name}"

    def times(self, factor: float) -> Value:
        if isinstance(self.value, tuple):
            return tuple(scaled(part, factor) for part in self.value)
        return scaled(self.value, factor)


def scaled(value: int | float, factor: float) -> int | float:
    return int(value * factor) if isinstance(value, int) else value * factor


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", default=[""], help="constants whose name holds one of these")
    parser.add_argument("--each", type=int, default=24)
    parser.add_argument("--model", default=None, help="a model file instead of the shipped one")
    chosen = parser.parse_args()
    cv2.setNumThreads(1)
    wanted = [c for c in constants_of(PART) if any(part in c.title for part in chosen.only)]
    cases = pictures(chosen.each)
    figures = sensitivities(wanted, cases, chosen.model)
    Console(width=110).print(shown(wanted, figures, len(cases)))
    still = [title for title, moved in figures.items() if all(m.get("changed") == 0 for m in moved.values())]
    print(f"{len(still)} of {len(wanted)} move nothing: {', '.join(still) or 'none'}")
    print(json.dumps({"pictures": len(cases), "constants": figures, "move_nothing": still}))


def sensitivities(
    wanted: Sequence[Constant], cases: Sequence[tuple[Sample, Grey]], model: str | None
) -> dict[str, dict[str, dict[str, Any]]]:
    """Return for each constant what halving and doubling it moves."""
    before = texts(opened(model), cases)
    figures: dict[str, dict[str, dict[str, Any]]] = {}
    for constant in wanted:
        figures[constant.title] = {
            word: moved(constant, constant.times(factor), cases, before, model)
            for word, factor in FACTORS.items()
            if constant.times(factor) != constant.value
        }
        print(constant.title, json.dumps(figures[constant.title]), flush=True)
    return figures


def moved(
    constant: Constant,
    value: Value,
    cases: Sequence[tuple[Sample, Grey]],
    before: Sequence[str],
    model: str | None,
) -> dict[str, Any]:
    """Return how many right answers a value adds or costs, and how many answers it changes."""
    try:
        with replaced(constant, value):
            after = texts(opened(model), cases)
    except Exception as error:  # noqa: BLE001  a value that nobody would set may break anything: that is the answer
        return {"value": value, "breaks": f"{type(error).__name__}: {error}"}
    truths = [sample.truth[0] for sample, _ in cases]
    was, now = (
        sum(text == truth for text, truth in zip(some, truths, strict=True)) for some in (before, after)
    )
    return {
        "value": value,
        "right": now - was,
        "changed": sum(a != b for a, b in zip(before, after, strict=True)),
    }


def texts(reader: Reads, cases: Sequence[tuple[Sample, Grey]]) -> list[str]:
    return [
        answer_of(reader.read(picture, one=sample.one, min_confidence=0.0)).plain for sample, picture in cases
    ]


def pictures(each: int) -> list[tuple[Sample, Grey]]:
    """Return digits and numbers, changed in turn in each of the ways that go with them."""
    digits = mnist.load("validation")
    names = [name for name in CHANGES if name not in ("scale 4", "half outside")]
    cases = []
    for samples in (made_digits(digits, each, seed=10), made_numbers(digits, each, seed=11)):
        for place, sample in enumerate(samples):
            changed = changed_by(names[place % len(names)], sample, place)
            cases.append((sample, sample.picture if changed is None else changed))
    return cases


# ---- constants, and modules with other ones ----


def constants_of(part: str) -> list[Constant]:
    """Return every number that a module of a package has a name for, in the order of the source."""
    folder = Path(importlib.import_module(part).__path__[0])
    found = []
    for file in sorted(folder.rglob("*.py")):
        inside = file.relative_to(folder).with_suffix("").parts
        module = ".".join((part, *(name for name in inside if name != "__init__")))
        values = vars(importlib.import_module(module))
        found += [
            Constant(module, name, values[name])
            for name in names_of(ast.parse(file.read_text()))
            if is_number(values[name])
        ]
    return found


def names_of(tree: ast.Module) -> list[str]:
    """Return the names that a module gives a value, once each."""
    names = [target.id for node in tree.body for target in targets_of(node) if isinstance(target, ast.Name)]
    return list(dict.fromkeys(names))


def targets_of(node: ast.stmt) -> Sequence[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, ast.AnnAssign) and node.value is not None else []


def is_number(value: object) -> bool:
    if isinstance(value, tuple):
        return len(value) > 0 and all(is_number(part) for part in value)
    return isinstance(value, int | float) and not isinstance(value, bool)


class Changed(SourceFileLoader):
    """Loads a module from its source with another value for one name."""

    def __init__(self, constant: Constant, value: Value, path: str) -> None:
        super().__init__(constant.module, path)
        self.constant, self.value = constant, value

    def get_code(self, fullname: str) -> Any:
        tree = ast.parse(self.get_data(self.path))
        for node in tree.body:
            if any(isinstance(t, ast.Name) and t.id == self.constant.name for t in targets_of(node)):
                assert isinstance(node, ast.Assign | ast.AnnAssign)
                node.value = ast.parse(repr(self.value), mode="eval").body
        return compile(ast.fix_missing_locations(tree), self.path, "exec")


class Finder(MetaPathFinder):
    """Finds the one module that is changed before Python finds it unchanged."""

    def __init__(self, constant: Constant, value: Value, path: str) -> None:
        self.constant, self.loader = constant, Changed(constant, value, path)

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if fullname != self.constant.module:
            return None
        return importlib.util.spec_from_file_location(fullname, self.loader.path, loader=self.loader)


@contextmanager
def replaced(constant: Constant, value: Value) -> Iterator[None]:
    """Load the package afresh, as it would be with this value; put the old modules back afterwards."""
    path = sys.modules[constant.module].__file__
    assert path is not None
    kept = {name: sys.modules.pop(name) for name in list(sys.modules) if is_part(name)}
    finder = Finder(constant, value, path)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if is_part(name)]:
            del sys.modules[name]
        sys.modules.update(kept)
        parent, _, name = PART.rpartition(".")
        if parent:
            setattr(sys.modules[parent], name, kept[PART])


def is_part(name: str) -> bool:
    return name == PART or name.startswith(f"{PART}.")


def opened(model: str | None) -> Reads:
    reader: Reads = importlib.import_module(f"{PART}.reader").Reader(model, threads=1)
    return reader


def shown(wanted: Sequence[Constant], figures: dict[str, Any], count: int) -> Table:
    table = Table("constant", "value", *FACTORS, title=f"right answers and changed answers of {count}")
    for constant in wanted:
        cells = [figures[constant.title].get(word) for word in FACTORS]
        table.add_row(constant.title, str(constant.value), *map(cell, cells))
    return table


def cell(figure: dict[str, Any] | None) -> str:
    if figure is None:
        return "-"
    if "breaks" in figure:
        return str(figure["breaks"])[:40]
    return f"{figure['right']:+d}, {figure['changed']} changed" if figure["changed"] else "nothing"


if __name__ == "__main__":
    main()
