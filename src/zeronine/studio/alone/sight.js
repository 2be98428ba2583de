// A grey picture in, the marks on it out: at which scale it is looked at, and how it is turned.
// As reading/page.py, step by step.

import { chance, clamp, median, rounded } from './arithmetic.js';
import { bestSeen, lookAt, lookFromAfar, together } from './looks.js';
import { DIGITS, heightOf, IDEAL_PX, middleX, middleY, moved } from './marks.js';
import { part, quartered, rimTone, warped } from './pictures.js';

const FIRST_PX = 0.3e6; // pixels of the first look at a picture
const SECOND_PX = 2.2e6; // and of the second, nearer one
const HELP_PX = 0.3e6; // and of each look beside it
const FARTHER = 2.5; // times smaller: each look from farther away
const LEAST_SIDE = 24; // pixels of the shorter side that a look from farther away has at least
const LARGEST = 4; // times that a small picture is enlarged at most
const GOOD = 1.3; // factor from the ideal height within which one look is enough
const BESIDE = [0.7, 1.4]; // times the ideal height at which looks help the one at the ideal height
const ALIKE = 1.15; // factor in scale within which another look shows nothing new
const STEEP = 4; // degrees from which lines are turned level
const STEEPEST = 35; // degrees: steeper neighbours are no line
const LIKELY = 0.3; // chance from which a mark says how high characters are and how a page lies
const FEWEST = 6; // characters that it takes to know how a page lies
const CLEAR = 0.75; // certainty of its digits from which a page is not turned by quarters
const CLEARER = 1.4; // times as clear as upright: less is no proof
const PAIRS = 2; // neighbours that it takes to know how a line lies
const MOST_PAIRED = 1500; // characters compared with each other to see how lines lie

/**
 * Find the marks of a picture.
 *
 * @param {Grey} picture
 * @param {import('./finder.js').Finder} finder
 * @returns {Sight}
 */
export function sightOf(picture, finder) {
  let [looks, grey, back] = [firstLooks(picture, finder), picture, scaling(1)];
  let [quarters, tilt] = [0, 0];
  [looks, grey, back, quarters] = upright(looks, grey, back, finder);
  [looks, grey, back, tilt] = level(looks, grey, back, finder);
  const nearer = nearerLooks(grey, looks, finder);
  const working = nearer.length && nearer[0].scale > looks[0].scale ? nearer[0] : looks[0];
  looks = [...looks, ...nearer];
  const { scale, left, top } = working;
  const marks = moved(together(looks), scale, -left * scale, -top * scale);
  return {
    grey: working.grey,
    marks,
    toPicture: chained(back, chained(shift(left, top), scaling(1 / scale))),
    tilt,
    quarters,
    looks: looks.map((one) => ({
      maps: one.maps,
      way: chained(back, chained(shift(one.left, one.top), scaling(1 / one.scale))),
    })),
  };
}

/** @param {Grey} grey @param {import('./finder.js').Finder} finder */
function firstLooks(grey, finder) {
  const scale = Math.min(1, Math.sqrt(FIRST_PX / (grey.height * grey.width)));
  const looks = [lookAt(grey, finder, scale, 0, 0)];
  for (;;) {
    const farthest = looks[looks.length - 1];
    if ((farthest.scale / FARTHER) * Math.min(grey.height, grey.width) <= LEAST_SIDE) return looks;
    looks.push(lookFromAfar(farthest, finder, FARTHER));
  }
}

/**
 * Look again at the scale at which most characters are as high as the finder likes, if none was near it.
 * Two looks beside it follow, where anything was seen and they do not cost too much.
 *
 * @param {Grey} grey
 * @param {Look[]} looks
 * @param {import('./finder.js').Finder} finder
 * @returns {Look[]}
 */
function nearerLooks(grey, looks, finder) {
  const marks = bestSeen(looks);
  const height = usualHeight(marks);
  const [left, top, right, bottom] = windowOf(marks, (3 * IDEAL_PX) / looks[0].scale, grey);
  const size = (right - left) * (bottom - top);
  const wanted = height === 0 ? LARGEST : Math.min(IDEAL_PX / height, LARGEST);
  const best = Math.min(wanted, Math.sqrt(SECOND_PX / size));
  const cut = part(grey, left, top, right, bottom);
  const found = near(looks, best, GOOD) ? [] : [lookAt(cut, finder, best, left, top)];
  for (const scale of height ? BESIDE.map((factor) => best * factor) : [])
    if (scale ** 2 * size <= HELP_PX && !near([...looks, ...found], scale, ALIKE))
      found.push(lookAt(cut, finder, scale, left, top));
  return found;
}

/** @param {Look[]} looks @param {number} wanted @param {number} factor */
const near = (looks, wanted, factor) =>
  looks.some(({ scale }) => 1 / factor < wanted / scale && wanted / scale < factor);

/**
 * How high digits and letters are, the median of likely ones; 0 where there are none.
 *
 * @param {Mark[]} marks
 */
export function usualHeight(marks) {
  const likely = marks
    .map((mark) => ({ height: heightOf(mark), share: written(mark) }))
    .filter(({ share }) => share > LIKELY)
    .sort((one, other) => one.height - other.height);
  const half = likely.reduce((sum, { share }) => sum + share, 0) / 2;
  let sum = 0;
  for (const { height, share } of likely) {
    sum += share;
    if (sum >= half) return height;
  }
  return 0;
}

/** How likely a mark is a digit or a letter. @param {Mark} mark */
const written = ({ place, digit, other }) => chance(place) * (digit + other);

/** @param {Mark[]} marks @param {number} margin @param {Grey} grey @returns {Corners} whole pixels */
function windowOf(marks, margin, { height, width }) {
  if (marks.length === 0) return [0, 0, width, height];
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { box } of marks) {
    left = Math.min(left, box[0]);
    top = Math.min(top, box[1]);
    right = Math.max(right, box[2]);
    bottom = Math.max(bottom, box[3]);
  }
  const [x, y] = [
    clamp(Math.floor(left - margin), 0, width - 1),
    clamp(Math.floor(top - margin), 0, height - 1),
  ];
  return [
    x,
    y,
    clamp(Math.ceil(right + margin), x + 1, width),
    clamp(Math.ceil(bottom + margin), y + 1, height),
  ];
}

// ---- how the page lies ----

/**
 * Turn a page by quarters where it gets clearer that way.
 *
 * @param {Look[]} looks
 * @param {Grey} grey
 * @param {Matrix} back
 * @param {import('./finder.js').Finder} finder
 * @returns {[Look[], Grey, Matrix, number]}
 */
function upright(looks, grey, back, finder) {
  const [total, certain] = clearness(looks);
  /** @type {[Look[], Grey, Matrix, number]} */
  let best = [looks, grey, back, 0];
  if (total < FEWEST || certain > CLEAR) return best;
  let clearest = CLEARER * total * certain;
  for (const turns of [1, 2, 3]) {
    const turned = quartered(grey, turns);
    const seen = firstLooks(turned, finder);
    const [count, sure] = clearness(seen);
    if (count * sure <= clearest) continue;
    clearest = count * sure;
    best = [seen, turned, chained(back, quarterTurn(grey, turns)), turns];
  }
  return best;
}

/**
 * Turn lines level where characters get clearer.
 *
 * @param {Look[]} looks
 * @param {Grey} grey
 * @param {Matrix} back
 * @param {import('./finder.js').Finder} finder
 * @returns {[Look[], Grey, Matrix, number]}
 */
function level(looks, grey, back, finder) {
  const tilt = tiltOf(together(looks));
  if (Math.abs(tilt) < STEEP) return [looks, grey, back, 0];
  const [turned, way] = turnedLevel(grey, tilt);
  const seen = firstLooks(turned, finder);
  const [[newCount, newSure], [count, sure]] = [clearness(seen), clearness(looks)];
  return newCount * newSure > count * sure
    ? [seen, turned, chained(back, way), tilt]
    : [looks, grey, back, 0];
}

/** @param {Look[]} looks @returns {[characters: number, certainty: number]} */
function clearness(looks) {
  let [total, certain] = [0, 0];
  for (const mark of together(looks)) {
    if (chance(mark.place) <= LIKELY) continue; // grain sums up to characters
    const weight = written(mark);
    total += weight;
    certain += weight * Math.exp(Math.max(...mark.kinds.slice(0, DIGITS)));
  }
  return [total, certain / Math.max(total, 1e-9)];
}

/** @param {Grey} grey @param {number} quarters @returns {Matrix} from the turned picture's pixels to its own */
function quarterTurn({ height, width }, quarters) {
  if (quarters === 1) return [0, -1, width, 1, 0, 0];
  if (quarters === 2) return [-1, 0, width, 0, -1, height];
  return [0, 1, 0, -1, 0, height];
}

/**
 * By how many degrees lines fall to the right: the median over neighbours.
 *
 * @param {Mark[]} marks
 */
function tiltOf(marks) {
  let likely = marks.filter((mark) => written(mark) > 0.4);
  if (likely.length < PAIRS + 1) return 0;
  if (likely.length > MOST_PAIRED) {
    const step = (likely.length - 1) / (MOST_PAIRED - 1);
    likely = Array.from({ length: MOST_PAIRED }, (_, index) => likely[Math.floor(index * step)]);
  }
  const places = likely.map((mark) => ({ x: middleX(mark), y: middleY(mark), height: heightOf(mark) }));
  const angles = /** @type {number[]} */ ([]);
  for (const one of places) {
    let [nearest, angle] = [Infinity, 0];
    for (const other of places) {
      const [right, down] = [other.x - one.x, other.y - one.y];
      const distance = Math.hypot(right, down) / one.height;
      if (distance <= 0.1 || distance >= 2.2 || distance >= nearest) continue;
      const turn = (Math.atan2(down, right) * 180) / Math.PI;
      if (Math.abs(turn) >= STEEPEST || Math.abs(Math.log(other.height / one.height)) >= 0.35) continue;
      [nearest, angle] = [distance, turn];
    }
    if (nearest < Infinity) angles.push(angle);
  }
  return angles.length >= PAIRS ? median(angles) : 0;
}

/** @param {Grey} grey @param {number} tilt @returns {[Grey, Matrix]} with level lines, and the way back */
function turnedLevel(grey, tilt) {
  const turn = (tilt * Math.PI) / 180;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const wide = rounded(grey.width * cos + grey.height * Math.abs(sin));
  const tall = rounded(grey.height * cos + grey.width * Math.abs(sin));
  /** @type {Matrix} */
  const back = [
    cos,
    -sin,
    grey.width / 2 - (cos * wide - sin * tall) / 2,
    sin,
    cos,
    grey.height / 2 - (sin * wide + cos * tall) / 2,
  ];
  return [warped(grey, back, tall, wide, rimTone(grey)), back];
}

// ---- from one picture's pixels to another's ----

/** @param {number} factor @returns {Matrix} */
export const scaling = (factor) => [factor, 0, 0, 0, factor, 0];
/** @param {number} x @param {number} y @returns {Matrix} */
export const shift = (x, y) => [1, 0, x, 0, 1, y];

/**
 * The matrix that does the inner first, then the outer.
 *
 * @param {Matrix} outer
 * @param {Matrix} inner
 * @returns {Matrix}
 */
export function chained([a, b, c, d, e, f], [u, v, w, x, y, z]) {
  return [a * u + b * x, a * v + b * y, a * w + b * z + c, d * u + e * x, d * v + e * y, d * w + e * z + f];
}

/**
 * A box round the same place of the picture.
 *
 * @param {Matrix} way
 * @param {Corners} box
 * @returns {Corners}
 */
export function inPicture([a, b, c, d, e, f], [left, top, right, bottom]) {
  const corners = [
    [left, top],
    [right, top],
    [left, bottom],
    [right, bottom],
  ];
  const xs = corners.map(([x, y]) => a * x + b * y + c);
  const ys = corners.map(([x, y]) => d * x + e * y + f);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
