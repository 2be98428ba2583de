// The form in which a recipe is chosen and changed. Its state is the address, so that it can be shared.

import { byId, make } from './dom.js';

/** @type {Record<string, [title: string, text: string]>} */
const SAYS = {
  'as-printed': [
    'As printed',
    "The article's code with its faults: a loss that is none, a missing ReLU, a tiny step.",
  ],
  repaired: ['Repaired', 'The same 784-128-64-10 network, its faults mended.'],
  'article-best': [
    'Article’s, best',
    'The same network as far as it goes: Adam, bent digits, and the mean of its weights. Takes long.',
  ],
  quick: ['Convnet, quick', 'Looks at neighbouring squares together; good within one epoch.'],
  convnet: ['Convnet', 'A few looks at every digit, each time moved a little.'],
  'two-minutes': ['Convnet, two minutes', 'A wider one, for twenty looks at every digit, each bent anew.'],
  best: [
    'Convnet, best',
    'As the shipped one was made: bent digits, other pens, and what is no digit. Takes long.',
  ],
};
/** @type {Record<string, string>} */
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
/** @type {Record<string, string>} */
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
const NEW_UNITS = 32; // of a hidden layer that is added

/** The form's state: {book: /api/recipes, recipe: name, values: every field}. */
export class RecipeForm {
  /** @param {RecipeBook} book @param {() => void} onChange */
  constructor(book, onChange) {
    this.book = book;
    this.onChange = onChange;
    this.open = false;
    this.recipe = '';
    /** @type {RecipeValues} */
    this.values = { hidden: [] };
  }

  /**
   * Take recipe and changes from an address's query; what cannot be taken is returned, in words.
   *
   * @param {URLSearchParams} query
   * @returns {string[]}
   */
  fromQuery(query) {
    const named = query.get('recipe') ?? this.book.default;
    const known = Object.hasOwn(this.book.recipes, named);
    /** @type {string[]} */
    const wrong = known ? [] : [`there is no recipe “${named}”, this is ${this.book.default}`];
    this.recipe = known ? named : this.book.default;
    this.values = { ...this.book.recipes[this.recipe] };
    const asked = [...query].filter(([name]) => name !== 'recipe');
    for (const [name, text] of asked) {
      const field = name === 'name' ? undefined : this.book.fields[name];
      const value = field && parsed(text, field, this.values[name]);
      if (!field) wrong.push(`a recipe has no choice “${name}”`);
      else if (value === null || value === undefined) wrong.push(`${name} cannot be “${text}”`);
      else this.values[name] = value;
    }
    const idle = asked.map(([name]) => name).filter((name) => this.needed(name));
    wrong.push(...idle.map((name) => `${name} changes nothing here, it needs ${this.needed(name)}`));
    this.show();
    return wrong;
  }

  /**
   * What a field still needs to change anything, in words; nothing where it applies.
   *
   * @param {string} name
   * @returns {string | undefined}
   */
  needed(name) {
    const needs = Object.entries(this.book.fields[name]?.needs ?? {});
    const unmet = needs.find(([other, words]) => {
      const value = this.values[other];
      return words.length > 0
        ? !words.includes(String(value))
        : !value || (Array.isArray(value) && !value.length);
    });
    return unmet && `${unmet[0]} ${unmet[1].join(' or ') || 'above 0'}`;
  }

  /**
   * The fields that differ from the named recipe, and change something.
   *
   * @returns {Record<string, FieldValue>}
   */
  changes() {
    const named = this.book.recipes[this.recipe];
    const differs = (/** @type {string} */ name) =>
      name !== 'name' &&
      !this.needed(name) &&
      JSON.stringify(this.values[name]) !== JSON.stringify(named[name]);
    return Object.fromEntries(Object.entries(this.values).filter(([name]) => differs(name)));
  }

  /** The query that brings back this very form. */
  toQuery() {
    const query = new URLSearchParams({ recipe: this.recipe });
    for (const [name, value] of Object.entries(this.changes()))
      query.set(name, Array.isArray(value) ? value.join('-') || 'none' : String(value));
    return query;
  }

  /** @param {string} name @param {FieldValue} value */
  set(name, value) {
    this.values[name] = value;
    this.onChange();
  }

  show() {
    const cards = Object.keys(this.book.recipes).map((name) => this.card(name));
    byId('recipes').replaceChildren(...cards);
    /** @type {HTMLElement[]} */
    const parts = [make('p', { class: 'caption' }, SAYS[this.recipe]?.[1] ?? '')];
    if (this.values.network === 'feedforward') parts.push(this.layers());
    const shown = (/** @type {string} */ name) => name in this.values && !this.needed(name);
    parts.push(make('div', { class: 'fields' }, ...FIRST.filter(shown).map((name) => this.field(name))));
    const more = make(
      'details',
      { open: this.open, ontoggle: () => (this.open = more.open) },
      make('summary', {}, 'More choices'),
    );
    more.append(make('div', { class: 'fields' }, ...MORE.filter(shown).map((name) => this.field(name))));
    byId('builder').replaceChildren(...parts, more);
  }

  /** @param {string} name */
  card(name) {
    const [title] = SAYS[name] ?? [name];
    const pick = () => {
      this.recipe = name;
      this.values = { ...this.book.recipes[name] };
      this.onChange();
      this.show();
      const chosen = byId('recipes').querySelector(`[value="${CSS.escape(name)}"]`);
      if (chosen instanceof HTMLElement) chosen.focus();
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
    const change = (/** @type {number[]} */ layers) => {
      this.set('hidden', layers);
      this.show();
    };
    const blocks = hidden.map((units, index) => {
      const resize = () => {
        const wanted = Number(number.value) || least;
        change(hidden.with(index, Math.round(Math.min(most, Math.max(least, wanted)))));
      };
      const number = make('input', {
        type: 'number',
        min: least,
        max: most,
        value: units,
        'aria-label': `Units of hidden layer ${index + 1}`,
        onchange: resize,
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

  /** @param {string} name */
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
        onchange: () => this.put(name, box.checked),
      });
      return make('div', { class: 'field' }, label, box);
    }
    const { words, kind, bounds } = this.book.fields[name];
    if (words.length > 0) {
      const menu = make(
        'select',
        { id, onchange: () => this.put(name, menu.value) },
        ...words.map((one) => make('option', { value: one, selected: one === value }, WORDS[one] ?? one)),
      );
      return make('div', { class: 'field' }, label, menu);
    }
    const [least, most] = this.book.limits?.[name] ?? [bounds.least ?? 0, bounds.most ?? bounds.below];
    const step = kind === 'int' ? '1' : 'any'; // never by the value: 0.0 comes as 0
    const number = make('input', {
      id,
      type: 'number',
      min: least,
      max: most,
      step,
      value: String(value),
      onchange: () => this.put(name, Number(number.value)),
    });
    return make('div', { class: 'field' }, label, number);
  }

  /**
   * Take a value and mark what differs from the recipe; the form is built again only where other fields
   * come to apply, or cease to.
   *
   * @param {string} name
   * @param {FieldValue} value
   */
  put(name, value) {
    const applying = () => [...FIRST, ...MORE].filter((one) => !this.needed(one)).join();
    const before = applying();
    this.set(name, value);
    if (applying() !== before) {
      this.show();
      document.getElementById(`field-${name}`)?.focus();
      return;
    }
    document
      .getElementById(`field-${name}`)
      ?.previousElementSibling?.classList.toggle('changed', name in this.changes());
  }
}

/**
 * A field's value out of an address; null for what it cannot hold.
 *
 * @param {string} text
 * @param {RecipeField} field
 * @param {FieldValue} example
 * @returns {FieldValue | null}
 */
function parsed(text, { words }, example) {
  if (Array.isArray(example)) {
    const units = text === 'none' ? [] : text.split('-').map(Number);
    return units.every((one) => Number.isInteger(one) && one > 0) ? units : null;
  }
  if (typeof example === 'boolean') return ['true', 'false'].includes(text) ? text === 'true' : null;
  if (typeof example === 'number') return text !== '' && Number.isFinite(Number(text)) ? Number(text) : null;
  return words.length === 0 || words.includes(text) ? text : null;
}
