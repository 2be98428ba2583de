// A drawing as an address: its strokes behind the #, which no browser sends to any server.
// For each stroke two bytes (its thickness, above 127 for the eraser; how many points), two whole numbers of two
// bytes for the first point, and a step of two signed bytes to each other point; all in base64 for addresses.

const NEAR = 2; // units: points nearer to the one before are left out
const FARTHEST = 127; // units of one step
const MOST_STEPS = 254; // of one stroke, so that their count is a byte

/**
 * @param {Stroke[]} strokes
 * @returns {string}
 */
export function inkText(strokes) {
  const bytes = strokes.flatMap((stroke) => {
    const points = steps(stroke.points).slice(0, MOST_STEPS + 1);
    const [[x, y], ...rest] = points;
    const head = [Math.min(127, Math.round(stroke.thickness)) + (stroke.erase ? 128 : 0), rest.length];
    const moves = rest.flatMap((point, index) => [point[0] - points[index][0], point[1] - points[index][1]]);
    return [...head, x >> 8, x & 255, y >> 8, y & 255, ...moves.map((step) => step & 255)];
  });
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** Whole points that are some way apart, and never farther than a step goes. @param {Point[]} points @returns {Point[]} */
function steps(points) {
  /** @type {Point[]} */
  const found = [];
  for (const [index, point] of points.entries()) {
    const [x, y] = point.map((value) => Math.max(0, Math.round(value)));
    let last = found[found.length - 1];
    if (!last) {
      found.push([x, y]);
      continue;
    }
    if (Math.hypot(x - last[0], y - last[1]) < NEAR && index < points.length - 1) continue;
    while (Math.max(Math.abs(x - last[0]), Math.abs(y - last[1])) > FARTHEST) {
      const share = FARTHEST / Math.max(Math.abs(x - last[0]), Math.abs(y - last[1]));
      last = [last[0] + Math.trunc(share * (x - last[0])), last[1] + Math.trunc(share * (y - last[1]))];
      found.push(last);
    }
    found.push([x, y]);
  }
  return found;
}

/**
 * The strokes of an address; an error where it is damaged.
 *
 * @param {string} text
 * @returns {Stroke[]}
 */
export function strokesOf(text) {
  let bytes;
  try {
    bytes = Int8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0));
  } catch {
    throw new Error('The drawing in this address is damaged: copy the address again.');
  }
  /** @type {Stroke[]} */
  const strokes = [];
  for (let at = 0; at < bytes.length; ) {
    const [kind, count, ...high] = Array.from(bytes.subarray(at, at + 6), (byte) => byte & 255);
    if (high.length < 4 || at + 6 + 2 * count > bytes.length)
      throw new Error('The drawing in this address is cut off: copy the address again.');
    /** @type {Point[]} */
    const points = [[high[0] * 256 + high[1], high[2] * 256 + high[3]]];
    for (let step = 0; step < count; step += 1) {
      const [x, y] = points[step];
      points.push([x + bytes[at + 6 + 2 * step], y + bytes[at + 7 + 2 * step]]);
    }
    strokes.push({ points, thickness: kind & 127, erase: kind > 127 });
    at += 6 + 2 * count;
  }
  return strokes;
}
