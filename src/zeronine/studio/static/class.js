// The room of a class: the board of everybody's runs, by number; for the teacher also the way in.

import { classBoard } from './api.js';
import { byId, make, trouble } from './dom.js';

const LOOK_AGAIN = 3000; // milliseconds between two looks at the board

let clock = 0;

/** Wire the room, once: its name stands among the rooms only where there is a class. */
export function prepare() {
  classBoard()
    .then((board) => {
      byId('class-link').hidden = !board.class;
      byId('teach-link').hidden = Boolean(board.you); // hands are kept on the machine, and are its owner's
    })
    .catch(trouble);
}

/** Show the board, and look again while the room is shown. */
export function enter() {
  clearTimeout(clock);
  classBoard()
    .then((board) => {
      show(board);
      clock = setTimeout(() => byId('class').hidden || enter(), LOOK_AGAIN);
    })
    .catch(trouble);
}

/** @param {ClassBoard} found */
function show({ pupils = 0, you, board = [], address, qr }) {
  const who = you ? `You are pupil ${you}.` : 'You lead this class.';
  byId('class-says').textContent = `${who} ${pupils} ${pupils === 1 ? 'is' : 'are'} in.`;
  byId('door').hidden = !address;
  if (address && qr && byId('door').childElementCount === 0)
    byId('door').append(
      make('img', { src: qr, alt: 'The address below as a QR code', class: 'qr' }),
      make('p', {}, 'Pupils open ', make('code', {}, address)),
    );
  const rows = board.map((row) =>
    make(
      'tr',
      { class: row.pupil === you ? 'mine' : '' },
      make('th', { scope: 'row' }, `Pupil ${row.pupil}${row.pupil === you ? ', you' : ''}`),
      make('td', {}, row.accuracy === null ? '–' : `${(100 * row.accuracy).toFixed(2)} %`),
      make('td', {}, row.recipe),
      make('td', {}, row.state),
      make('td', {}, `${row.epoch.toFixed(0)} of ${row.epochs}`),
    ),
  );
  if (rows.length === 0)
    rows.push(make('tr', {}, make('td', { colspan: '5' }, 'No run yet: begin one in Train.')));
  const heads = ['Who', 'Validation', 'Recipe', 'State', 'Epochs'].map((text) =>
    make('th', { scope: 'col' }, text),
  );
  byId('board').replaceChildren(make('thead', {}, make('tr', {}, ...heads)), make('tbody', {}, ...rows));
}
