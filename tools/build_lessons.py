"""Make notebooks of lessons/*.py in build/lessons, each run from top to bottom with its figures in it.

The sources are plain Python in jupytext's percent format; a notebook is never kept beside its source.
A cell that fails stops everything, and says which.
"""

from pathlib import Path
from typing import Any

import jupytext
import nbclient

ROOT = Path(__file__).parents[1]
LESSONS = ROOT / "lessons"
BUILT = ROOT / "build/lessons"
CELL_S = 600  #: the most that a cell may take, other work beside it: a chapter takes half a minute


def main() -> None:
    """Build and run them all."""
    BUILT.mkdir(parents=True, exist_ok=True)
    for source in sources():
        print(run(notebook(source), BUILT / f"{source.stem}.ipynb"))


def sources() -> list[Path]:
    """Return the chapters in their order, and the article after them."""
    return sorted(LESSONS.glob("*.py"))


def notebook(source: Path) -> Any:
    """Return the notebook of a source, not run; its links lead to notebooks."""
    made = jupytext.read(source, fmt="py:percent")
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for cell in made.cells:
        if cell.cell_type == "markdown":
            cell.source = cell.source.replace(".py)", ".ipynb)")
    return made


def run(made: Any, target: Path) -> Path:
    """Run a notebook, keep it with what its cells printed and drew, and return where.

    Raises nbclient's CellExecutionError, which names the cell, where one fails.
    """
    nbclient.NotebookClient(
        made, timeout=CELL_S, resources={"metadata": {"path": str(target.parent)}}
    ).execute()
    jupytext.write(made, target, fmt="ipynb")
    return target


if __name__ == "__main__":
    main()
