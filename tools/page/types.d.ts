// What the page's modules hand each other, and what the server answers. Only the checks read this file:
// the page has no build step, and its modules name these types in their comments.

type Values = ArrayLike<number>; // the 784 squares of a canvas, row by row, ink = 1
type Probabilities = number[]; // ten, one for each digit

/** Small pictures as the server packs them: `count` times 784 bytes in base64, 0..255 meaning low..high. */
interface Tiles {
  count: number;
  low: number;
  high: number;
  data: string;
}

/** A model that the studio offers. */
interface Model {
  id: string;
  name: string;
  origin?: string;
  not_a_digit?: boolean;
  feed_forward?: boolean;
  live?: boolean; // whether every number of it can be seen
  recipe?: { name: string } | null;
}

/** What a network says of one canvas. */
interface Answer {
  value: number;
  confidence: number;
  probabilities: Probabilities;
  digit_probability: number;
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** An item of the review queue. */
interface ReviewItem {
  id: number;
  file: string;
  page: number;
  field: string;
  text: string;
  confidence: number;
  box: Box;
}

interface ReviewCounts {
  queue: boolean; // whether the studio has one
  open: number;
  decided: number;
  expected_errors: number;
}

/** The next item with the picture round it: `across` by `down` pixels of the page, from (x, y) on. */
interface ReviewNext {
  item: ReviewItem | null;
  view: { picture: string; x: number; y: number; across: number; down: number } | null;
  counts: ReviewCounts;
}

type ReviewAction = 'keep' | 'change' | 'delete' | 'skip';

interface ReviewDecision {
  item: number;
  text: string;
  reviewer: string;
  box: Box;
  quarters: number;
}

interface Digit {
  value: number | null;
  confidence: number;
  alternatives: [value: number, share: number][];
  box: Box;
  corrected?: boolean; // by the person who looks at it
}

interface NumberRead {
  text: string; // as written, with its signs; `?` for a digit that is unsure
  value: string | null; // the amount; null where it is none, a date, say
  confidence: number; // that the whole text is right
  line: number;
  box: Box;
  digits: Digit[];
  signs?: { sign: string; confidence: number; box: Box }[];
}

/** A sign that is part of no number, as + and = in a sum. */
interface SignBetween {
  line: number;
  sign: string;
  confidence: number;
  box: Box;
}

/** One step of reading, as a picture to show. */
interface Step {
  name: string;
  picture: string;
  width: number;
  height: number;
}

interface Reading {
  text: string;
  width: number;
  height: number;
  numbers: NumberRead[];
  canvases: Float32Array[];
  signs?: SignBetween[];
  unread?: Box[]; // writing that was seen and not read
  notes?: string[];
  steps?: Step[];
}

/** What came in: a file, or the pad's drawing. */
interface Picture {
  blob: Blob;
  name: string;
  drawn: boolean;
  asked?: Record<string, string>; // the options it is read with
}

/** An option of reading, as Python declares it. */
interface ReadOption {
  kind: 'bool' | 'float' | 'str';
  help: string;
  default: boolean | number | string | null;
  least: number | null;
  most: number | null;
}

/** What the rooms share. */
interface State {
  models: Model[];
  first: string;
  second: string | null;
  picture: Picture | null;
  digit: number;
  canvas: Values | null;
}

/** How far the index of training digits is. */
interface IndexStatus {
  state: string;
  progress: number;
  message: string;
}

type MapPoint = [x: number, y: number, label: number];

interface MapAnswer {
  index?: IndexStatus;
  points: MapPoint[] | null;
  share: number[] | null;
}

interface Layer {
  name: string;
  values: number[];
  effect?: number[] | null;
}

interface Flip {
  rival: number;
  flipped: boolean;
  canvas: Tiles;
  added: number;
  removed: number;
  probabilities: Probabilities;
}

/** Why a network answers what it answers: the kinds that were asked for. */
interface Explanation {
  value: number;
  rival: number;
  probabilities: Probabilities;
  sentences?: Record<string, string>;
  index?: IndexStatus;
  neighbours?: { labels: number[]; distances: number[]; pictures: Tiles } | null;
  flip?: Flip | null;
  occlusion?: { picture: Tiles; patch: number } | null;
  contribution?: { picture: Tiles; exact: boolean; rest: number; margin: number } | null;
  hidden?: { layers: Layer[]; weights: Tiles | null } | null;
  map?: { position: [number, number] } | null;
}

type Kind = 'neighbours' | 'flip' | 'occlusion' | 'contribution' | 'hidden' | 'map';

/** What a part of the Why room is given beside the explanation: the question, and what it may do. */
interface Question {
  canvas: Float32Array;
  model: string;
  again: () => void;
  against: (rival: number) => void;
  put: (canvas: Values) => void;
}

type FieldValue = string | number | boolean | number[];

/** A recipe's fields as the form changes them. */
interface RecipeValues {
  [field: string]: FieldValue;
  hidden: number[];
}

/** The recipes, and what may stand in their fields. */
interface RecipeBook {
  recipes: Record<string, RecipeValues>;
  default: string;
  fields: Record<string, RecipeField>;
  limits?: Record<string, [least: number, most: number]>;
}

/** What one field may hold, and the other fields that it needs: their words, or none for anything but 0. */
interface RecipeField {
  kind: 'str' | 'int' | 'float' | 'bool' | 'tuple';
  help: string;
  words: string[];
  bounds: { least?: number; most?: number; above?: number; below?: number };
  needs: Record<string, string[]>;
}

/** A run: waiting, under way or ended. */
interface Run {
  id: string;
  name: string;
  state: string;
  position: number;
  epoch: number;
  epochs: number;
  accuracy: number | null;
  message?: string | null;
  model?: string | null;
  recipe?: { epochs?: number } | null;
}

interface TrainingStep {
  [figure: string]: number;
  step: number;
  epoch: number;
  loss: number;
  accuracy: number;
  pictures_per_s: number;
}

interface Epoch {
  epoch: number;
  train?: { loss: number; accuracy: number };
  validation: Record<string, number>;
  confusion?: number[][];
  misread?: { count: number; truth: number[]; answers: number[]; pictures: Tiles };
}

type Point = [x: number, y: number];

/** A line of a chart. */
interface Series {
  name: string;
  points: Point[];
  rank: string;
  faint?: boolean;
}

/** A raster that the canvas arithmetic works on. */
interface Raster {
  data: Float32Array;
  height: number;
  width: number;
}

interface Stroke {
  points: Point[];
  thickness: number;
  erase: boolean;
}

interface Tensor {
  data: Float32Array;
  shape: number[];
  turned?: Tensor; // its transpose, once it was needed
}

/** An operation of a model file with its attributes. */
interface GraphNode {
  [attribute: string]: any;
  op: string;
  inputs: string[];
  outputs: string[];
}

/** A weight as export.py packs it. */
interface PackedTensor {
  kind: string;
  shape: number[];
  values: number[];
  at: number;
  axis: number;
  scales: number[];
}

interface GraphDescription {
  nodes: GraphNode[];
  tensors: Record<string, PackedTensor>;
  outputs: Record<string, string>;
}

interface Graph {
  nodes: GraphNode[];
  tensors: Map<string, Tensor>;
  outputs: [name: string, tensor: string][];
}

/** What the server computed for the course, from the digits themselves. */
interface LessonFacts {
  data: { counts: number[]; favourite: number; lazy: number; samples: Tiles; labels: number[] };
  look: { averages: Tiles; ordered: number; shuffled: number; samples: Tiles };
  slope: { before: number; rates: number[]; after: number[] };
  switches: Record<string, { title: string; changes: Record<string, FieldValue> }>;
}

/** How far a reader of the course is: figures by chapter, and the runs of chapter 6 by their faults. */
interface Progress {
  done: Record<string, { guess: number; value: number; sentence: string }>;
  runs: Record<string, LessonRun>;
}

/** The board of a class; without one only that there is none. */
interface ClassBoard {
  class: boolean;
  pupils?: number;
  you?: number | null;
  address?: string;
  qr?: string;
  board?: {
    pupil: number;
    recipe: string;
    state: string;
    epoch: number;
    epochs: number;
    accuracy: number | null;
  }[];
}

/** What stands in the edition without a server. */
interface Edition {
  facts: LessonFacts;
  models: (Model & { graph: GraphDescription; weights: string })[];
  runs: { recipe: string; changes: object; run: Run; steps: TrainingStep[]; epochs: Epoch[] }[];
  options: Record<string, ReadOption>;
  sentences: Record<string, string>;
  desk: string; // the second thread's script
  digits: string; // of MNIST, 784 bytes of ink each and then their labels, deflated, in base64
  judges: string;
  reader: PackedReader & { kernel: string; weights: string };
}

interface LessonRun {
  faults: string[];
  loss?: number;
  training?: number;
  validation: number;
  model: string | null;
}

/** What a chapter's work is given. */
interface Lesson {
  facts: LessonFacts;
  progress: Progress;
  found: (value: number, sentence: string) => void;
  go: (chapter: string) => void;
  keep: () => void;
  table: (heads: string[], lines: HTMLElement[]) => HTMLElement;
}

interface Chapter {
  id: string;
  title: string;
  says: string;
  asks: string;
  unit: string;
  near: number;
  act: string;
  work: (place: HTMLElement, lesson: Lesson) => void;
  shows: string;
}

interface Window {
  zeronine: object; // the exported page's steps, for its console
}

interface WindowEventMap {
  go: CustomEvent<string>;
}

interface HTMLElementEventMap {
  ink: CustomEvent<{ final: boolean }>;
}
