// The course's arithmetic, done in the reader's browser: nothing of it is looked up.

/**
 * How far one layer of sums is from three, at most, over some inputs: 0 without kinks.
 *
 * @param {number[]} sizes
 * @param {boolean} kinks whether a ReLU stands after each hidden layer
 * @returns {number}
 */
export function collapsed(sizes, kinks) {
  const layers = sizes.slice(1).map((out, index) => randomMatrix(out, sizes[index]));
  let difference = 0;
  for (let trial = 0; trial < 4; trial += 1) {
    const input = Float64Array.from({ length: sizes[0] }, () => 2 * Math.random() - 1);
    let three = input;
    for (const [index, layer] of layers.entries())
      three = bent(times(layer, three), kinks && index < layers.length - 1);
    const one = times(
      layers.reduce((product, layer) => multiply(layer, product)),
      input,
    );
    for (const [index, value] of three.entries())
      difference = Math.max(difference, Math.abs(value - one[index]));
  }
  return difference;
}

/**
 * What a probability of the right digit costs, and how steep that is: truly, and as the article has it.
 *
 * The slopes are for the evidence of the right digit: 1 - p of -log p, and p (1 - p) of -p.
 *
 * @param {number} right
 */
export function lossOf(right) {
  return { loss: -Math.log(right), slope: 1 - right, printed: right * (1 - right) };
}

/**
 * The share that the best of some guessers gets on the digits that chose it, and on as many fresh ones.
 *
 * @param {number} many
 * @param {number} digits
 */
export function guessers(many, digits) {
  const truth = Array.from({ length: digits }, draw);
  const shares = Array.from(
    { length: many },
    () => truth.filter((digit) => digit === draw()).length / digits,
  );
  const again = Array.from({ length: 10000 }, draw).filter((digit) => digit === draw()).length / 10000;
  return { best: Math.max(...shares), fresh: again };
}

/**
 * The 95 % interval of a share of so many (Wilson, 1927).
 *
 * @param {number} share
 * @param {number} count
 * @returns {[low: number, high: number]}
 */
export function wilson(share, count) {
  const z = 1.959964;
  const middle = share + z ** 2 / (2 * count);
  const wide = z * Math.sqrt((share * (1 - share)) / count + z ** 2 / (4 * count ** 2));
  const scale = 1 + z ** 2 / count;
  return [(middle - wide) / scale, (middle + wide) / scale];
}

function draw() {
  return Math.floor(10 * Math.random());
}

/** @param {number} out @param {number} into @returns {Float64Array[]} */
function randomMatrix(out, into) {
  const bound = 1 / Math.sqrt(into); // as PyTorch begins
  return Array.from({ length: out }, () =>
    Float64Array.from({ length: into }, () => bound * (2 * Math.random() - 1)),
  );
}

/** @param {Float64Array[]} matrix @param {Float64Array<ArrayBuffer>} values */
function times(matrix, values) {
  return Float64Array.from(matrix, (line) =>
    line.reduce((sum, weight, index) => sum + weight * values[index], 0),
  );
}

/** @param {Float64Array[]} left @param {Float64Array[]} right @returns {Float64Array[]} */
function multiply(left, right) {
  return left.map((line) => {
    const sum = new Float64Array(right[0].length);
    for (const [index, weight] of line.entries())
      for (let at = 0; at < sum.length; at += 1) sum[at] += weight * right[index][at];
    return sum;
  });
}

/** @param {Float64Array<ArrayBuffer>} values @param {boolean} kink */
function bent(values, kink) {
  return kink ? values.map((value) => Math.max(0, value)) : values;
}
