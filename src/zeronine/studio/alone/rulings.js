// What stands between two characters of a line, and above and below them. As reading/rulings.py.

import { clamp, median, percentile, rounded } from './arithmetic.js';

const ASIDE = 0.03; // heights on both sides of a gap that are left out
const BROKEN = 25; // percentile of a column's darkness that counts
const STRIP = [0.1, 0.5]; // heights above and below a character between which a rule that runs through it is seen
const LEANS = [-0.16, -0.08, 0, 0.08, 0.16]; // columns aside for each row down: photographed rules
const COLUMN = 2.6; // heights above and below within which a character of another row stands

/**
 * How much an upright rule stands before each character, in [0, 1]; 0 for a line's first.
 *
 * @param {Grey} grey
 * @param {Corners[]} boxes
 * @param {number[]} lines
 */
export const wallsBetween = (grey, boxes, lines) =>
  boxes.map((box, index) =>
    index && lines[index] === lines[index - 1] ? wall(grey, boxes[index - 1], box) : 0,
  );

/** @param {Grey} grey @param {Corners} one @param {Corners} other */
function wall(grey, one, other) {
  const height = Math.max(one[3] - one[1], other[3] - other[1], 1);
  const [top, bottom] = [Math.min(one[1], other[1]), Math.max(one[3], other[3])];
  const [left, right] = [one[2] + ASIDE * height, other[0] - ASIDE * height];
  if (right - left < 2 || right - left > 4 * height) return 0;
  const columns = columnsOf(grey, left, top, right, bottom);
  if (columns.length === 0) return 0;
  const paper = median(columns.flat());
  const { full, sign } = penOf(grey, one, paper);
  return clamp(darkestColumn(darkness(columns, paper, sign)) / full, 0, 1);
}

/** How dark the darkest column is nearly all the way down, upright or leaning. @param {number[][]} columns */
function darkestColumn(columns) {
  const height = columns[0].length;
  let darkest = 0;
  for (const lean of LEANS) {
    const shifts = columns[0].map((_, row) => rounded(lean * (row - height / 2)));
    for (let column = 0; column < columns.length; column += 1) {
      const leaning = shifts.map((shift, row) => columns[clamp(column + shift, 0, columns.length - 1)][row]);
      darkest = Math.max(darkest, percentile(leaning, BROKEN));
    }
  }
  return darkest;
}

/**
 * How much an upright rule runs through each character, in [0, 1], as on squared paper.
 *
 * @param {Grey} grey
 * @param {Corners[]} boxes
 */
export const rulesThrough = (grey, boxes) => boxes.map((box) => ruleThrough(grey, box));

/** @param {Grey} grey @param {Corners} box */
function ruleThrough(grey, box) {
  const [left, top, right, bottom] = box;
  const height = Math.max(bottom - top, 1);
  const [near, far] = STRIP.map((share) => share * height);
  const strips = [
    columnsOf(grey, left, top - far, right, top - near),
    columnsOf(grey, left, bottom + near, right, bottom + far),
  ];
  if (strips.some((strip) => strip.length < 3 || strip[0].length <= (far - near) / 2)) return 0; // at the edge nobody can say
  const paper = median(strips.flat(2));
  const { full, sign } = penOf(grey, box, paper);
  const [above, below] = strips.map((strip) =>
    darkness(strip, paper, sign).map((column) => percentile(column, BROKEN)),
  );
  const both = above.slice(2).map((_, at) => Math.min(widest(above, at), widest(below, at)));
  return clamp(Math.max(...both) / full, 0, 1);
}

/** The darkest of three neighbours: rules lean. @param {number[]} columns @param {number} at */
const widest = (columns, at) => Math.max(columns[at], columns[at + 1], columns[at + 2]);

/** @param {number[][]} columns @param {number} paper @param {number} sign */
const darkness = (columns, paper, sign) =>
  columns.map((column) => column.map((tone) => (tone - paper) * sign));

/**
 * How far the ink in a box is from its paper, and 1 for lighter ink, -1 for darker.
 *
 * @param {Grey} grey
 * @param {Corners} box
 * @param {number} paper
 */
function penOf(grey, box, paper) {
  const away = columnsOf(grey, ...box)
    .flat()
    .map((tone) => tone - paper);
  if (away.length === 0) return { full: 4, sign: 0 };
  const full = percentile(away.map(Math.abs), 90);
  const strong = away.filter((value) => Math.abs(value) > 0.5 * full);
  const sign = full > 4 ? Math.sign(strong.reduce((sum, value) => sum + value, 0)) : 0;
  return { full: Math.max(full, 4), sign };
}

/**
 * @param {Grey} grey
 * @param {number} left
 * @param {number} top
 * @param {number} right
 * @param {number} bottom
 * @returns {number[][]} the tones of a part, column by column
 */
function columnsOf({ data, height, width }, left, top, right, bottom) {
  const [first, last] = [Math.max(Math.trunc(top), 0), Math.min(Math.trunc(bottom) + 1, height)];
  const found = [];
  for (let x = Math.max(Math.trunc(left), 0); x < Math.min(Math.trunc(right) + 1, width); x += 1) {
    const column = [];
    for (let y = first; y < last; y += 1) column.push(data[y * width + x]);
    if (column.length) found.push(column);
  }
  return found;
}

/**
 * 1 where a character of another line stands straight above or below, as in a table.
 *
 * @param {Corners[]} boxes
 * @param {number[]} lines
 */
export const stacked = (boxes, lines) =>
  boxes.map((box, index) => {
    const height = Math.max(box[3] - box[1], 1);
    const over = boxes.some(
      (other, place) =>
        lines[place] !== lines[index] &&
        Math.abs(box[1] + box[3] - other[1] - other[3]) / 2 < COLUMN * height &&
        Math.min(box[2], other[2]) > Math.max(box[0], other[0]),
    );
    return over ? 1 : 0;
  });
