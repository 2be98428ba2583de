"""Read nasty pictures one after the other, in a process of its own; a line of JSON for each.

    python tests/nasty_reads.py hatching:0 hatching:1 rings:0

A line says kind, number, megapixels, how it ended, processor seconds, and the peak of resident memory beyond
that of a reader that has read something.  The system holds the process to two gigabytes of addresses.
"""

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np

from nasty_kinds import picture_of
from zeronine.errors import ZeronineError
from zeronine.reading.load import load
from zeronine.reading.overlay import draw_overlay
from zeronine.reading.reader import Reader

MOST_BYTES = 2**31  #: of addresses beyond those of a reader: the machine survives what is found here


def main(names: list[str]) -> None:
    reader = Reader()
    reader.read(np.full((200, 200), 255, np.uint8))  # everything is loaded
    addresses, rest = pages(0) + MOST_BYTES, pages(1)
    resource.setrlimit(resource.RLIMIT_AS, (addresses, addresses))
    for name in names:
        kind, _, number = name.partition(":")
        picture = picture_of(kind, int(number))
        Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")  # the peak begins here
        began = time.process_time()
        end = ended(reader, picture)
        took = time.process_time() - began
        line = {"kind": kind, "number": int(number), "megapixels": picture.shape[0] * picture.shape[1] / 1e6}
        peak = (peak_bytes() - rest) / 2**20
        print(json.dumps({**line, "end": end, "cpu_s": round(took, 3), "peak_mb": round(peak)}), flush=True)


def ended(reader: Reader, picture: np.ndarray) -> str:
    """Read a picture and draw over it; return `read`, `refused`, or what went wrong."""
    try:
        reading = reader.read(picture)
        if not all(0 <= d.box.x < d.box.x + d.box.width <= reading.width for d in reading.digits):
            return "a box beyond the picture"
        if not all(0 <= d.box.y < d.box.y + d.box.height <= reading.height for d in reading.digits):
            return "a box beyond the picture"
        return "read" if draw_overlay(load(picture), reading).size else "nothing drawn"
    except ZeronineError:
        return "refused"
    except BaseException as error:  # noqa: BLE001  whatever else comes is what is looked for
        return repr(error)[:200]


def pages(column: int) -> int:
    return int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[column]) * resource.getpagesize()


def peak_bytes() -> int:
    """Return the most memory that was resident since the peak was last begun anew."""
    (line,) = [
        one
        for one in Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
        if one.startswith("VmHWM")
    ]
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    main(sys.argv[1:])
