// What the modules of the edition without a server hand each other: alone/*.js. Only the checks read this.

/** A grey picture, 0 = black, row by row. */
interface Grey {
  data: Uint8Array;
  height: number;
  width: number;
}

type Corners = [left: number, top: number, right: number, bottom: number];
/** x, y -> a x + b y + c, d x + e y + f */
type Matrix = [a: number, b: number, c: number, d: number, e: number, f: number];

/** float32 values in the kernel's memory, pixel by pixel, channels last. */
interface Block {
  at: number;
  height: number;
  width: number;
  channels: number;
}

/** A convolution whose weights lie in the kernel's memory. */
interface Convolution {
  at: number;
  biasAt: number;
  blocks: number;
  ins: number;
  rows: number;
  columns: number;
  stride: number;
  gap: number;
  relu: boolean;
}

/** A layer as studio/packed.py packs it: half floats from `at` on. */
interface PackedLayer {
  name: string;
  shape: number[];
  at: number;
  bias: number[];
  stride: number;
  gap: number;
  relu: boolean;
}

interface PackedNetwork {
  layers: PackedLayer[];
  dense: PackedLayer[];
  floor: number;
  ground: number;
  classes: number;
  box: number[];
}

interface Logistic {
  weights: Record<string, number>;
  bias: number;
}

interface Shares {
  finder: number;
  context: number;
  canvas: number;
  clear: number;
}

/** reader.json */
interface Evidence {
  shares: { pages: Shares; singles: Shares };
  shapes: number[];
  beside: number[][]; // what stands beside what, see grammar.js
  exists: Logistic;
  right: Logistic;
  sign: Logistic;
  stands: Logistic;
  number: Logistic;
  apart: Logistic;
  part: Logistic;
}

interface PackedReader {
  finder: PackedNetwork;
  context: PackedNetwork;
  evidence: Evidence;
}

/** What the finder says: place, classes and box, one plane of `height` by `width` after the other. */
interface Maps {
  planes: Float32Array;
  height: number;
  width: number;
  classes: number;
}

/** A character that may stand in a picture. */
interface Mark {
  box: Corners;
  place: number; // log-odds that a character stands here
  kinds: number[]; // log-probabilities of the classes
  seenPx: number; // height in pixels at which the finder saw it
  digit: number; // that it is a digit, if it is a character
  other: number; // that it is writing that is not read
}

interface Look {
  grey: Grey;
  scale: number;
  left: number;
  top: number;
  maps: Maps;
  marks: Mark[];
}

/** What the finder saw, and the picture that it saw it in. */
interface Sight {
  grey: Grey;
  marks: Mark[];
  toPicture: Matrix;
  tilt: number;
  quarters: number;
  looks: { maps: Maps; way: Matrix }[];
}

/** A mark that was taken for a character. */
interface Chosen {
  box: Corners;
  inPicture: Corners;
  kind: number;
  line: number;
  confidence: number;
  classes: number[];
  canvas: Float32Array;
  there: number; // log-odds that a digit, or a sign, stands here
  letters: number; // how much of what stands beside it is writing that is not read
  doubt: number;
  wall: number;
  through: number; // how much an upright rule runs through it
  stacked: number;
}

/** A model of the page, its weights as bytes. */
interface PackedModel {
  id: string;
  graph: GraphDescription;
  weights: Uint8Array<ArrayBuffer>;
}

/** The last layer before an answer: gain * (weights @ hidden + bias). */
interface Head {
  weights: number[];
  bias: number[];
  gain: number;
}
