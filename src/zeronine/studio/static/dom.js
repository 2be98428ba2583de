// Small helpers for making and finding parts of the page.

let forgetting = 0; // the clock that hides the last trouble

/**
 * The element with this id.
 *
 * @template {keyof Elements} Id
 * @param {Id} id
 * @returns {Elements[Id]}
 */
export function byId(id) {
  return /** @type {any} */ (document.getElementById(id));
}

/**
 * Make an element: make('button', {type: 'button', onclick: ...}, 'Text', child).
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} properties
 * @param {...(Node | string | null | undefined)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  set(element, properties);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/**
 * Make an SVG element.
 *
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number>} attributes
 * @param {...(Node | string)} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function makeSvg(tag, attributes = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/**
 * Say something to a screen reader.
 *
 * @param {string} text
 */
export function say(text) {
  /** @template {keyof Elements} Id @param {Id} id @returns {Elements[Id]} */
  byId('spoken').textContent = text;
}

/**
 * Show what went wrong, in the server's words, until the next thing works or ten seconds pass.
 *
 * @param {unknown} error
 */
export function trouble(error) {
  const place = byId('trouble');
  place.textContent = error instanceof Error ? error.message : String(error);
  place.hidden = false;
  clearTimeout(forgetting);
  forgetting = setTimeout(() => (place.hidden = true), 10000);
}

/**
 * Wrap an asynchronous function so that one call runs at a time and only the latest waiting one follows.
 *
 * @template {any[]} Values
 * @param {(...values: Values) => Promise<void>} work
 * @returns {(...values: Values) => Promise<void>}
 */
export function latest(work) {
  let running = false;
  let waiting = /** @type {Values | null} */ (null);
  return async function call(...values) {
    if (running) {
      waiting = values;
      return;
    }
    running = true;
    try {
      await work(...values);
    } catch (error) {
      trouble(error);
    } finally {
      running = false;
      const next = waiting;
      waiting = null;
      if (next) call(...next);
    }
  };
}

/**
 * Wrap a function so that it runs once, `wait` milliseconds after the last call.
 *
 * @template {any[]} Values
 * @param {(...values: Values) => void} work
 * @param {number} wait
 * @returns {(...values: Values) => void}
 */
export function settled(work, wait) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...values), wait);
  };
}

/** @param {HTMLElement} element @param {Record<string, any>} properties */
function set(element, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name === 'class') element.className = value;
    else if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (typeof value === 'boolean' && name in element) Object.assign(element, { [name]: value });
    else element.setAttribute(name, value);
  }
}
