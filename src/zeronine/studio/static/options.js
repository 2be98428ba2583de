// How a picture is to be read: a form made of the options that Python declares, so that none is forgotten.

import { listOptions } from './api.js';
import { byId, make } from './dom.js';

/** The options of reading as a form; `asked` is what was set in it. */
export class OptionsForm {
  /** @param {() => void} onChange */
  constructor(onChange) {
    this.onChange = onChange;
    /** @type {Record<string, string>} */
    this.asked = {};
    this.known = false;
  }

  /** Ask for the options once, and show a control for each. */
  async show() {
    if (this.known) return;
    this.known = true;
    const options = Object.entries(await listOptions());
    byId('options').replaceChildren(...options.map(([name, option]) => this.field(name, option)));
  }

  /** @param {string} name @param {ReadOption} option */
  field(name, { kind, help, least, most }) {
    const id = `option-${name}`;
    const kinds = { bool: 'checkbox', float: 'number', str: 'text' };
    const control = make('input', {
      id,
      type: kinds[kind],
      ...(kind === 'float' ? { min: least, max: most, step: 'any' } : {}),
      'aria-describedby': `${id}-help`,
      onchange: () =>
        this.put(name, kind === 'bool' ? (control.checked ? 'true' : '') : control.value.trim()),
    });
    const title = name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');
    return make(
      'div',
      { class: 'field' },
      make('label', { for: id }, title),
      control,
      make('p', { class: 'caption', id: `${id}-help` }, help),
    );
  }

  /** @param {string} name @param {string} value */
  put(name, value) {
    if (value) this.asked[name] = value;
    else delete this.asked[name];
    this.onChange();
  }
}
