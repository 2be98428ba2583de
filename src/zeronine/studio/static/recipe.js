// The form in which a recipe is chosen and changed. Its state is the address, so that it can be shared.

import { byId, make } from './dom.js';

const SAYS = {
  'as-printed': [
    'As printed',
    "The article's code with its faults: a loss that is none, a missing ReLU, a tiny step.",
  ],
  repaired: ['Repaired', 'The same 784-128-64-10 network, its faults mended.'],
  quick: ['Convnet, quick', 'Looks at neighbouring squares together; good within one epoch.'],
  convnet: ['Convnet', 'A few looks at every digit, each time moved a little.'],
  best: [
    'Convnet, best',
    'As the shipped one was made: bent digits, other pens, and what is no digit. Takes long.',
  ],
};
const LABELS = {
  activation: 'Activation',
  last_activation: 'Activation after the last hidden layer',
  loss: 'Loss',
  optimizer: 'Optimiser',
  learning_rate: 'Learning rate',
  batch_size: 'Batch',
  epochs: 'Epochs',
  schedule: 'Schedule',
  momentum: 'Momentum',
  weight_decay: 'Weight decay',
  label_smoothing: 'Label smoothing',
  dropout: 'Dropout',
  augment: 'Vary the pictures',
  seed: 'Seed',
};
const WORDS = {
  'nll-of-softmax': "NLL of softmax (the article's mistake)",
  relu: 'ReLU',
  gelu: 'GELU',
  sgd: 'SGD',
  adam: 'Adam',
  adamw: 'AdamW',
};
const FIRST = ['activation', 'last_activation', 'loss', 'optimizer', 'learning_rate', 'batch_size', 'epochs'];
const MORE = ['schedule', 'momentum', 'weight_decay', 'label_smoothing', 'dropout', 'augment', 'seed'];
const FEED_FORWARD_ONLY = ['activation', 'last_activation'];
const NEW_UNITS = 32; // of a hidden layer that is added

/** The form's state: {book: /api/recipes, recipe: name, values: every field}. */
export class RecipeForm {
  constructor(book, onChange) {
    this.book = book;
    this.onChange = onChange;
    this.open = false;
  }

  /** Take recipe and changes from an address's query. */
  fromQuery(query) {
    const named = query.get('recipe');
    this.recipe =
      named in this.book.recipes
        ? named
        : 'repaired' in this.book.recipes
          ? 'repaired'
          : Object.keys(this.book.recipes)[0];
    this.values = { ...this.book.recipes[this.recipe] };
    for (const [name, text] of query) {
      if (name in this.values && name !== 'name') this.values[name] = parsed(text, this.values[name]);
    }
    this.show();
  }

  /** The fields that differ from the named recipe. */
  changes() {
    const named = this.book.recipes[this.recipe];
    const differs = (name) =>
      name !== 'name' && JSON.stringify(this.values[name]) !== JSON.stringify(named[name]);
    return Object.fromEntries(Object.entries(this.values).filter(([name]) => differs(name)));
  }

  /** The query that brings back this very form. */
  toQuery() {
    const query = new URLSearchParams({ recipe: this.recipe });
    for (const [name, value] of Object.entries(this.changes()))
      query.set(name, Array.isArray(value) ? value.join('-') || 'none' : value);
    return query;
  }

  set(name, value) {
    this.values[name] = value;
    this.onChange();
  }

  show() {
    const cards = Object.keys(this.book.recipes).map((name) => this.card(name));
    byId('recipes').replaceChildren(...cards);
    const parts = [make('p', { class: 'caption' }, SAYS[this.recipe]?.[1] ?? '')];
    if (this.values.network === 'feedforward') parts.push(this.layers());
    const shown = (name) =>
      name in this.values && (this.values.network === 'feedforward' || !FEED_FORWARD_ONLY.includes(name));
    parts.push(make('div', { class: 'fields' }, ...FIRST.filter(shown).map((name) => this.field(name))));
    const more = make(
      'details',
      { open: this.open, ontoggle: (event) => (this.open = event.target.open) },
      make('summary', {}, 'More choices'),
    );
    more.append(make('div', { class: 'fields' }, ...MORE.filter(shown).map((name) => this.field(name))));
    byId('builder').replaceChildren(...parts, more);
  }

  card(name) {
    const [title] = SAYS[name] ?? [name];
    const pick = () => {
      this.recipe = name;
      this.values = { ...this.book.recipes[name] };
      this.onChange();
      this.show();
      byId('recipes')
        .querySelector(`[value="${CSS.escape(name)}"]`)
        .focus();
    };
    const radio = make('input', {
      type: 'radio',
      name: 'recipe',
      value: name,
      checked: name === this.recipe,
      onchange: pick,
    });
    return make('label', { class: 'card' }, radio, title);
  }

  /** The layers as blocks from 784 squares to ten digits; each hidden one can be resized or removed. */
  layers() {
    const { hidden } = this.values;
    const [least, most] = this.book.limits?.hidden_units ?? [1, 1024];
    const deepest = this.book.limits?.hidden_layers?.[1] ?? 6;
    const change = (layers) => {
      this.set('hidden', layers);
      this.show();
    };
    const blocks = hidden.map((units, index) => {
      const resize = (event) =>
        this.set(
          'hidden',
          hidden.with(
            index,
            Math.round(Math.min(most, Math.max(least, Number(event.target.value) || least))),
          ),
        );
      const number = make('input', {
        type: 'number',
        min: least,
        max: most,
        value: units,
        'aria-label': `Units of hidden layer ${index + 1}`,
        onchange: (event) => {
          resize(event);
          this.show();
        },
      });
      const remove = make(
        'button',
        {
          type: 'button',
          class: 'quiet',
          'aria-label': `Remove hidden layer ${index + 1}`,
          onclick: () => change(hidden.toSpliced(index, 1)),
        },
        '×',
      );
      return make('li', { class: 'block' }, number, remove);
    });
    const add = make(
      'button',
      {
        type: 'button',
        class: 'quiet',
        disabled: hidden.length >= deepest,
        onclick: () => change([...hidden, NEW_UNITS]),
      },
      '+ layer',
    );
    const sizes = [784, ...hidden, 10];
    const count = sizes.slice(1).reduce((sum, wide, index) => sum + wide * (sizes[index] + 1), 0);
    return make(
      'div',
      { class: 'architecture' },
      make(
        'ol',
        { class: 'blocks', 'aria-label': 'Layers' },
        make('li', { class: 'block fixed' }, '784'),
        ...blocks,
        make('li', { class: 'block fixed' }, '10'),
      ),
      make(
        'div',
        { class: 'count' },
        make('p', { class: 'caption' }, `${count.toLocaleString('en')} numbers to learn`),
        add,
      ),
    );
  }

  field(name) {
    const id = `field-${name}`;
    const value = this.values[name];
    const changed = name in this.changes();
    const label = make('label', { for: id, class: changed ? 'changed' : '' }, LABELS[name] ?? name);
    if (typeof value === 'boolean') {
      const box = make('input', {
        id,
        type: 'checkbox',
        checked: value,
        onchange: (event) => this.put(name, event.target.checked),
      });
      return make('div', { class: 'field' }, label, box);
    }
    const options = this.book.choices?.[name];
    if (options) {
      const menu = make(
        'select',
        { id, onchange: (event) => this.put(name, event.target.value) },
        ...options.map((one) => make('option', { value: one, selected: one === value }, WORDS[one] ?? one)),
      );
      return make('div', { class: 'field' }, label, menu);
    }
    const [least, most] = this.book.limits?.[name] ?? [0, null];
    const step = Number.isInteger(value) && name !== 'learning_rate' && name !== 'weight_decay' ? '1' : 'any';
    const number = make('input', {
      id,
      type: 'number',
      min: least,
      max: most,
      step,
      value: String(value),
      onchange: (event) => this.put(name, Number(event.target.value)),
    });
    return make('div', { class: 'field' }, label, number);
  }

  /** Take a value and mark what differs from the recipe, without building the form again. */
  put(name, value) {
    this.set(name, value);
    byId(`field-${name}`).previousElementSibling?.classList.toggle('changed', name in this.changes());
  }
}

function parsed(text, example) {
  if (Array.isArray(example))
    return text === 'none'
      ? []
      : text
          .split('-')
          .map(Number)
          .filter((units) => units > 0);
  if (typeof example === 'boolean') return text === 'true';
  if (typeof example === 'number') return Number.isFinite(Number(text)) ? Number(text) : example;
  return text;
}
