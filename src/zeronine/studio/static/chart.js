// A line chart in SVG: quiet axes, a few lines, and their last values written at their ends.

import { make, makeSvg } from './dom.js';

const [WIDTH, HEIGHT] = [420, 210];
const EDGE = { left: 56, right: 58, top: 12, bottom: 26 }; // for letters of LETTERS
const LETTERS = 12; // units of the picture, and pixels where the reader has chosen no size
const LEAST_GROWN = 0.6; // times LETTERS, where the picture is drawn large
const MOST_GROWN = 2.5; // times LETTERS: above that no room is left for the lines
/** @typedef {{x: (value: number) => number, y: (value: number) => number, grown: number, high: number}} Scale */

const MOST_POINTS = 240; // on one line; more are averaged in groups
const MOST_DOTS = 40; // on one line; more would cover it

/**
 * Make a chart; draw(series) fills it. A series is {name, points: [[x, y]], rank, faint}.
 *
 * @param {string} title
 * @param {(value: number) => string} format
 */
export function lineChart(title, format) {
  const picture = makeSvg('svg', {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    class: 'chart',
    role: 'img',
    'aria-label': title,
  });
  const element = make('figure', {}, make('figcaption', {}, title), picture);
  return { element, draw: (/** @type {Series[]} */ series) => draw(picture, title, format, series) };
}

/**
 * @param {SVGElement} picture
 * @param {string} title
 * @param {(value: number) => string} format
 * @param {Series[]} series
 */
function draw(picture, title, format, series) {
  const lines = series
    .map((one) => ({ ...one, points: thinned(one.points) }))
    .filter((one) => one.points.length);
  if (lines.length === 0) {
    picture.replaceChildren();
    return;
  }
  const all = lines.flatMap((one) => one.points);
  const right = Math.max(1, ...all.map(([x]) => x));
  const marks = ticks(Math.min(...all.map(([, y]) => y)), Math.max(...all.map(([, y]) => y)));
  const [lowest, highest] = [marks[0], marks[marks.length - 1]];
  const grown = letters(picture);
  const high = (HEIGHT * (1 + grown)) / 2;
  const [from, to, foot] = [grown * EDGE.left, WIDTH - grown * EDGE.right, high - grown * EDGE.bottom];
  /** @type {Scale} */
  const scale = {
    x: (x) => from + (x / right) * (to - from),
    y: (y) => foot - ((y - lowest) / (highest - lowest)) * (foot - EDGE.top),
    grown,
    high,
  };
  picture.setAttribute('viewBox', `0 0 ${WIDTH} ${high}`);
  picture.style.fontSize = `${grown * LETTERS}px`;
  const ends = lines.filter((one) => !one.faint);
  picture.replaceChildren(
    ...axes(scale, marks, right, format),
    ...lines.map((one) => line(scale, one)),
    ...labels(scale, ends, format),
  );
  picture.setAttribute(
    'aria-label',
    `${title}. ${ends.map((one) => `${one.name}: ${format(lastOf(one)[1])}`).join(', ')}`,
  );
}

/**
 * How much larger, or smaller, letters are drawn, so that on the screen they have the size that the reader chose:
 * a picture in a narrow column is drawn small, and its units with it.
 *
 * @param {SVGElement} picture
 */
function letters(picture) {
  const unit = picture.getBoundingClientRect().width / WIDTH || 1;
  const chosen = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  return Math.min(Math.max(LEAST_GROWN, chosen / unit), MOST_GROWN);
}

/**
 * Round numbers that enclose a range: 3 to 6 of them.
 *
 * @param {number} least
 * @param {number} most
 * @returns {number[]}
 */
export function ticks(least, most) {
  const span = Math.max(most - least, 0.04 * Math.abs(most), 1e-6); // one value alone has a scale, too
  const rough = span / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? 10 * power;
  const [from, to] = [Math.floor(least / step + 1e-9), Math.ceil(most / step - 1e-9)];
  return Array.from({ length: Math.max(to - from, 1) + 1 }, (_, index) => (from + index) * step);
}

/** @param {Point[]} points @returns {Point[]} */
function thinned(points) {
  const group = Math.ceil(points.length / MOST_POINTS);
  if (group <= 1) return points;
  const kept = /** @type {Point[]} */ ([]);
  for (let start = 0; start < points.length; start += group) {
    const some = points.slice(start, start + group);
    kept.push([some[some.length - 1][0], some.reduce((sum, [, y]) => sum + y, 0) / some.length]);
  }
  return kept;
}

/**
 * @param {Scale} scale
 * @param {number[]} marks
 * @param {number} right
 * @param {(value: number) => string} format
 */
function axes(scale, marks, right, format) {
  /** @type {SVGElement[]} */
  const parts = marks.map((mark) =>
    makeSvg('line', {
      class: 'rule',
      x1: scale.x(0),
      x2: scale.x(right),
      y1: scale.y(mark),
      y2: scale.y(mark),
    }),
  );
  for (const mark of marks) {
    parts.push(
      makeSvg(
        'text',
        { x: scale.x(0) - 7, y: scale.y(mark) + 4 * scale.grown, 'text-anchor': 'end' },
        format(mark),
      ),
    );
  }
  for (const epoch of whole(right, 6 / scale.grown)) {
    if (epoch && scale.x(epoch) - scale.x(0) < 44 * scale.grown) continue; // "epoch 0" reaches so far
    parts.push(
      makeSvg(
        'text',
        { x: scale.x(epoch), y: scale.high - 7, 'text-anchor': 'middle' },
        epoch === 0 ? 'epoch 0' : String(epoch),
      ),
    );
  }
  return parts;
}

/** @param {number} right @param {number} most @returns {number[]} */
function whole(right, most) {
  const step = Math.max(1, Math.ceil(right / most));
  return Array.from({ length: Math.floor(right / step + 1e-9) + 1 }, (_, index) => index * step);
}

/** @param {Scale} scale @param {Series} series */
function line(scale, { points, rank, faint }) {
  const path = points.map(([x, y]) => `${scale.x(x).toFixed(1)},${scale.y(y).toFixed(1)}`).join(' ');
  const group = makeSvg(
    'g',
    { class: `line ${rank}${faint ? ' faint' : ''}` },
    makeSvg('polyline', { points: path }),
  );
  if (!faint && points.length <= MOST_DOTS)
    for (const [x, y] of points) group.append(makeSvg('circle', { cx: scale.x(x), cy: scale.y(y), r: 3 }));
  return group;
}

/**
 * The last value of each line, moved apart where they would cover each other.
 *
 * @param {Scale} scale
 * @param {Series[]} lines
 * @param {(value: number) => string} format
 */
function labels(scale, lines, format) {
  const placed = lines.map((one) => {
    const [x, y] = lastOf(one);
    return { x: scale.x(x), y: scale.y(y), rank: one.rank, text: format(y) };
  });
  placed.sort((one, other) => one.y - other.y);
  placed.forEach((one, index) => {
    if (index > 0) one.y = Math.max(one.y, placed[index - 1].y + 14 * scale.grown);
  });
  return placed.map(({ x, y, rank, text }) =>
    makeSvg('text', { class: `end ${rank}`, x: x + 8, y: y + 4 * scale.grown }, text),
  );
}

/** @param {Series} series @returns {Point} */
function lastOf({ points }) {
  return points[points.length - 1];
}
