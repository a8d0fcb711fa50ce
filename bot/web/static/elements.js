// What the modules that come after the first paint are made of: elements filled by text, forms that keep what
// was written when something goes wrong, and the page's one dialog.

const SVG = 'http://www.w3.org/2000/svg';

export const $ = (id) => document.getElementById(id);

export function make(tag, className = '', ...inside) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...inside);
  return made;
}

export function button(title, className, press) {
  const made = make('button', className, title);
  made.type = press ? 'button' : 'submit';
  if (press) made.addEventListener('click', press);
  return made;
}

/** A picture of lines in a square of 24, for the eye alone. */
export function drawing(...paths) {
  const made = document.createElementNS(SVG, 'svg');
  made.setAttribute('viewBox', '0 0 24 24');
  made.setAttribute('aria-hidden', 'true');
  for (const d of paths) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', d);
    made.append(path);
  }
  return made;
}

/** A problem that already is in words for the customer. */
export class Told extends Error {}

let fields = 0;

/** A labelled box to write in; `more` are properties of the input, `tag` makes it a textarea. */
export function field(title, { tag = 'input', ...more } = {}) {
  const input = Object.assign(make(tag), { id: `field-${fields += 1}`, dir: 'auto', ...more });
  const label = make('label', '', title);
  label.htmlFor = input.id;
  return { input, whole: make('p', 'field', label, input) };
}

/** A part that is unfolded by pressing its title; `unfolded` is called each time it is. */
export function fold(title, unfolded = () => {}) {
  const name = make('span', '', title);
  const inside = make('div', 'folded');
  const whole = make('details', 'fold', make('summary', '', name, drawing('M7 10l5 5 5-5')), inside);
  whole.addEventListener('toggle', () => {
    if (!whole.open) return;
    unfolded();
    whole.scrollIntoView({ block: 'nearest' });
  });
  return { whole, name, inside };
}

/** What went wrong, in words. A fault of ours is thrown on, for the console. */
function why(problem, say) {
  if (problem instanceof Told) return problem.message;
  if (problem.status === undefined) throw problem;
  if (problem.status === 429) return say.too_often;
  return problem.status === 0 ? say.out_of_reach : say.went_wrong;
}

/** What the chat API is asked for, with words of one's own for some of its refusals: {status: text}. */
export const unless = (refusals, asked) => asked.catch((problem) => {
  throw refusals[problem.status] ? new Told(refusals[problem.status]) : problem;
});

/**
 * A form that does `work` when it is sent: one try at a time, and a problem is told inside it, where what was
 * written stays.
 */
export function form(say, work, ...inside) {
  const told = make('p', 'problem');
  told.setAttribute('role', 'alert');
  const whole = make('form', '', ...inside);
  const buttons = whole.querySelector(':scope > .row:last-child');
  if (buttons) buttons.before(told);
  else whole.append(told);
  whole.noValidate = true;                                    // the browser's own words are in its language
  whole.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (whole.ariaBusy === 'true') return;
    whole.ariaBusy = 'true';
    told.textContent = '';
    try {
      await work();
    } catch (problem) {
      told.textContent = why(problem, say);
      told.scrollIntoView({ block: 'nearest' });
    } finally {
      whole.ariaBusy = 'false';
    }
  });
  return whole;
}

/**
 * Ask something in the page's dialog. `work` is done where the customer says `yes`, and the dialog closes after it
 * unless it `stays`; `more` stands under the words, `beside` among the buttons.
 */
export function question(say, { title, words, no, yes, work, risky, stays, more = [], beside = [] }) {
  const dialog = $('ask');
  const heading = make('h2', '', title);
  heading.id = 'ask-title';
  const close = button(no, 'plain', () => dialog.close());
  const go = yes ? [button(yes, risky ? 'strong risky' : 'strong')] : [];
  const lines = words.map((each) => make('p', '', each));
  const inside = form(say, async () => {
    await work();
    if (!stays) dialog.close();
  }, heading, ...lines, ...more);
  inside.append(make('p', 'row', close, ...beside, ...go));
  dialog.replaceChildren(inside);
  // What was pressed to ask may be gone by the time it is answered; focus then goes where words are written.
  dialog.onclose = () => { if (document.activeElement === document.body) $('text').focus({ preventScroll: true }); };
  if (!dialog.open) dialog.showModal();
  close.focus();
}

const sheets = new Map();

/** Resolves once a stylesheet of ours is on the page; without it the page is plainer, and still whole. */
export function wear(address) {
  if (!sheets.has(address)) {
    sheets.set(address, new Promise((done) => {
      const link = Object.assign(make('link'), { rel: 'stylesheet', href: address });
      link.addEventListener('load', done);
      link.addEventListener('error', done);
      document.head.append(link);
    }));
  }
  return sheets.get(address);
}

/** A name or a word that may be written from right to left, in a sentence that is not. */
export const apart = (text) => make('bdi', '', text);

/** A sentence of the catalogue, with elements in the places that it names: `{contact}`. */
export function sentence(text, values) {
  const places = text.split(/\{(\w+)\}/);
  return places.map((part, at) => (at % 2 ? values[part] ?? '' : part));
}
