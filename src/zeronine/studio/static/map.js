// The map: training digits where the network puts them, flattened to two directions, and yours among them.

import { best, DIGITS, runnerUp } from './answer.js';
import { getMap } from './api.js';
import { make } from './dom.js';
import { showIndex } from './reasons.js';

const NEAR = 20; // points that are counted for the words beside the map
/** @typedef {HTMLCanvasElement & {paint?: () => void}} Chart */

/** @type {Map<string, MapAnswer>} */
const maps = new Map(); // model -> {points, share}

/**
 * Show where this canvas lands.
 *
 * @param {HTMLElement} place
 * @param {Explanation} found
 * @param {Question} question
 */
export async function showMap(place, found, { model, again }) {
  if (!found.map) {
    showIndex(place, found.index, model, again);
    return;
  }
  const { position } = found.map;
  const map = maps.get(model) ?? (await getMap(model));
  const { points, share } = map;
  if (!points) {
    showIndex(place, map.index, model, again);
    return;
  }
  maps.set(model, map);
  /** @type {Chart} */
  const chart = place.querySelector('canvas') ?? firstTime(place, share);
  chart.paint = () => paint(chart, points, { position, probabilities: found.probabilities });
  chart.setAttribute(
    'aria-label',
    `A map of ${points.length} training digits; of the ${NEAR} next to yours ${neighbourhood(points, position)}`,
  );
  chart.paint();
}

/** @param {HTMLElement} place @param {number[] | null} shares @returns {Chart} */
function firstTime(place, shares) {
  /** @type {Chart} */
  const chart = make('canvas', { class: 'map', role: 'img' });
  const share = shares
    ? `The two directions hold ${Math.round(100 * (shares[0] + shares[1]))} % of all differences.`
    : '';
  place.replaceChildren(
    chart,
    make(
      'p',
      { class: 'caption' },
      `The ring is yours; blue digits are like the answer, orange like its rival. ${share}`,
    ),
  );
  new ResizeObserver(() => chart.paint?.()).observe(chart);
  window.addEventListener('themechange', () => chart.paint?.());
  return chart;
}

/**
 * @param {Chart} chart
 * @param {MapPoint[]} points
 * @param {{position: Point, probabilities: Probabilities}} found
 */
function paint(chart, points, { position, probabilities }) {
  const shown = chart.getBoundingClientRect();
  if (shown.width === 0) return;
  const dense = window.devicePixelRatio || 1;
  chart.width = Math.round(shown.width * dense);
  chart.height = Math.round(shown.height * dense);
  const context = /** @type {CanvasRenderingContext2D} */ (chart.getContext('2d'));
  const style = getComputedStyle(document.documentElement);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const size = Math.max(8, shown.width / 64) * dense;
  const [first, second] = [best(probabilities), runnerUp(probabilities)];
  /** @type {(point: Point) => Point} */
  const at = ([x, y]) => [(0.5 + 0.47 * x) * chart.width, (0.5 - 0.47 * y) * chart.height];
  context.font = `600 ${size}px ${getComputedStyle(chart).fontFamily}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (const [x, y, label] of points) {
    context.fillStyle = colour(rank(label, first, second));
    context.globalAlpha = label === first || label === second ? 0.85 : 0.45;
    context.fillText(String(label), ...at([x, y]));
  }
  context.globalAlpha = 1;
  context.font = `700 ${2.2 * size}px ${getComputedStyle(chart).fontFamily}`;
  for (const digit of DIGITS)
    name(context, digit, at(middle(points, digit)), colour(rank(digit, first, second)), colour('--paper'));
  ring(context, at(position), 1.4 * size, colour('--paper'), 5 * dense);
  ring(context, at(position), 1.4 * size, colour('--ink'), 2.5 * dense);
}

/**
 * The colour's name: the answer's, its rival's, or any other digit's.
 *
 * @param {number} digit
 * @param {number} first
 * @param {number} second
 * @returns {string}
 */
function rank(digit, first, second) {
  if (digit === first) return '--first';
  return digit === second ? '--second' : '--edge';
}

/**
 * The middle of a digit's points: the median of each direction, so that strays do not pull it.
 *
 * @param {MapPoint[]} points
 * @param {number} digit
 * @returns {Point}
 */
function middle(points, digit) {
  const own = points.filter(([, , label]) => label === digit);
  const median = (/** @type {number[]} */ values) =>
    values.sort((one, other) => one - other)[own.length >> 1] ?? 0;
  return [median(own.map(([x]) => x)), median(own.map(([, y]) => y))];
}

/**
 * Write a digit's name over its cloud of points.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} digit
 * @param {Point} at
 * @param {string} ink
 * @param {string} paper
 */
function name(context, digit, [x, y], ink, paper) {
  context.lineWidth = 5 * (window.devicePixelRatio || 1);
  context.lineJoin = 'round';
  context.strokeStyle = paper;
  context.fillStyle = ink;
  context.strokeText(String(digit), x, y);
  context.fillText(String(digit), x, y);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Point} at
 * @param {number} radius
 * @param {string} colour
 * @param {number} width
 */
function ring(context, [x, y], radius, colour, width) {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.stroke();
}

/**
 * In words, for those who do not see the map: what lies round the drawing.
 *
 * @param {MapPoint[]} points
 * @param {Point} position
 * @returns {string}
 */
function neighbourhood(points, [x, y]) {
  const near = [...points].sort((one, other) => distance(one, x, y) - distance(other, x, y)).slice(0, NEAR);
  const counts = new Map();
  for (const [, , label] of near) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts]
    .sort((one, other) => other[1] - one[1])
    .map(([label, count]) => `${count} are a ${label}`)
    .join(', ');
}

/** @param {MapPoint} point @param {number} otherX @param {number} otherY @returns {number} */
function distance([x, y], otherX, otherY) {
  return Math.hypot(x - otherX, y - otherY);
}
