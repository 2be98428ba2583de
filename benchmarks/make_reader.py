"""Fit the reader's one evidence model again: `make reader`.

    python benchmarks/make_reader.py --pages 3000 --singles 3000 --seed 0
    python benchmarks/make_reader.py --pages 3000 --only-apart

Pages are made of validation digits and of shapes, fonts and grounds that nothing was trained on; they go
through the reader's own steps, and logistic models are fitted to what came true.  The result is written
to `src/zeronine/models/reader.json`.  No real picture is looked at.  The last line is JSON.
"""

import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

import zeronine
from zeronine.data.mnist import load
from zeronine.data.pages.crops import COLUMNS, Crop, Desk
from zeronine.data.pages.desks import desk_of
from zeronine.data.pages.glimpses import SAME, SEEN, boxes_of, union_shares
from zeronine.data.pages.singles import single_digit
from zeronine.data.pages.texts import a_line, a_number
from zeronine.files import write_beside
from zeronine.reading import evidence as module
from zeronine.reading.arithmetic import log_softmax
from zeronine.reading.boxes import shared_of
from zeronine.reading.classify import Answers
from zeronine.reading.evidence import SHIPPED, Evidence, Logistic, Shares, evidence_of
from zeronine.reading.finder import DIGITS, OTHER, shipped_finder
from zeronine.reading.glimpses import glimpses_of
from zeronine.reading.grammar import mutual_information
from zeronine.reading.lines import runs_of
from zeronine.reading.numbers import (
    Chosen,
    believed,
    gap_features,
    number_features,
    part_odds,
    spans_of,
    stands_features,
)
from zeronine.reading.one import Hypotheses, hypotheses
from zeronine.reading.page import Sight, look
from zeronine.reading.reader import LEAN, Reader, Weighed
from zeronine.reading.rivals import apart_features, pairs_of, stronger_first
from zeronine.reading.windows import canvases_of

Floats = npt.NDArray[np.float64]
LEAST_PX = 20.0  #: lower digits are a matter of luck, and nothing should be fitted to it
EMPTY = 0.3  #: share of the pages without digits that are kept: people send pictures with digits
GRAINY = 0.02  #: share of the pages that are noise and nothing else
ENTANGLED = (
    0.5  #: share of the pages whose digits cover each other that are kept: few people write so (log 0076)
)
COVERED = 0.3  #: of the smaller box
GOOD = 0.8  #: share of the pages that are as good as most people's pictures
CUT = 0.4  #: share of the pages that are cut close round one text, besides those that are by chance
STRANGE = 2.0  #: times as far from their shapes as the hands that the networks learnt: strangers' are strange
MOST_MARKS = 300  #: of a page, the likeliest: grain has thousands, and they would outweigh all pages
MOSTLY = 0.5  #: of what was taken for digits, from which a number stands there
TEXTS = 50_000  #: of which neighbours are counted
CHUNK = 8  #: pages that a process is given at once
STRENGTH = 1.0  #: inverse of the ridge penalty, on features of deviation 1


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=3000)
    parser.add_argument("--singles", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2, help="that make pages and look at them")
    parser.add_argument("--out", type=Path, default=SHIPPED)
    parser.add_argument("--only-apart", action="store_true", help="keep all models but that of rivals")
    asked = parser.parse_args()
    reader = Reader(evidence=evidence_of() if asked.only_apart else first_guess())
    with ProcessPoolExecutor(asked.processes, mp_context=get_context("spawn")) as workers:
        both = list(workers.map(looked_at, repeat(asked.seed), range(asked.pages), chunksize=CHUNK))
    pages, seen = [page for page, _ in both], [sight for _, sight in both]
    if asked.only_apart:
        data = json.loads(SHIPPED.read_text()) | {"apart": fit_apart(reader, seen, pages)}
    else:
        data = fit_all(reader, seen, pages, asked)
    write_beside(asked.out, (json.dumps(data, indent=1, sort_keys=True) + "\n").encode())
    print(json.dumps(data["apart"] if asked.only_apart else data["card"]))


def fit_all(
    reader: Reader, seen: list[Sight], pages: list[Crop], asked: argparse.Namespace
) -> dict[str, Any]:
    """Fit every model, each with those before it, and return what `reader.json` holds."""
    fitted: dict[str, Any] = {}
    shapes, beside = usual_shapes(pages), usual_neighbours(np.random.default_rng([asked.seed, 2]))
    reader.evidence = replace(reader.evidence, shapes=np.array(shapes), beside=np.array(beside))
    shares = {"pages": fit_shares(reader, seen, pages)}
    reader.evidence = replace(reader.evidence, pages=shares["pages"])
    fitted |= fit_marks(reader, seen, pages)
    fitted |= fit_numbers(reader, seen, pages)
    desks = (desk_of(load("validation")), desks_of_pages()[1])
    shares["singles"], one = fit_one(reader, desks, asked.singles, asked.seed)
    fitted |= one
    card = {
        "pages": asked.pages,
        "singles": asked.singles,
        "seed": asked.seed,
        "protocol": "made pages of MNIST validation digits, held-apart shapes and fonts",
        "versions": {"zeronine": zeronine.__version__},
        "losses": {name: one["loss"] for name, one in fitted.items() if isinstance(one, dict)},
    }
    named = {name: asdict(one) for name, one in shares.items()}
    return {
        "format": module.FORMAT,
        "card": card,
        "shares": named,
        "shapes": shapes,
        "beside": beside,
        **fitted,
    }


def first_guess() -> Evidence:
    """Return models that believe the finder, to begin with."""

    def one(features: tuple[str, ...], **weights: float) -> Logistic:
        return Logistic(np.array([weights.get(name.replace(" ", "_"), 0.0) for name in features]), 0.0)

    return Evidence(
        pages=Shares(0.5, 0.5, 0.1, 0.1),
        singles=Shares(0.5, 0.5, 0.1, 0.1),
        shapes=np.zeros(DIGITS),
        beside=np.zeros((OTHER - DIGITS + 2,) * 2),
        exists=one(module.FEATURES, place=1.0, digit=0.5, context_digit=0.5),
        right=one(module.FEATURES, place=0.5, joint_class=0.5),
        sign=one(module.SIGN_FEATURES, place=1.0, finder_class=0.5),
        apart=one(module.APART_FEATURES, there=1.0),
        stands=one(module.STANDS_FEATURES, most_there=1.0),
        number=one(module.NUMBER_FEATURES, sum_of_log_chances=1.0),
        part=one(module.GAP_FEATURES, gap=2.0, log_of_gap_over_usual=1.0),
        one=one(module.ONE_FEATURES, joint_class=1.0),
        card={},
    )


# ---- made pages ----


@cache
def desks_of_pages() -> tuple[Desk, Desk]:
    """Return desks of usual shapes and of strange ones."""
    digits = load("validation")
    return desk_of(digits, strange=STRANGE), desk_of(digits, held_apart=True, strange=STRANGE)


def looked_at(seed: int, index: int) -> tuple[Crop, Sight]:
    """Make a page, of usual shapes and of strange ones by turns, and look at it, heat maps left out."""
    page = made_page(desks_of_pages()[index % 2], np.random.default_rng([seed, 1, index]))
    return page, replace(look(page.picture, shipped_finder()), heats=())


def made_page(desk: Desk, g: np.random.Generator) -> Crop:
    """Make a page of some size and resolution, its digits at least LEAST_PX high on the whole."""
    if g.random() < GRAINY:
        return Crop(grain(g), np.zeros((0, COLUMNS), np.float32))
    while True:
        sides = np.exp(g.uniform(np.log([40, 60]), np.log([250, 440])))
        good, cut = g.random(2) < (GOOD, CUT)
        crop = desk.crop(g, (int(sides[0]), int(sides[1])), good=bool(good), one_text=bool(cut))
        digits = crop.marks[crop.marks[:, 0] < DIGITS]
        if entangled(boxes_of(digits)) and g.random() > ENTANGLED:
            continue
        if (g.random() < EMPTY) if len(digits) == 0 else (np.median(digits[:, 4]) >= LEAST_PX):
            return scaled(crop, float(np.exp(g.uniform(np.log(0.8), np.log(3.5)))))


def grain(g: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Return nothing but noise, of two tones or of many, as coarse as it comes."""
    height, width = (int(one) for one in g.integers(60, 500, 2))
    coarse = int(g.integers(1, 4))
    noise = g.standard_normal((height // coarse + 1, width // coarse + 1))
    tones = 255.0 * (noise > 0) if g.random() < 0.5 else 128 + g.uniform(20, 90) * noise
    large = np.kron(np.clip(tones, 0, 255).astype(np.uint8), np.ones((coarse, coarse), np.uint8))
    return np.asarray(large[:height, :width], np.uint8)


def entangled(boxes: Floats) -> bool:
    """Return whether some of the digits cover each other, as in a hurried hand."""
    shares = shared_of(boxes, boxes)
    np.fill_diagonal(shares, 0)
    return bool(shares.max(initial=0) > COVERED)


def scaled(crop: Crop, factor: float) -> Crop:
    """Return a crop as if it had been taken from nearer or farther away."""
    smooth = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    size = [max(8, round(side * factor)) for side in crop.picture.shape]
    picture = np.asarray(cv2.resize(crop.picture, (size[1], size[0]), interpolation=smooth), np.uint8)
    marks = crop.marks.copy()
    marks[:, 1:5] *= np.array([size[1] / crop.picture.shape[1], size[0] / crop.picture.shape[0]] * 2)
    return Crop(picture, marks)


def matched(boxes: Floats, truth: Floats) -> npt.NDArray[np.intp]:
    """Return which character each box is, (n,); -1 for none.  A character may be several boxes'."""
    if len(boxes) == 0 or len(truth) == 0:
        return np.full(len(boxes), -1, np.intp)
    share = union_shares(boxes, truth)
    return np.where(share.max(axis=1) > SAME, share.argmax(axis=1), -1).astype(np.intp)


# ---- fitting ----


def logistic(features: Floats, true: npt.NDArray[np.bool_], names: tuple[str, ...]) -> dict[str, Any]:
    """Fit one model and return it as plain data."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import log_loss

    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
    model = LogisticRegression(C=STRENGTH, max_iter=500)
    model.fit((features - mean) / spread, true)
    weights = model.coef_[0] / spread
    bias = float(model.intercept_[0] - weights @ mean)
    loss = float(log_loss(true, model.predict_proba((features - mean) / spread)[:, 1]))
    return {
        "weights": {name: round(float(one), 5) for name, one in zip(names, weights, strict=True)},
        "bias": round(bias, 5),
        "count": len(true),
        "true": int(true.sum()),
        "loss": round(loss, 5),
    }


def put(reader: Reader, name: str, fitted: dict[str, Any]) -> None:
    """Let the reader use what was fitted for what is fitted next."""

    features = module.MODELS[name]
    model = Logistic(np.array([fitted["weights"][one] for one in features]), fitted["bias"])
    changed: dict[str, Any] = {name: model}
    reader.evidence = replace(reader.evidence, **changed)


def usual_shapes(pages: list[Crop]) -> list[float]:
    """Return the median log of width over height of each digit."""
    marks = np.concatenate([page.marks for page in pages])
    shape = np.log(np.maximum(marks[:, 3], 1) / np.maximum(marks[:, 4], 1))
    return [round(float(np.median(shape[marks[:, 0] == digit])), 4) for digit in range(DIGITS)]


def usual_neighbours(g: np.random.Generator) -> list[list[float]]:
    """Return what stands beside what in made texts: pointwise mutual information, digits as one class."""
    edge = OTHER - DIGITS + 1
    counts = np.zeros((edge + 1, edge + 1))
    for _ in range(TEXTS):
        text = a_line(g) if g.random() < 0.5 else a_number(g)
        classes = [0 if kind < DIGITS else kind - DIGITS + 1 for _, kind in text if kind is not None]
        parts = np.split(classes, np.flatnonzero(np.array(classes) == edge)) if classes else []
        for part in parts:  # other writing is no neighbour: what stands beside it begins or ends there
            whole = [edge, *(one for one in part.tolist() if one != edge), edge]
            np.add.at(counts, (whole[:-1], whole[1:]), 1)
    counts[edge, edge] = 0
    return [[round(float(one), 3) for one in row] for row in mutual_information(counts)]


def fit_shares(reader: Reader, seen: list[Sight], pages: list[Crop]) -> Shares:
    """Fit how much the class logits of the finder and of the canvas network count on pages."""
    columns: list[tuple[Floats, ...]] = []
    for sight, page in zip(seen, pages, strict=True):
        which = matched(sight.in_picture(sight.marks.boxes), boxes_of(page.marks))
        kind = np.where(which >= 0, page.marks[which, 0] if len(page.marks) else 0, -1)
        good = (kind >= 0) & (kind < DIGITS) & (sight.marks.place > -1)
        if good.any():
            marks = sight.marks.keep(good)
            answers = reader.classify(canvases_of(sight.grey, marks.boxes))
            context = reader.context(glimpses_of(sight.grey, marks.boxes))
            opinions = (log_softmax(marks.kinds[:, :DIGITS]), log_softmax(context[:, :DIGITS]))
            columns.append((*opinions, *of(answers), kind[good]))
    return best_shares("pages", *(np.concatenate(column) for column in zip(*columns, strict=True)))


def of(answers: Answers) -> tuple[Floats, Floats]:
    return log_softmax(answers.logits.astype(np.float64)), answers.digit_logit.astype(np.float64)


def best_shares(
    name: str, finder: Floats, context: Floats, canvas: Floats, digit: Floats, labels: Floats
) -> Shares:
    from scipy.optimize import minimize

    truth = labels.astype(int)
    rows = np.arange(len(truth))

    def loss(shares: Floats) -> float:
        return float(-Shares(*shares).joint(finder, context, canvas, digit)[rows, truth].mean())

    begin = np.array([0.5, 0.5, 0.1, 0.1])
    found = Shares(*np.round(minimize(loss, begin, method="Nelder-Mead").x, 4).tolist())
    joint = found.joint(finder, context, canvas, digit)
    right = [float((values.argmax(1) == truth).mean()) for values in (finder, context, canvas, joint)]
    print(f"class of digits, {name}: finder, context, canvas, joint", np.round(right, 4), found, len(truth))
    return found


def fit_marks(reader: Reader, seen: list[Sight], pages: list[Crop]) -> dict[str, Any]:
    """Fit whether a digit is there, whether it is the one named, and the same for signs."""
    rows: dict[str, list[Any]] = {"features": [], "signs": [], "exists": [], "right": [], "sign": []}
    for sight, page in zip(seen, pages, strict=True):
        weighed = reader.weigh(sight)
        if len(weighed.marks) == 0:
            continue
        truth = boxes_of(page.marks)
        which = matched(sight.in_picture(weighed.marks.boxes), truth)
        kind = np.where(which >= 0, page.marks[which, 0] if len(page.marks) else 0, -1).astype(int)
        cut = np.where(which >= 0, page.marks[which, 5] < 0.75 if len(page.marks) else False, False)
        best = strongest(weighed, which)
        named = weighed.opinions.classes.argmax(axis=1)
        sign = DIGITS + weighed.opinions.signs.argmax(axis=1)
        digit = (kind >= 0) & (kind < DIGITS)
        use = ~cut
        use[np.argsort(-weighed.marks.place, kind="stable")[MOST_MARKS:]] = False
        rows["features"].append(weighed.opinions.features[use])
        rows["signs"].append(weighed.opinions.sign_features[use])
        rows["exists"].append((digit & best)[use])
        rows["right"].append((digit & best & (named == kind))[use])
        rows["sign"].append((best & (sign == kind))[use])
    together = {name: np.concatenate(some) for name, some in rows.items()}
    fitted = {
        "exists": logistic(together["features"], together["exists"], module.FEATURES),
        "right": logistic(together["features"], together["right"], module.FEATURES),
        "sign": logistic(together["signs"], together["sign"], module.SIGN_FEATURES),
    }
    for name, one in fitted.items():
        print(name, {key: value for key, value in one.items()})
        put(reader, name, one)
    return fitted | {"apart": fit_apart(reader, seen, pages)}


def fit_apart(reader: Reader, seen: list[Sight], pages: list[Crop]) -> dict[str, Any]:
    """Fit whether, of two marks on the same ink, the weaker is a character when the stronger is one."""
    features, true = [], []
    for sight, page in zip(seen, pages, strict=True):
        weighed = reader.weigh(sight)
        there = weighed.there
        pairs = pairs_of(weighed.marks.boxes)
        pairs = pairs[there[pairs].min(axis=1) > -LEAN]
        if len(pairs) == 0 or len(page.marks) == 0:
            continue
        which = matched(sight.in_picture(weighed.marks.boxes), boxes_of(page.marks))
        character = (which >= 0) & (page.marks[which, 0] < OTHER) & strongest(weighed, which)
        whole = (which < 0) | (page.marks[which, 5] > SEEN)
        stronger, weaker = stronger_first(pairs, there).T
        use = character[stronger] & whole[weaker]
        features.append(apart_features(weighed.marks.boxes, there, weighed.named, pairs)[use])
        true.append(character[weaker][use])
    apart = logistic(np.concatenate(features), np.concatenate(true), module.APART_FEATURES)
    print("apart", apart)
    put(reader, "apart", apart)
    return apart


def strongest(weighed: Weighed, which: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Return which marks are the strongest of those that match the same character."""
    best = np.zeros(len(which), np.bool_)
    for character in np.unique(which[which >= 0]):
        those = np.flatnonzero(which == character)
        best[those[np.argmax(weighed.marks.place[those])]] = True
    return best


@dataclass
class Gathered:
    numbers: list[Floats] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    gaps: list[Floats] = field(default_factory=list)
    parted: list[npt.NDArray[np.bool_]] = field(default_factory=list)


def fit_numbers(reader: Reader, seen: list[Sight], pages: list[Crop]) -> dict[str, Any]:
    """Fit where a number ends, and then how sure a whole number is."""
    chosen = [reader.choose(sight, reader.weigh(sight), None)[0] for sight in seen]
    gathered = Gathered()
    for one, page in zip(chosen, pages, strict=True):
        gather_gaps(one, page, gathered)
    part = logistic(np.concatenate(gathered.gaps), np.concatenate(gathered.parted), module.GAP_FEATURES)
    print("part", part)
    put(reader, "part", part)
    stands = fit_stands(reader, chosen, pages)
    chosen = [believed(one, reader.evidence) for one in chosen]
    for one, page in zip(chosen, pages, strict=True):
        gather_numbers(reader, one, page, gathered)
    number = logistic(np.array(gathered.numbers), np.array(gathered.right), module.NUMBER_FEATURES)
    print("number", number)
    put(reader, "number", number)
    return {"part": part, "stands": stands, "number": number}


def fit_stands(reader: Reader, chosen: list[Chosen], pages: list[Crop]) -> dict[str, Any]:
    """Fit whether a number stands where some marks were taken: most of them are digits in truth."""
    features, true = [], []
    for one, page in zip(chosen, pages, strict=True):
        which = matched(one.in_picture, boxes_of(page.marks))
        named = np.where(which >= 0, page.marks[which, 0] if len(page.marks) else DIGITS, DIGITS)
        for where in spans_of(one, part_odds(one, reader.evidence.part)):
            digit = one.digit[where]
            if digit.any():
                features.append(stands_features(one, where))
                true.append(bool((named[where][digit] < DIGITS).mean() >= MOSTLY))
    stands = logistic(np.array(features), np.array(true), module.STANDS_FEATURES)
    print("stands", stands)
    put(reader, "stands", stands)
    return stands


def gather_gaps(chosen: Chosen, page: Crop, gathered: Gathered) -> None:
    which = matched(chosen.in_picture, boxes_of(page.marks))
    number = np.where(which >= 0, page.marks[which, 6] if len(page.marks) else -1, -1)
    for start, stop in runs_of(chosen.lines):
        before, after = number[start : stop - 1], number[start + 1 : stop]
        known = (before >= 0) & (after >= 0)
        gathered.gaps.append(gap_features(chosen, start, stop)[known])
        gathered.parted.append((after != before)[known])


def gather_numbers(reader: Reader, chosen: Chosen, page: Crop, gathered: Gathered) -> None:
    """Say of every number that was read whether exactly its digits stand there."""
    which = matched(chosen.in_picture, boxes_of(page.marks))
    truth = page.marks
    inside = truth[:, 5] > 0.97 if len(truth) else np.zeros(0, bool)
    parts = part_odds(chosen, reader.evidence.part)
    for where in spans_of(chosen, parts):
        digit = chosen.digit[where]
        these = which[where][digit]
        if len(these) == 0:
            continue
        if (these >= 0).all() and not inside[these].all():
            continue  # cut by the edge: nobody can say what stands there
        named = truth[these, 6] if (these >= 0).all() else np.array([-1.0, -2.0])
        whole = np.flatnonzero((truth[:, 6] == named[0]) & (truth[:, 0] < DIGITS)) if len(truth) else these
        if (these >= 0).all() and not inside[whole].all():
            continue  # its other digits are cut
        right = len(np.unique(named)) == 1 and named[0] >= 0 and len(whole) == len(these)
        gathered.numbers.append(number_features(chosen, where, parts))
        gathered.right.append(right and bool((truth[these, 0] == chosen.kind[where][digit]).all()))


def fit_one(reader: Reader, desks: tuple[Desk, Desk], count: int, seed: int) -> tuple[Shares, dict[str, Any]]:
    """Fit which hypothesis of a picture's only digit is right, and how much both networks count in it."""
    tried: list[Hypotheses] = []
    labels: list[int] = []
    for index in range(count):
        picture, label = single_digit(desks[index % 2], np.random.default_rng([seed, 2, index]))
        sight = look(picture, reader.finder)
        tried.append(hypotheses(picture, sight, reader.weigh(sight).exists, reader.classify, reader.context))
        labels.append(label)
    some = [(one.finder, log_softmax(one.seen[:, :DIGITS]), one.canvas, one.digit_logit) for one in tried]
    truth = np.repeat(labels, [len(one) for one in tried])
    good = (np.concatenate([one.digit_logit for one in tried]) > -2) & (truth >= 0)  # a digit may be there
    columns = [np.concatenate(column)[good] for column in zip(*some, strict=True)]
    finder, context, canvas, digit = columns
    shares = best_shares("singles", finder, context, canvas, digit, truth[good].astype(np.float64))
    features = [one.features(shares) for one in tried]
    right = [one.classes(shares).argmax(axis=1) == label for one, label in zip(tried, labels, strict=True)]
    one = logistic(np.concatenate(features), np.concatenate(right), module.ONE_FEATURES)
    print("one", one)
    put(reader, "one", one)
    return shares, {"one": one}


if __name__ == "__main__":
    main()
