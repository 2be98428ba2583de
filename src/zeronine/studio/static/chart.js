// A line chart in SVG: quiet axes, a few lines, and their last values written at their ends.

import { make, makeSvg } from './dom.js';

const [WIDTH, HEIGHT] = [420, 210];
const EDGE = { left: 46, right: 58, top: 12, bottom: 26 };
const MOST_POINTS = 240; // on one line; more are averaged in groups

/** Make a chart; draw(series) fills it. A series is {name, points: [[x, y]], rank, faint}. */
export function lineChart(title, format) {
  const picture = makeSvg('svg', {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    class: 'chart',
    role: 'img',
    'aria-label': title,
  });
  const element = make('figure', {}, make('figcaption', {}, title), picture);
  return { element, draw: (series) => draw(picture, title, format, series) };
}

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
  const scale = {
    x: (x) => EDGE.left + (x / right) * (WIDTH - EDGE.left - EDGE.right),
    y: (y) =>
      HEIGHT - EDGE.bottom - ((y - marks[0]) / (marks.at(-1) - marks[0])) * (HEIGHT - EDGE.top - EDGE.bottom),
  };
  const ends = lines.filter((one) => !one.faint);
  picture.replaceChildren(
    ...axes(scale, marks, right, format),
    ...lines.map((one) => line(scale, one)),
    ...labels(scale, ends, format),
  );
  picture.setAttribute(
    'aria-label',
    `${title}. ${ends.map((one) => `${one.name}: ${format(one.points.at(-1)[1])}`).join(', ')}`,
  );
}

/** Round numbers that enclose a range: 3 to 6 of them. */
export function ticks(least, most) {
  const span = Math.max(most - least, 1e-6);
  const rough = span / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough);
  const [from, to] = [Math.floor(least / step + 1e-9), Math.ceil(most / step - 1e-9)];
  return Array.from({ length: Math.max(to - from, 1) + 1 }, (_, index) => (from + index) * step);
}

function thinned(points) {
  const group = Math.ceil(points.length / MOST_POINTS);
  if (group <= 1) return points;
  const kept = [];
  for (let start = 0; start < points.length; start += group) {
    const some = points.slice(start, start + group);
    kept.push([some.at(-1)[0], some.reduce((sum, [, y]) => sum + y, 0) / some.length]);
  }
  return kept;
}

function axes(scale, marks, right, format) {
  const parts = marks.map((mark) =>
    makeSvg('line', {
      class: 'rule',
      x1: EDGE.left,
      x2: WIDTH - EDGE.right,
      y1: scale.y(mark),
      y2: scale.y(mark),
    }),
  );
  for (const mark of marks) {
    parts.push(
      makeSvg('text', { x: EDGE.left - 7, y: scale.y(mark) + 4, 'text-anchor': 'end' }, format(mark)),
    );
  }
  for (const epoch of whole(right)) {
    parts.push(
      makeSvg(
        'text',
        { x: scale.x(epoch), y: HEIGHT - 7, 'text-anchor': 'middle' },
        epoch === 0 ? 'epoch 0' : String(epoch),
      ),
    );
  }
  return parts;
}

function whole(right) {
  const step = Math.max(1, Math.ceil(right / 6));
  return Array.from({ length: Math.floor(right / step + 1e-9) + 1 }, (_, index) => index * step);
}

function line(scale, { points, rank, faint }) {
  const path = points.map(([x, y]) => `${scale.x(x).toFixed(1)},${scale.y(y).toFixed(1)}`).join(' ');
  const group = makeSvg(
    'g',
    { class: `line ${rank}${faint ? ' faint' : ''}` },
    makeSvg('polyline', { points: path }),
  );
  if (!faint)
    for (const [x, y] of points) group.append(makeSvg('circle', { cx: scale.x(x), cy: scale.y(y), r: 3 }));
  return group;
}

/** The last value of each line, moved apart where they would cover each other. */
function labels(scale, lines, format) {
  const placed = lines.map(({ points, rank }) => ({
    x: scale.x(points.at(-1)[0]),
    y: scale.y(points.at(-1)[1]),
    rank,
    text: format(points.at(-1)[1]),
  }));
  placed.sort((one, other) => one.y - other.y);
  placed.forEach((one, index) => {
    if (index > 0) one.y = Math.max(one.y, placed[index - 1].y + 14);
  });
  return placed.map(({ x, y, rank, text }) =>
    makeSvg('text', { class: `end ${rank}`, x: x + 8, y: y + 4 }, text),
  );
}
