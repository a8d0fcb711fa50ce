// The customer's files on their way: chosen, pasted or dropped, shown over the composer while they go up, and carried
// by their message from there on. The same element stands for a file in the tray and in the outgoing message.

import { paper, sizes } from './beside.js';
import { $, button, drawing, make } from './elements.js';
import { backOff, fault } from './line.js';
import { openShelf } from './shelf.js';

const KEY = 'file.';
const TRAY = 'tray';
const REFUSED = [400, 413, 415, 422];     // the file itself can't be taken; anything else may pass
const SOON = 60_000;                      // ms: who has to wait longer for a place is told, and may send without it
const THUMB = 80;                         // pixels, for 40 on a fine screen

/** A small picture of a picture. Drawn, so that no address of the file's content is needed. */
async function thumb(blob) {
  const whole = await createImageBitmap(blob);
  const made = Object.assign(make('canvas', 'thumb'), { width: THUMB, height: THUMB });
  const side = Math.min(whole.width, whole.height);
  const [left, top] = [(whole.width - side) / 2, (whole.height - side) / 2];
  made.getContext('2d').drawImage(whole, left, top, side, side, 0, 0, THUMB, THUMB);
  whole.close();
  return made;
}

/**
 * A file is kept under its key as {name, type, size, file: as the server has it, or null, refused: why not, or ''}.
 * `ready()` is whether anything may be sent already, `changed()` is called when the tray has changed.
 */
export function openFiles({ page, kept, line, ready, changed }) {
  const say = page.texts;
  const sized = sizes(page.language);
  const percent = new Intl.NumberFormat(page.language, { style: 'percent' });
  const shelf = openShelf();
  const views = new Map();                // key → {whole, state, bar}
  const flights = new Map();              // key → the upload under way
  let again;

  const get = (key) => kept.get(KEY + key);
  const set = (key, changes) => {
    if (get(key)) kept.set(KEY + key, { ...get(key), ...changes });
    describe(key);
    changed();
  };
  const tray = () => kept.get(TRAY) ?? [];
  const all = () => kept.keys(KEY).map((key) => key.slice(KEY.length));

  /** Why a file was refused, in words: the server's codes for it, and three reasons of this page. */
  function why(code) {
    const words = {
      lost: say.file_lost,
      empty: say.file_empty,
      file_empty: say.file_empty,
      too_many_files: say.file_most.replace('{n}', page.files.most),
      file_too_large: say.file_large.replace('{limit}', sized(page.files.bytes)),
      picture_too_large: say.file_pixels,
      picture_damaged: say.file_damaged,
      files_full: say.file_full,
      program_refused: say.file_kind,
      too_often: say.file_often,
    };
    return words[code] ?? say.file_refused;
  }

  function describe(key, moved) {
    const view = views.get(key);
    const record = get(key);
    if (!view || !record) return;
    const { refused, size, file } = record;
    const words = moved === undefined ? sized(size) : `${sized(size)} · ${percent.format(moved)}`;
    view.whole.classList.toggle('refused', refused !== '');
    view.state.role = refused ? 'alert' : null;                  // how far it is, is told by the bar
    view.state.textContent = refused ? why(refused) : words;
    view.bar.hidden = refused !== '' || Boolean(file) || moved === undefined;
    view.bar.value = moved ?? 0;
  }

  function view(key) {
    if (views.has(key)) return views.get(key).whole;
    const { name, type, size } = get(key) ?? { name: '', type: '', size: 0 };
    const whole = paper('div', name, sized(size));
    const state = whole.lastElementChild;
    const bar = Object.assign(make('progress'), { max: 1, hidden: true, ariaLabel: name });
    const away = button('', 'away', () => { drop([key]); $('text').focus(); });
    away.ariaLabel = say.remove_file.replace('{name}', name);
    away.append(drawing('M7 7l10 10M17 7L7 17'));
    whole.append(bar, away);
    views.set(key, { whole, state, bar });
    describe(key);
    if (type.startsWith('image/')) {
      shelf.get(key).then((blob) => blob && thumb(blob)).then((small) => small && whole.firstChild.replaceWith(small))
        .catch(() => {});                 // a picture the browser can't draw keeps its sheet of paper
    }
    return whole;
  }

  function look() {
    const keys = tray();
    $('tray').replaceChildren(...keys.map(view));
    $('tray').hidden = keys.length === 0;
    changed();
  }

  function add(chosen) {
    for (const file of chosen) {
      const key = crypto.getRandomValues(new Uint32Array(4)).join('-');
      const { name, type, size } = file;
      const refused = unfit(size);
      kept.set(KEY + key, { name, type, size, file: null, refused });
      kept.set(TRAY, [...tray(), key]);
      if (!refused) shelf.put(key, file).then(flush);
      look();
    }
    $('text').focus({ preventScroll: true });
  }

  /** What is known to be refused needs no way to the server. */
  function unfit(size) {
    if (size === 0) return 'empty';
    if (size > page.files.bytes) return 'file_too_large';
    return tray().filter((key) => !get(key).refused).length < page.files.most ? '' : 'too_many_files';
  }

  function drop(keys) {
    kept.set(TRAY, tray().filter((key) => !keys.includes(key)));
    for (const key of keys) {
      kept.set(KEY + key, null);
      views.get(key)?.whole.remove();
      views.delete(key);
      shelf.drop(key);
    }
    look();
  }

  /** Refuse a file for good: its message can go only without it. */
  function refuse(key, code) {
    set(key, { refused: code });
    throw Object.assign(new Error(`file refused: ${code}`), { status: 422, code });
  }

  async function fly(key) {
    const { name, file, refused } = get(key) ?? { refused: 'lost' };
    if (refused) refuse(key, refused);
    if (file) return file;
    const blob = await shelf.get(key);
    if (!blob) refuse(key, 'lost');
    describe(key, 0);
    try {
      const taken = await line.upload(name, blob, (moved) => describe(key, moved));
      set(key, { file: taken });
      return taken;
    } catch (problem) {
      describe(key);
      const { status, code, retryAfter } = problem;
      if (status === 429 && retryAfter > SOON) refuse(key, 'too_often');
      if (REFUSED.includes(status)) refuse(key, code || 'refused');
      throw problem;
    }
  }

  /** The file as the server has it, brought there if need be. Throws an Error with `status`, 422 if it is refused. */
  function deliver(key) {
    if (!flights.has(key)) flights.set(key, fly(key).finally(() => flights.delete(key)));
    return flights.get(key);
  }

  /** Bring up what lies in the tray; what fails is tried again. */
  async function flush(misses = 0) {
    clearTimeout(again);
    const going = ready() ? tray().filter((key) => !get(key)?.refused && !get(key)?.file) : [];
    const problems = (await Promise.allSettled(going.map(deliver))).flatMap(({ reason }) => reason ?? []);
    problems.forEach(fault);
    const later = problems.filter(({ status }) => status !== 422);
    if (!later.length) return;
    const wait = Math.max(0, ...later.map(({ retryAfter }) => retryAfter ?? 0)) + backOff(misses + 1);
    again = setTimeout(flush, wait, misses + 1);
  }

  $('file').addEventListener('change', () => {
    add($('file').files);
    $('file').value = '';
  });
  $('text').addEventListener('paste', (event) => {
    const { files, types } = event.clipboardData;
    if (!files.length || types.includes('text/plain')) return;     // a table comes as a picture of itself too
    event.preventDefault();
    add(files);
  });
  $('banner').before(make('p', 'drop', say.drop_files));
  const carries = ({ dataTransfer }) => dataTransfer?.types.includes('Files');
  const hover = (over) => document.body.classList.toggle('dropping', over);
  addEventListener('dragover', (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    hover(true);
  });
  addEventListener('dragleave', ({ relatedTarget }) => { if (!relatedTarget) hover(false); });
  addEventListener('drop', (event) => {
    hover(false);
    if (!carries(event)) return;
    event.preventDefault();
    add(event.dataTransfer.files);
  });

  shelf.only(all());
  look();

  return {
    look,
    flush,
    deliver,
    drop,

    /** The elements that stand for files in their outgoing message. */
    shown: (keys) => keys.map(view),

    /** What is wrong with the first of these files that was refused, in words; null where none was. */
    refusal(keys) {
      const codes = keys.map((key) => (get(key) ?? { refused: 'lost' }).refused).filter(Boolean);
      return codes.length ? why(codes[0]) : null;
    },

    /** Let these be tried again. */
    again: (keys) => keys.forEach((key) => set(key, { refused: '' })),

    /** The files that go with the message that is sent now; what is refused stays where its reason can be read. */
    take() {
      const keys = tray().filter((key) => !get(key)?.refused);
      kept.set(TRAY, tray().filter((key) => !keys.includes(key)));
      look();
      return keys;
    },

    /** The server does not have these any more, so that they have to be brought there again. */
    renew: (keys = all()) => keys.forEach((key) => set(key, { file: null })),

    clear: () => drop(all()),
  };
}
