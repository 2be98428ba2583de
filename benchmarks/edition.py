"""How large and how fast is the edition without a server, in Chromium on one core?

    python benchmarks/edition.py                 # builds it first: a minute or more, to record its runs
    python benchmarks/edition.py --site site     # or takes one that is there

The page is opened from the disk.  Timed in the page, each after one that is thrown away: strokes from the
pen's movement to the answer shown, photographs of ten digits (twelve megapixels, made here) from the file to
the reading shown, and numbers as they are drawn for the tests.  Beside the photographs' time stands the
processor's: on a core that has nothing else to do the one is the other.
"""

import argparse
import base64
import json
import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

ROOT = Path(__file__).parents[1]
sys.path += [str(ROOT / "tools"), str(ROOT / "tests")]
STROKES = 40  #: digits drawn
READ = """async ([text, height, width]) => {
    const data = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const began = performance.now();
    const reading = await zeronine.readGrey({ data, height, width }, { model: 'shipped' });
    return [reading.text, performance.now() - began];
}"""


def photograph(rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Return a photograph of ten drawn digits in two lines, 4000 x 3000, with shadow and noise."""
    from pen import ink, strokes

    page = np.zeros((3000, 4000), np.float32)
    for place in range(10):
        drawn = ink([np.clip(path, 0, 1) * 0.8 + 0.1 for path in strokes(place, rng)], 520, 400, 22)
        top, left = 700 + 900 * (place // 5), 500 + 620 * (place % 5)
        page[top : top + 520, left : left + 400] = drawn
    light = 215 - 60 * np.linspace(0, 1, 4000, dtype=np.float32)[None]
    noisy = light * (1 - 0.75 * page) + rng.normal(0, 4, page.shape)
    return np.asarray(np.clip(noisy, 0, 255), np.uint8)


def worked_s() -> float:
    """Return the processor time in seconds of all that this process started: other jobs do not count."""
    parents, ticks = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        number = int(path.parent.name)
        parents[number], ticks[number] = int(fields[1]), int(fields[11]) + int(fields[12])
    ours = {os.getpid()}
    while more := {one for one, parent in parents.items() if parent in ours} - ours:
        ours |= more
    return sum(ticks[one] for one in ours - {os.getpid()}) / os.sysconf("SC_CLK_TCK")


def measured(site: Path) -> dict[str, Any]:
    """Return what was measured of an edition in a folder."""
    import shutil

    from playwright.sync_api import sync_playwright

    from pen import draw
    from zeronine.reading.load import load
    from zeronine.reading.reader import read

    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # Chromium inherits it
    found = next(path for path in map(shutil.which, ("chromium", "google-chrome")) if path)
    pictures = sorted((ROOT / "tests/pictures").glob("[0-9]*"))
    with sync_playwright() as engine, tempfile.TemporaryDirectory() as place:
        browser = engine.chromium.launch(executable_path=found, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto((site.resolve() / "index.html").as_uri())
        page.wait_for_selector("#first-model option", state="attached")
        for digit in range(STROKES):
            draw(page, digit % 10)
            page.wait_for_timeout(150)
            page.click("#clear")
        times = page.evaluate("performance.getEntriesByName('stroke to answer').map((one) => one.duration)")
        photos, worked, texts = [], [], []
        page.click("nav [data-room=read]")
        for index in range(6):
            file = Path(place) / f"{index}.jpg"
            cv2.imwrite(str(file), photograph(np.random.default_rng(index)))
            began, before = page.evaluate("performance.now()"), worked_s()
            page.set_input_files("#read-file", file)
            page.wait_for_function("() => document.querySelectorAll('#reading .one').length >= 8")
            photos.append(page.evaluate("performance.now()") - began)
            worked.append(worked_s() - before)
            texts.append("".join(page.locator("#reading .one").all_inner_texts()))
        numbers = []
        for path in pictures:
            grey = load(path)
            asked = [base64.b64encode(grey.tobytes()).decode(), *grey.shape]
            text, took = page.evaluate(READ, asked)
            numbers.append((text == read(grey).text, took))
        browser.close()
    return {
        "bytes": sum(path.stat().st_size for path in site.iterdir()),
        "strokes": len(times),
        "stroke_ms_median": round(statistics.median(times), 1),
        "stroke_ms_p95": round(float(np.percentile(times, 95)), 1),
        "photo_s_median": round(statistics.median(photos[1:]) / 1000, 3),
        "photo_s_max": round(max(photos[1:]) / 1000, 3),
        "photo_processor_s_median": round(statistics.median(worked[1:]), 3),
        "photo_texts": texts,
        "numbers": len(numbers),
        "numbers_as_python": sum(same for same, _ in numbers),
        "number_ms_median": round(statistics.median(took for _, took in numbers), 1),
        "load": os.getloadavg()[0],
    }


def main() -> None:
    """Build the edition if none is given, measure it, and print what was found."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--site", type=Path, help="a folder that `make site` made")
    site = given.parse_args().site
    if site is None:
        import build_edition

        from zeronine.studio.edition import all_faults

        site = ROOT / "site"
        build_edition.build(site, list(all_faults()))
    print(json.dumps(measured(site), indent=1))


if __name__ == "__main__":
    main()
