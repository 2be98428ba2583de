// Small sums: rounding, medians, and probabilities as log-odds, as NumPy and reading/evidence.py have them.

export const FAR = 8; // log-odds beyond which an opinion counts no more

/**
 * To whole numbers, halves to even ones, as Python and OpenCV round.
 *
 * @param {number} value
 */
export function rounded(value) {
  const whole = Math.floor(value);
  const part = value - whole;
  if (part !== 0.5) return part < 0.5 ? whole : whole + 1;
  return whole % 2 === 0 ? whole : whole + 1;
}

/** The place of the largest. @param {ArrayLike<number>} values */
export function best(values) {
  let found = 0;
  for (let at = 1; at < values.length; at += 1) if (values[at] > values[found]) found = at;
  return found;
}

/** @param {number} value @param {number} least @param {number} most */
export const clamp = (value, least, most) => Math.min(most, Math.max(least, value));

/** @param {ArrayLike<number>} values */
export function median(values) {
  if (values.length === 0) return Number.NaN;
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/**
 * As numpy.percentile, with a straight line between two values.
 *
 * @param {ArrayLike<number>} values
 * @param {number} share of 100
 */
export function percentile(values, share) {
  const sorted = Float64Array.from(values).sort();
  const place = ((sorted.length - 1) * share) / 100;
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
}

/** The probability that log-odds stand for. @param {number} odds */
export const chance = (odds) => 1 / (1 + Math.exp(-clamp(odds, -60, 60)));

/** @param {number} value @param {number} [far] */
export const clipped = (value, far = FAR) => clamp(value, -far, far);

/** @param {number} share */
export function logOdds(share) {
  const inside = clamp(share, 1e-9, 1 - 1e-9);
  return clipped(Math.log(inside / (1 - inside)));
}

/** @param {ArrayLike<number>} logits @returns {number[]} */
export function logSoftmax(logits) {
  const all = Array.from(logits);
  const most = Math.max(...all);
  const sum = all.reduce((total, one) => total + Math.exp(one - most), 0);
  return all.map((one) => one - most - Math.log(sum));
}
