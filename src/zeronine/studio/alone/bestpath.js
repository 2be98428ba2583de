// The likeliest choice among marks, when some stand on the same ink. As reading/best_path.py,
// but for a number of digits that is expected: the edition does not ask for one.

const WORK = 20_000; // ways times marks that are followed in a knot
const MOST_WAYS = 256; // followed at once

/** @typedef {{worth: number, before: Way | null, mark: number}} Way */
/** @typedef {{taken: number[], way: Way}} Open */
/** @typedef {import('./rivals.js').Rivals} Rivals */

/**
 * The likeliest choice among marks that are worth more than 0, by their places.
 *
 * @param {Rivals} rivals of the marks in reading order
 * @param {number[]} worth log-odds
 * @returns {number[]}
 */
export function bestPath(rivals, worth) {
  return knotsOf(rivals)
    .flatMap((knot) => marksOf(wayThrough(knot, rivals, worth)))
    .sort((one, other) => one - other);
}

/** @param {Rivals} rivals @returns {number[][]} marks that share ink, or share it with marks that do */
function knotsOf(rivals) {
  const seen = new Set();
  const knots = [];
  for (let first = 0; first < rivals.length; first += 1) {
    if (seen.has(first)) continue;
    seen.add(first);
    const knot = [];
    const waiting = [first];
    for (let mark = waiting.pop(); mark !== undefined; mark = waiting.pop()) {
      knot.push(mark);
      for (const other of rivals[mark].keys()) {
        if (seen.has(other)) continue;
        seen.add(other);
        waiting.push(other);
      }
    }
    knots.push(knot.sort((one, other) => one - other));
  }
  return knots;
}

/** @param {number[]} knot @param {Rivals} rivals @param {number[]} worth @returns {Way} */
function wayThrough(knot, rivals, worth) {
  const last = rivals.map((some) => Math.max(-1, ...some.keys()));
  const nothing = /** @type {Way} */ ({ worth: 0, before: null, mark: -1 });
  let ways = new Map([['', /** @type {Open} */ ({ taken: [], way: nothing })]]);
  const most = Math.max(8, Math.min(MOST_WAYS, Math.floor(WORK / knot.length)));
  for (const mark of knot) {
    /** @type {typeof ways} */
    const rest = new Map();
    for (const { taken, way } of ways.values()) {
      const still = taken.filter((one) => last[one] > mark);
      keep(rest, still, way);
      const opened = last[mark] > mark ? [...still, mark] : still;
      const more = taken.reduce((sum, one) => sum + (rivals[mark].get(one) ?? 0), worth[mark]);
      keep(rest, opened, { worth: way.worth + more, before: way, mark });
    }
    ways = rest.size <= most ? rest : likeliest(rest, most);
  }
  return [...ways.values()][ways.size - 1].way;
}

/** @param {Map<string, Open>} ways @param {number[]} taken @param {Way} way */
function keep(ways, taken, way) {
  const key = taken.join();
  const known = ways.get(key);
  if (!known || way.worth > known.way.worth) ways.set(key, { taken, way });
}

/** @param {Map<string, Open>} ways @param {number} most */
function likeliest(ways, most) {
  return new Map([...ways].sort(([, one], [, other]) => other.way.worth - one.way.worth).slice(0, most));
}

/** @param {Way} way @returns {number[]} */
function marksOf(way) {
  const marks = [];
  for (let one = way; one.before; one = one.before) marks.push(one.mark);
  return marks;
}
