// Which of the chosen marks are signs, when some signs hardly ever stand beside others or begin a line.
// As reading/grammar.py.

import { best } from './arithmetic.js';

/**
 * The class of each character of a line, 0 for a digit, 1 to 11 for a sign; and what its neighbours add to
 * its log-odds.
 *
 * @param {number[][]} odds log-odds of the classes of each
 * @param {number[][]} beside what stands left and right, in nats; the last of each for nothing
 * @returns {{kind: number, support: number}[]}
 */
export function classesOf(odds, beside) {
  const found = likeliest(odds, beside);
  const nothing = beside.length - 1;
  return found.map((kind, index) => {
    const [left, right] = [found[index - 1] ?? nothing, found[index + 1] ?? nothing];
    return { kind, support: beside[left][kind] + beside[kind][right] };
  });
}

/** The likeliest classes of a line: Viterbi's search. @param {number[][]} odds @param {number[][]} beside */
function likeliest(odds, beside) {
  const nothing = beside.length - 1;
  let worth = odds[0].map((value, one) => value + beside[nothing][one]);
  const back = /** @type {number[][]} */ ([]);
  for (const next of odds.slice(1)) {
    const before = worth;
    const came = next.map((_, one) => best(before.map((value, from) => value + beside[from][one])));
    worth = next.map((value, one) => before[came[one]] + beside[came[one]][one] + value);
    back.push(came);
  }
  const found = [best(worth.map((value, one) => value + beside[one][nothing]))];
  for (const came of back.reverse()) found.unshift(came[found[0]]);
  return found;
}
