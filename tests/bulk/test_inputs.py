"""What INPUT means: folders, manifests, tar shards, addresses; and what is wrong with one."""

import csv
import io
import os
import tarfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from zeronine.bulk.inputs import Item, items_of
from zeronine.bulk.opening import picture_of
from zeronine.bulk.plan import Plan, write_plan
from zeronine.errors import DataError, PictureError

ALL = ["a/0.png", "a/2.png", "a/4.png", "a/6.png", "b/1.png", "b/3.png", "b/5.png", "bad.png"]


def names(source: object) -> list[str]:
    return [item.id for item in items_of(str(source))]


def test_a_folder_gives_its_pictures_by_name_and_nothing_else(scans: Path) -> None:
    assert names(scans) == ALL


def test_a_name_that_is_no_utf8_is_told_and_opened(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.png")).write_bytes(b"x")
    (item,) = items_of(str(tmp_path))
    assert item.id == "\\xff.png"
    assert Path(os.fsdecode(item.place)).read_bytes() == b"x"


def test_a_tar_gives_the_pieces_where_its_pictures_lie(scans: Path, tmp_path: Path) -> None:
    for number in (0, 1):
        with tarfile.open(tmp_path / f"part-{number:02d}.tar", "w") as tar:
            tar.add(scans / "a", "a")
            tar.add(scans / "notes.txt", "notes.txt")
    items = list(items_of(str(tmp_path / "part-{00..01}.tar")))
    assert [item.id for item in items][3:6] == [
        "part-00.tar/a/6.png",
        "part-01.tar/a/0.png",
        "part-01.tar/a/2.png",
    ]
    assert picture_of(items[4]) == (scans / "a/0.png").read_bytes()


def test_a_tar_that_is_cut_short_gives_what_is_there_and_an_error(scans: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.tar"
    with tarfile.open(path, "w") as tar:
        tar.add(scans / "a", "a")
    third = list(items_of(str(path)))[2].offset or 0
    os.truncate(path, third + 10)
    told = [str(one) for one in map(picture_of, items_of(str(path))) if isinstance(one, PictureError)]
    assert len(told) == 2  # the third picture's, and the file's
    assert all("cut short" in one for one in told)


def test_a_packed_tar_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "x.tar"
    path.write_bytes(b"\x1f\x8b" + b"x" * 600)
    (item,) = items_of(str(path))
    assert item.error is not None and "not packed" in item.error


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_manifest_names_places_beside_itself_and_ids(suffix: str, scans: Path) -> None:
    rows = [{"id": "first", "path": "a/0.png"}, {"id": "", "path": "b/1.png"}, {"id": "gone", "path": ""}]
    manifest = scans / f"list.{suffix}"
    if suffix == "csv":
        text = io.StringIO()
        writer = csv.DictWriter(text, ["id", "path"])
        writer.writeheader()
        writer.writerows(rows)
        manifest.write_text(text.getvalue())
    else:
        pq.write_table(pa.Table.from_pylist(rows), manifest)
    items = list(items_of(str(manifest)))
    assert [item.id for item in items] == ["first", "b/1.png", "gone"]
    assert picture_of(items[0]) == str(scans / "a/0.png")
    assert isinstance(picture_of(items[2]), PictureError)


def test_a_manifest_without_places_is_refused_with_its_columns(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("name,size\na,1\n")
    with pytest.raises(DataError, match="has the columns name, size, none of which"):
        names(tmp_path / "list.csv")


def test_an_address_is_listed_and_opened_through_fsspec(scans: Path) -> None:
    items = list(items_of(f"file://{scans}"))
    assert [item.id for item in items] == ALL
    assert picture_of(items[0]) == (scans / "a/0.png").read_bytes()


def test_what_an_address_cannot_give_is_an_error_of_its_picture() -> None:
    gone = Item(id="x", place=b"memory://nowhere/x.png")
    assert "cannot be opened" in str(picture_of(gone))


@pytest.mark.parametrize("source", ["nowhere", "nowhere/*.tar", "nosuch://x", "memory://nowhere"])
def test_an_input_that_is_not_there_is_refused(source: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="check INPUT"):
        names(source if "://" in source else tmp_path / source)


def test_a_plan_gives_back_every_item_shard_by_shard(scans: Path, tmp_path: Path) -> None:
    items = list(items_of(str(scans)))
    assert write_plan(iter(items), tmp_path / "plan.parquet", shard_size=3) == 8
    plan = Plan(tmp_path / "plan.parquet")
    assert plan.sizes() == [3, 3, 2]
    assert [item for shard in range(3) for item in plan.items(shard)] == items


def test_an_id_that_is_there_twice_is_refused_and_named(tmp_path: Path) -> None:
    items = [Item(id=name, place=b"x") for name in ("a", "b", "a")]
    with pytest.raises(DataError, match="the id 'a' is there twice"):
        write_plan(items, tmp_path / "plan.parquet", shard_size=2)
    assert list(tmp_path.iterdir()) == []


def test_an_input_without_a_picture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no picture in INPUT"):
        write_plan([], tmp_path / "plan.parquet", shard_size=2)
