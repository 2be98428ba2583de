"""Helpers of the tests of bulk reading: a small picture, and the rows of a job."""

from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw


def picture(path: Path, text: str) -> Path:
    """Write a small picture with digits in it."""
    page = Image.new("L", (30 * len(text) + 20, 50), 255)
    ImageDraw.Draw(page).text((10, 5), text, font_size=34, fill=0)
    path.parent.mkdir(parents=True, exist_ok=True)
    page.save(path)
    return path


def rows_of(out: Path) -> list[dict[str, Any]]:
    """Return the rows of a job by id, without what differs from run to run."""
    import pyarrow.dataset as ds

    rows = ds.dataset(out / "rows", format="parquet").to_table().to_pylist()
    for row in rows:
        del row["milliseconds"]
    return sorted(rows, key=lambda row: str(row["id"]))
