// The answer beside the pad: one large numeral, one sentence, ten bars.
// The studio and the exported page share this file.

export const DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
export const SURE = 0.9; // confidence below which a person should look again: `SURE` of answers.py
/** @typedef {ReturnType<typeof answerInto>} Shown */
/** @typedef {{row: HTMLElement, fill: HTMLElement, share: HTMLElement, digit: number}} Bar */

const DOUBT = 0.5; // below this chance of being a digit at all, the page says so

/**
 * Build an answer into `place` and return what fills it: show(probabilities, digitChance) or show(null).
 *
 * @param {HTMLElement} place
 * @param {{rank?: string}} options
 */
export function answerInto(place, { rank = 'first' } = {}) {
  place.classList.add('answer', rank);
  place.innerHTML = `
    <p class="numeral none" aria-hidden="true">?</p>
    <p class="verdict">Nothing drawn yet.</p>
    <ol class="bars" start="0"></ol>`;
  const bars = DIGITS.map((digit) => bar(part(place, '.bars'), digit));
  const numeral = part(place, '.numeral');
  const verdict = part(place, '.verdict');
  /** @param {Probabilities | null} probabilities */
  function move(probabilities) {
    const first = probabilities && best(probabilities);
    for (const { row, fill, digit } of bars) {
      fill.style.transform = `scaleX(${probabilities?.[digit] ?? 0})`;
      row.classList.toggle('best', first === digit);
    }
    write(numeral, String(first ?? '?'));
    numeral.classList.toggle('none', !probabilities);
  }
  return {
    move, // the bars and the numeral alone: words have the page laid out anew, which a training would pay for
    /** @param {Probabilities | null} probabilities */
    show(probabilities, digitChance = 1, nothing = 'Nothing drawn yet.') {
      move(probabilities);
      for (const { share, digit } of bars) write(share, percent(probabilities?.[digit] ?? 0));
      numeral.classList.toggle('doubtful', Boolean(probabilities) && digitChance < DOUBT);
      write(verdict, probabilities ? sentence(probabilities, digitChance) : nothing);
    },
  };
}

/**
 * The most probable digit.
 *
 * @param {Probabilities} probabilities
 * @returns {number}
 */
export function best(probabilities) {
  return DIGITS.reduce((found, digit) => (probabilities[digit] > probabilities[found] ? digit : found), 0);
}

/**
 * The second most probable digit.
 *
 * @param {Probabilities} probabilities
 * @returns {number}
 */
export function runnerUp(probabilities) {
  const first = best(probabilities);
  return best(probabilities.map((value, digit) => (digit === first ? -1 : value)));
}

/**
 * What the page says of an answer, in words.
 *
 * @param {Probabilities} probabilities
 * @param {number} digitChance
 * @returns {string}
 */
export function sentence(probabilities, digitChance = 1) {
  const first = best(probabilities);
  const second = runnerUp(probabilities);
  if (digitChance < DOUBT) return `Probably not a digit; if it is one, ${first}.`;
  if (probabilities[first] > 0.95) return `${first}, ${percent(probabilities[first])} sure.`;
  return `${first}, ${percent(probabilities[first])} sure; else ${second}, ${percent(probabilities[second])}.`;
}

/**
 * 0.987 -> "99 %", 0.993 -> "99.3 %", and never 100.
 *
 * @param {number} share
 * @returns {string}
 */
export function percent(share) {
  if (share > 0.999) return '> 99.9 %';
  const points = 100 * share;
  return `${points < 10 || points > 99 ? points.toFixed(1) : points.toFixed(0)} %`;
}

/**
 * Write a text where it is not written yet: the same text again would have the page laid out anew.
 *
 * @param {Element} element
 * @param {string} text
 */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {HTMLElement} list @param {number} digit @returns {Bar} */
function bar(list, digit) {
  const row = document.createElement('li');
  row.innerHTML = `<span class="which">${digit}</span><span class="track"><span class="fill"></span></span><span class="share">0.0 %</span>`;
  list.append(row);
  return { row, fill: part(row, '.fill'), share: part(row, '.share'), digit };
}

/** @param {HTMLElement} place @param {string} selector @returns {HTMLElement} */
function part(place, selector) {
  return /** @type {HTMLElement} */ (place.querySelector(selector));
}
