// A picture in, a reading out, in the page: reading/reader.py, step by step, each in a file of its own.
// Not here: what is expected (a count, a pattern, a kind), and pictures that hold one digit alone.

import { best, chance, FAR, logOdds } from './arithmetic.js';
import { bestPath } from './bestpath.js';
import { sharedOf } from './boxes.js';
import { asFound, Context, nothingThere } from './context.js';
import { digitShare, opinionsOf } from './evidence.js';
import { Finder } from './finder.js';
import { classesOf } from './grammar.js';
import { inReadingOrder, linesOf, runsOf } from './lines.js';
import { DIGITS } from './marks.js';
import { believed, boxWithin, isDigit, numbersOf } from './numbers.js';
import { passedOver } from './passed.js';
import { rivalsOf } from './rivals.js';
import { rulesThrough, stacked, wallsBetween } from './rulings.js';
import { inPicture, sightOf, usualHeight } from './sight.js';
import { canvasesOf } from './windows.js';

const MIN_CONFIDENCE = 0.5; // below this a digit is `?`
const LEAN = 3; // log-odds for taking a mark
const MOST_GLIMPSES = 2000; // shown to the second opinion
const MOST_CANVASES = 6000; // shown to the canvas network, the likeliest digits
const WEIGHED = 0.004; // chance of being read below which a mark is shown to no other network
const UNASKED = { logits: new Float32Array(DIGITS), digitLogit: -FAR }; // of a mark that was not shown
const NEARLY = -1.5; // log-odds of being a digit from which a mark that was not taken is worth a word
const COVERED = 0.3; // of the smaller box: a mark that shares so much with one that was read is read
const APART = 0.8; // heights: nearer neighbours of one line are told as one place

/** Reads pictures; its networks' weights lie in the kernel's memory. */
export class Reader {
  /** @param {PackedReader} packed @param {Uint8Array<ArrayBuffer>} bytes of the weights */
  constructor({ finder, context, evidence }, bytes) {
    this.finder = new Finder(finder, bytes);
    this.context = new Context(context, bytes);
    this.evidence = evidence;
  }

  /**
   * Find and read every digit of a picture, in reading order.
   *
   * @param {Grey} grey
   * @param {(canvas: Float32Array) => {logits: ArrayLike<number>, digitLogit: number}} classify
   * @param {{least?: number, digitsOnly?: boolean}} [wishes]
   * @param {Shares} [shares] how much each network's classes count, for a model that is not the shipped one
   * @returns {{reading: Reading, sight: Sight, chosen: Chosen[]}}
   */
  read(grey, classify, { least = MIN_CONFIDENCE, digitsOnly = false } = {}, shares = undefined) {
    const sight = sightOf(grey, this.finder);
    const { weighed, canvases } = this.weigh(sight, classify, shares);
    const chosen = believed(choose(sight, weighed, canvases, this.evidence), this.evidence);
    const { numbers, signs } = numbersOf(chosen, this.evidence, grey, { least, digitsOnly });
    const reading = {
      text: textOf(numbers, signs),
      width: grey.width,
      height: grey.height,
      numbers,
      signs,
      unread: unreadOf(sight, weighed.exists, chosen, grey),
      notes: notesOf(sight),
      canvases: chosen.filter(isDigit).map(({ canvas }) => canvas),
    };
    return { reading, sight, chosen };
  }

  /**
   * Gather every opinion on the marks of a picture, and weigh it.
   *
   * @param {Sight} sight
   * @param {(canvas: Float32Array) => {logits: ArrayLike<number>, digitLogit: number}} classify
   * @param {Shares} [shares]
   */
  weigh({ grey, marks }, classify, shares = this.evidence.shares.pages) {
    const seen = marks.map(() => nothingThere(this.finder.classes));
    const likely = marks.flatMap((mark, index) =>
      chance(mark.place) * (1 - mark.other) > WEIGHED ? [index] : [],
    );
    for (const index of likely) seen[index] = asFound(marks[index]);
    const shown = [...likely]
      .sort((one, other) => marks[other].place - marks[one].place)
      .slice(0, MOST_GLIMPSES);
    const boxes = shown.map((index) => marks[index].box);
    for (const [place, answer] of this.context.ask(grey, boxes).entries()) seen[shown[place]] = answer;
    const digit = (/** @type {number} */ index) => Math.min(marks[index].digit, digitShare(seen[index]));
    const worth = (/** @type {number} */ index) => chance(marks[index].place) * digit(index);
    const asked = likely
      .filter((index) => digit(index) > WEIGHED)
      .sort((one, other) => worth(other) - worth(one))
      .slice(0, MOST_CANVASES)
      .sort((one, other) => one - other);
    const answers = marks.map(() => UNASKED);
    /** @type {Float32Array[]} */
    const canvases = marks.map(() => new Float32Array(0));
    for (const [place, canvas] of canvasesOf(
      grey,
      asked.map((index) => marks[index].box),
    ).entries()) {
      answers[asked[place]] = /** @type {typeof UNASKED} */ (classify(canvas));
      canvases[asked[place]] = canvas;
    }
    const weighed = opinionsOf(marks, seen, answers, this.evidence, usualHeight(marks), shares);
    return { weighed, canvases };
  }
}

/**
 * The likeliest way through all lines.
 *
 * @param {Sight} sight
 * @param {import('./evidence.js').Weighed} weighed
 * @param {Float32Array[]} canvases
 * @param {Evidence} evidence
 * @returns {Chosen[]}
 */
function choose({ grey, marks, toPicture }, weighed, canvases, evidence) {
  const { exists, right, sign, letters, classes, signs } = weighed;
  const digit = exists.map((odds, index) => odds >= sign[index]);
  const there = exists.map((odds, index) => logOdds(chance(odds) + chance(sign[index])));
  const some = there.flatMap((odds, index) => (odds + LEAN > 0 ? [index] : []));
  const [order, lines] = inReadingOrder(
    some.map((index) => marks[index].box),
    some.map((index) => !digit[index]),
  );
  const ordered = order.map((place) => some[place]);
  const rivals = rivalsOf(
    ordered.map((index) => ({
      box: marks[index].box,
      there: there[index],
      named: digit[index] ? best(classes[index]) : DIGITS + best(signs[index]),
    })),
    evidence.apart,
    LEAN,
  );
  const path = bestPath(
    rivals,
    ordered.map((index) => there[index] + LEAN),
  );
  const taken = path.map((place) => ordered[place]);
  const takenLines = path.map((place) => lines[place]);
  const takenBoxes = taken.map((index) => marks[index].box);
  const named = namesOf(taken, takenLines, weighed, evidence.beside);
  const walls = wallsBetween(grey, takenBoxes, takenLines);
  const through = rulesThrough(grey, takenBoxes);
  const above = stacked(takenBoxes, takenLines);
  const kept = new Set(taken);
  const leftOut = exists.flatMap((odds, index) =>
    odds > -6 && !kept.has(index) ? [/** @type {[Corners, number]} */ ([marks[index].box, odds])] : [],
  );
  return taken.map((index, place) => {
    const { box } = marks[index];
    const { kind, support } = named[place];
    return {
      box,
      inPicture: inPicture(toPicture, box),
      kind: kind === 0 ? best(classes[index]) : DIGITS - 1 + kind,
      line: takenLines[place],
      confidence: chance((kind === 0 ? right[index] : sign[index]) + support),
      classes: classes[index],
      canvas: canvases[index],
      there: Math.max(exists[index], sign[index]),
      letters: letters[index],
      doubt: doubtOf(box, leftOut),
      wall: walls[place],
      through: through[place],
      stacked: above[place],
    };
  });
}

/**
 * Whether each character is a digit or which sign, line by line, and what its neighbours add to its odds.
 *
 * @param {number[]} taken
 * @param {number[]} lines
 * @param {import('./evidence.js').Weighed} weighed
 * @param {number[][]} beside
 */
function namesOf(taken, lines, { exists, sign, signs }, beside) {
  const odds = taken.map((index) => {
    const most = Math.max(...signs[index]);
    return [exists[index], ...signs[index].map((one) => sign[index] + one - most)];
  });
  return runsOf(lines).flatMap(([start, stop]) => classesOf(odds.slice(start, stop), beside));
}

/** The log-odds of the likeliest digit beside a mark that was left out. @param {Corners} box @param {[Corners, number][]} others */
function doubtOf([left, top, right, bottom], others) {
  const aside = 0.6 * (bottom - top);
  const grown = /** @type {Corners} */ ([left - aside, top, right + aside, bottom]);
  return others.reduce(
    (most, [box, odds]) => (sharedOf(grown, box) > 0.5 ? Math.max(most, odds) : most),
    -FAR,
  );
}

/**
 * Boxes round what looks like writing and was not read, neighbours in one. As reading/unread.py.
 *
 * @param {Sight} sight
 * @param {number[]} exists
 * @param {Chosen[]} chosen
 * @param {Grey} grey
 * @returns {Box[]}
 */
function unreadOf({ grey: shown, marks, toPicture }, exists, chosen, grey) {
  const seen = marks.filter(({ place }, index) => place > 0 || exists[index] > NEARLY).map(({ box }) => box);
  const passed = passedOver(
    shown,
    chosen.filter(isDigit).map(({ box }) => box),
  );
  const boxes = [...seen, ...passed].filter((box) => !chosen.some((one) => sharedOf(box, one.box) > COVERED));
  const lines = linesOf(
    boxes,
    boxes.map(() => false),
  );
  const order = boxes.map((_, index) => index);
  order.sort((one, other) => lines[one] - lines[other] || boxes[one][0] - boxes[other][0]);
  const merged = /** @type {Corners[]} */ ([]);
  for (const [place, index] of order.entries()) {
    const box = boxes[index];
    const before = order[place - 1];
    const near =
      place > 0 && lines[before] === lines[index] && box[0] - boxes[before][2] <= APART * (box[3] - box[1]);
    const last = merged[merged.length - 1];
    if (!near) merged.push([...box]);
    else
      merged[merged.length - 1] = [
        Math.min(last[0], box[0]),
        Math.min(last[1], box[1]),
        Math.max(last[2], box[2]),
        Math.max(last[3], box[3]),
      ];
  }
  return merged.map((box) => boxWithin(inPicture(toPicture, box), grey));
}

/** Numbers and signs as written: a space between those of one line, a line break between lines. @param {NumberRead[]} numbers @param {SignBetween[]} signs */
function textOf(numbers, signs) {
  const items = [
    ...numbers.map(({ line, box, text }) => ({ line, x: box.x, text })),
    ...signs.map(({ line, box, sign }) => ({ line, x: box.x, text: sign })),
  ];
  items.sort((one, other) => one.line - other.line || one.x - other.x);
  return items.reduce((text, item, index) => {
    if (index === 0) return item.text;
    return text + (items[index - 1].line === item.line ? ' ' : '\n') + item.text;
  }, '');
}

/** @param {Sight} sight */
function notesOf({ quarters, tilt }) {
  const notes = [];
  if (quarters) notes.push(`the page lay on its ${quarters === 2 ? 'head' : 'side'}: turned`);
  if (Math.abs(tilt) >= 4)
    notes.push(
      `the lines ${tilt > 0 ? 'fall' : 'climb'} by ${Math.abs(tilt).toFixed(0)} degrees: turned level`,
    );
  return notes;
}
