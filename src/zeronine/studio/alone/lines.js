// Boxes into lines: who stands beside whom, and which line a point or a dash belongs to. As reading/lines.py.

const LEVEL = 0.35; // share of the lower one's height that two neighbours of a line have in common
const REACH = 400; // neighbours to the right that are looked at for each
const BAND = [0.35, 0.5]; // heights above and below its digits that a line's signs may stand

/**
 * The line, from 0 at the top, of each box; `small` marks signs, which join the line that they stand nearest to.
 *
 * @param {Corners[]} boxes
 * @param {boolean[]} small
 * @returns {number[]}
 */
export function linesOf(boxes, small) {
  const all = boxes.map((_, index) => index);
  const tall = all.filter((index) => !small[index]);
  const lines = boxes.map(() => -1);
  const grown = tall.length ? tall : all;
  for (const [place, line] of components(grown.map((index) => boxes[index])).entries())
    lines[grown[place]] = line;
  if (tall.length) {
    for (const index of all.filter((one) => small[one]))
      lines[index] = lines[nearestOf(boxes[index], boxes, tall)];
  }
  return inOrder(boxes, lines);
}

/**
 * The order in which boxes are read, line by line, and the line of each in that order.
 *
 * @param {Corners[]} boxes
 * @param {boolean[]} small
 * @returns {[order: number[], lines: number[]]}
 */
export function inReadingOrder(boxes, small) {
  const lines = linesOf(boxes, small);
  const across = (/** @type {number} */ index) => boxes[index][0] + boxes[index][2];
  const order = boxes.map((_, index) => index);
  order.sort((one, other) => lines[one] - lines[other] || across(one) - across(other));
  return [order, order.map((index) => lines[index])];
}

/** Which boxes hang together by being each other's next neighbour on the right. @param {Corners[]} boxes */
function components(boxes) {
  const order = boxes.map((_, index) => index).sort((one, other) => boxes[one][0] - boxes[other][0]);
  const root = order.map((_, index) => index);
  const find = (/** @type {number} */ start) => {
    let index = start;
    while (root[index] !== index) {
      root[index] = root[root[index]];
      index = root[index];
    }
    return index;
  };
  for (let index = 0; index < order.length; index += 1) {
    const one = boxes[order[index]];
    for (let place = index + 1; place < Math.min(order.length, index + 1 + REACH); place += 1) {
      const other = boxes[order[place]];
      const common = Math.min(one[3], other[3]) - Math.max(one[1], other[1]);
      const lower = Math.min(one[3] - one[1], other[3] - other[1]);
      if (common <= LEVEL * lower || (other[0] + other[2]) / 2 <= (one[0] + one[2]) / 2) continue;
      root[find(place)] = find(index);
      break;
    }
  }
  const found = boxes.map(() => 0);
  for (const [place, index] of order.entries()) found[index] = find(place);
  return found;
}

/**
 * Which digit is nearest to a sign, among those level with it if there are any.
 *
 * @param {Corners} box
 * @param {Corners[]} boxes
 * @param {number[]} tall
 */
function nearestOf(box, boxes, tall) {
  const middle = (box[1] + box[3]) / 2;
  let [nearest, least] = [tall[0], Infinity];
  for (const index of tall) {
    const [left, top, right, bottom] = boxes[index];
    const height = bottom - top;
    const level = middle > top - BAND[0] * height && middle < bottom + BAND[1] * height;
    const aside = Math.max(left - box[2], box[0] - right, 0);
    const away = aside + 2 * Math.abs((top + bottom) / 2 - middle) + (level ? 0 : 1e6);
    if (away < least) [nearest, least] = [index, away];
  }
  return nearest;
}

/** Number the lines from top to bottom, by the mean middle of their boxes. @param {Corners[]} boxes @param {number[]} lines */
function inOrder(boxes, lines) {
  /** @type {Map<number, {sum: number, count: number}>} */
  const means = new Map();
  for (const [index, line] of lines.entries()) {
    const mean = means.get(line) ?? { sum: 0, count: 0 };
    mean.sum += (boxes[index][1] + boxes[index][3]) / 2;
    mean.count += 1;
    means.set(line, mean);
  }
  const names = [...means].sort(([, one], [, other]) => one.sum / one.count - other.sum / other.count);
  const ranks = new Map(names.map(([name], rank) => [name, rank]));
  return lines.map((line) => /** @type {number} */ (ranks.get(line)));
}

/** Where each line begins and ends among the lines of characters in reading order. @param {number[]} lines */
export function runsOf(lines) {
  const starts = lines.flatMap((line, index) => (index === 0 || line !== lines[index - 1] ? [index] : []));
  return starts.map((start, place) => /** @type {const} */ ([start, starts[place + 1] ?? lines.length]));
}
