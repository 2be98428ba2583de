"""Names of every shape, and outputs that cannot be written: told in one line, and nothing is carried out."""

import csv
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from zeronine.answers import Box
from zeronine.cli.names import cell, in_line, shown
from zeronine.documents.forms import Field, Form

PICTURE = next((Path(__file__).parents[1] / "pictures").glob("one-7_both*"))
TABLE = Path(__file__).parents[1] / "documents" / "pictures" / "table.png"
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="names of bytes, and /dev/full")
BAD = {
    "escape": b"\x1b]0;owned\x07\x1b[31m7.png",
    "not UTF-8": b"caf\xe9 7.png",
    "formula": b"=cmd|7.png",
    "markup": b"[bold]7[nothing].png",
    "backwards": "seven\u202egnp.png".encode(),
    "two lines": b"7\n8.png",
}


def zeronine(
    *arguments: bytes | str, folder: Path, out: int | None = subprocess.PIPE, close: Sequence[int] = ()
) -> subprocess.CompletedProcess[bytes]:
    """Run the command, with some of its standard streams closed."""

    def shut() -> None:
        for number in close:
            os.close(number)

    command = [sys.executable, "-m", "zeronine", *arguments]
    return subprocess.run(
        command,
        cwd=folder,
        stdin=None if close else subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.PIPE,
        check=False,
        preexec_fn=shut if close else None,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a picture under each of the bad names, and one that is no picture."""
    folder = tmp_path_factory.mktemp("bad")
    for name in BAD.values():
        shutil.copy(PICTURE, os.fsdecode(os.fsencode(folder) + b"/" + name))
    (folder / "\x1b[2Jbroken.png").write_bytes(b"no picture")
    return folder


@LINUX
@pytest.mark.parametrize("format", ["text", "csv", "json"])
def test_names_do_nothing_to_a_terminal_or_a_table(bad: Path, format: str) -> None:
    """Each is printed once, in characters that print; a cell that would be a formula is none."""
    done = zeronine("read", "--one", "--format", format, ".", folder=bad)
    assert done.returncode == 1, done.stderr
    assert b"Traceback" not in done.stderr
    text = (done.stdout + done.stderr).decode()  # it is UTF-8, whatever the names were
    assert all(one.isprintable() or one == "\n" for one in text)
    assert len(done.stdout.decode().splitlines()) == len(BAD) + (0 if format == "text" else 1) + (
        format == "csv"
    )
    if format == "csv":
        rows = list(csv.DictReader(io.StringIO(done.stdout.decode())))
        assert not any(value.startswith(("=", "+", "-", "@")) for row in rows for value in row.values())
        assert sorted(row["text"] for row in rows)[-len(BAD) :] == ["7"] * len(BAD)


@LINUX
@pytest.mark.parametrize(
    "name", [b"x" * 300 + b".png", b"*" * 300, b"\xff\xfe", b"\x1b[31m", b"nowhere/[/b].png"]
)
def test_a_name_that_leads_nowhere_is_told_in_one_line(tmp_path: Path, name: bytes) -> None:
    done = zeronine("read", name, folder=tmp_path)
    assert done.returncode in (1, 2)
    said = done.stderr.decode()
    assert said.startswith("zeronine: ") and said.count("\n") == 1
    assert all(one.isprintable() for one in said.rstrip("\n"))


@LINUX
def test_a_full_disk_behind_the_output_is_said(tmp_path: Path) -> None:
    """And the exit code is not that of success."""
    with Path("/dev/full").open("wb") as full:
        done = zeronine("read", str(PICTURE), folder=tmp_path, out=full.fileno())
    assert done.returncode == 1
    assert done.stderr == b"zeronine: the output cannot be written or read (No space left on device)\n"


def test_a_reader_that_has_gone_is_no_fault(tmp_path: Path) -> None:
    """As with `zeronine read ... | head`: it ends, without a word."""
    theirs, ours = os.pipe()
    os.close(theirs)
    done = zeronine("read", "--format", "json", str(PICTURE), folder=tmp_path, out=ours)
    os.close(ours)
    assert done.returncode in (1, 141)
    assert done.stderr == b""


@LINUX
def test_a_closed_standard_input_is_said(tmp_path: Path) -> None:
    done = zeronine("read", "-", folder=tmp_path, close=[0])
    assert done.returncode == 1
    assert done.stderr.startswith(b"zeronine: standard input is closed")


@LINUX
def test_a_closed_output_is_no_traceback(tmp_path: Path) -> None:
    done = zeronine("read", str(PICTURE), folder=tmp_path, close=[1])
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("text", "plain", "in_cell"),
    [
        ("a b.png", "a b.png", "a b.png"),
        ("Zahl-ß-数.png", "Zahl-ß-数.png", "Zahl-ß-数.png"),
        ("\x1b[31m", "\\x1b[31m", "\\x1b[31m"),
        ("\udcff", "\\udcff", "\\udcff"),
        ("\u202e", "\\u202e", "\\u202e"),
        ("a\nb", "a\nb", "a b"),
        ("=1+1", "=1+1", "'=1+1"),
        ("-7.png", "-7.png", "'-7.png"),
        ("@a", "@a", "'@a"),
        ("+a", "+a", "'+a"),
        ("\t=1", "\\t=1", "\\t=1"),
    ],
)
def test_text_is_escaped(text: str, plain: str, in_cell: str) -> None:
    assert (shown(text), cell(text)) == (plain, in_cell)
    assert in_line(text) == plain.replace("\n", "\\n")


@LINUX
def test_a_name_of_any_bytes_goes_into_a_file_of_forms(tmp_path: Path) -> None:
    """Parquet holds UTF-8, and a name may be none."""
    name = b"caf\xe9.png"
    shutil.copy(TABLE, os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    Form(np.full((60, 60), 255, np.uint8), (Field("a", Box(5, 5, 20, 20), ""),)).save(tmp_path / "form.json")
    done = zeronine("form", "read", "form.json", name, "--out", "rows.parquet", folder=tmp_path)
    assert (done.returncode, done.stderr) == (1, b"")  # it does not show the form
    assert pd.read_parquet(tmp_path / "rows.parquet")["file"].tolist() == ["caf\\udce9.png"]


@LINUX
@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["read", "--table"], b"\x1b[31mtable.png"),
        (["read", "--table"], b"\x1b[31mbroken.png"),
        (["read", "--table", "--format", "csv"], b"=cmd|table.png"),
        (["doctor"], b"\x1b[31mbroken.png"),
        (["explain", "--no-neighbours"], b"\x1b[31mtable.png"),
        (["form", "read", "form.json"], b"\x1b[31mtable.png"),
        (["form", "read", "form.json"], b"=cmd|table.png"),
        (["review", "queue", "--add"], b"\x1b[31mbroken.png"),
        (["evaluate", "shipped", "--digits"], b"\x1b[31mdigits.npz"),
        (["export", "--html"], b"\x1b[31mpage.html"),
        (["teach", "--sheet"], b"\x1b[31msheet.png"),
        (["bulk", ".", "--out"], b"\x1b[31mjob"),
    ],
    ids=lambda given: given[0] if isinstance(given, list) else None,
)
def test_no_command_passes_a_name_on(words: list[str], name: bytes, tmp_path: Path) -> None:
    """Whatever is printed prints; no line of a form's table is a formula."""
    place = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    if name.endswith(b"digits.npz"):
        np.savez(place, images=np.eye(28, dtype=np.uint8)[None].repeat(10, 0) * 255, labels=np.arange(10))
    elif name.endswith(b"table.png"):
        shutil.copy(TABLE, place)
    elif name.endswith(b"broken.png"):
        place.write_bytes(b"no picture")
    Form(np.full((60, 60), 255, np.uint8), (Field("=a", Box(5, 5, 20, 20), ""),)).save(tmp_path / "form.json")
    done = zeronine(*words, name, folder=tmp_path)
    assert b"Traceback" not in done.stderr
    said = (done.stdout + done.stderr).decode()
    assert said and all(one.isprintable() or one == "\n" for one in said)
    assert not any(line.startswith(("=", "@")) or ",=" in line for line in said.splitlines())
