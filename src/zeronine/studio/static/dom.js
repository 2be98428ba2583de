// Small helpers for making and finding parts of the page.

/** The element with this id. */
export const byId = (id) => document.getElementById(id);

/** Make an element: make('button', {type: 'button', onclick: ...}, 'Text', child). */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  set(element, properties);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Make an SVG element. */
export function makeSvg(tag, attributes = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Say something to a screen reader. */
export function say(text) {
  byId('spoken').textContent = text;
}

/** Show what went wrong, in the server's words, until the next thing works or ten seconds pass. */
export function trouble(error) {
  const place = byId('trouble');
  place.textContent = error.message;
  place.hidden = false;
  clearTimeout(trouble.timer);
  trouble.timer = setTimeout(() => (place.hidden = true), 10000);
}

/** Wrap an asynchronous function so that one call runs at a time and only the latest waiting one follows. */
export function latest(work) {
  let [running, waiting] = [false, null];
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

/** Wrap a function so that it runs once, `wait` milliseconds after the last call. */
export function settled(work, wait) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...values), wait);
  };
}

function set(element, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name === 'class') element.className = value;
    else if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (typeof value === 'boolean' && name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
}
