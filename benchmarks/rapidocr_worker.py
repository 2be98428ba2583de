"""RapidOCR in a process of its own: a picture's path a line in, what it reads as JSON out.

    VENV/bin/python benchmarks/rapidocr_worker.py [--digits]

It needs rapidocr and nothing of this project: it runs in an environment of its own, because
rapidocr brings an `opencv-python` that would displace the headless one.  A question is
`{"file": PATH, "line": BOOL}`: with `line` the picture is one line of text and only the recogniser is
asked.  An answer is `{"lines": [[text, confidence, [x, y, width, height]], ...], "cpu_s": SECONDS}`.
With `--digits` only digits and the signs of numbers may be decoded, and a line's edges are padded.
One core.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from rapidocr import RapidOCR

SIGNS = " .,-/+=:()x×÷·%"
PADDING = 0.12  #: of a line's height, on each side


class Masked:
    """A decoder that is shown no character but the allowed ones."""

    def __init__(self, decode: Any, allowed: str) -> None:
        self.decode = decode
        self.barred = np.array([len(char) != 1 or char not in allowed for char in decode.character])
        self.barred[decode.get_ignored_tokens()] = False  # the blank between characters

    def __call__(self, scores: Any, *options: Any, **named: Any) -> Any:
        return self.decode(np.where(self.barred, 0, scores), *options, **named)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--digits", action="store_true")
    digits = parser.parse_args().digits
    cv2.setNumThreads(1)
    engine = opened(digits)
    print(json.dumps({"ready": True}), flush=True)
    for question in sys.stdin:
        asked = json.loads(question)
        began = time.process_time()
        lines = read(engine, Path(asked["file"]), line=asked["line"], padded=digits)
        print(json.dumps({"lines": lines, "cpu_s": time.process_time() - began}), flush=True)


def opened(digits: bool) -> RapidOCR:
    engine = RapidOCR(
        params={
            "Global.log_level": "error",
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
    engine(np.full((60, 200, 3), 255, np.uint8))  # its parts are loaded when they are first used
    engine(np.full((60, 200, 3), 255, np.uint8), use_det=False, use_cls=False)
    if digits:
        engine.text_rec.postprocess_op = Masked(engine.text_rec.postprocess_op, "0123456789" + SIGNS)
    return engine


def read(engine: RapidOCR, file: Path, *, line: bool, padded: bool) -> list[list[Any]]:
    if not line:
        found = engine(str(file), use_det=True, use_cls=True)
        texts = found.txts or ()
        return [
            [text, float(score), box_of(corners)]
            for text, score, corners in zip(
                texts, found.scores or (), found.boxes if texts else (), strict=True
            )
        ]
    picture = engine.load_img(str(file))
    height, width = picture.shape[:2]
    if padded:
        edge = max(1, round(PADDING * height))
        picture = cv2.copyMakeBorder(picture, edge, edge, edge, edge, cv2.BORDER_REPLICATE)
    found = engine(picture, use_det=False, use_cls=False)
    pairs = zip(found.txts or (), found.scores or (), strict=False)
    return [[text, float(score), [0, 0, width, height]] for text, score in pairs]


def box_of(corners: Any) -> list[int]:
    low, high = np.floor(corners.min(axis=0)), np.ceil(corners.max(axis=0))
    return [int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1])]


if __name__ == "__main__":
    main()
