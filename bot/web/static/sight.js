// What the agent will see of a waiting customer, each fact of it corrected in its place. A correction is a line of
// the conversation: it comes back in the thread, and in the case with the words it was made in.

import { apart, button, field, fold, form, make, Told, unless } from './elements.js';

/** `show(case, contacted)` takes {number, version} or null; `contacted` hears how the customer can be reached. */
export function openSight({ say, post, read, refresh }) {
  const reactions = { helped: say.tried_helped, done: say.tried_done, rejected: say.tried_failed };
  const { whole, inside } = fold(say.sight, () => { if (!seen) load(); });
  let contacted = () => {};
  let version = null;                     // of the case, as the server last told
  let seen = null;                        // the case as it was last read
  let editing = null;                     // the key of the one fact that is being corrected
  whole.hidden = true;

  async function load() {
    const wanted = version;
    try {
      const { case: fresh, contact } = await read('case');
      if (wanted !== version) return;     // the next one is on its way
      if (contact) contacted(contact);
      if (!fresh) return;
      seen = fresh;
      if (!editing) draw();
    } catch (problem) {
      if (problem.status === undefined) throw problem;
      if (!seen) inside.replaceChildren(make('p', 'problem', say.out_of_reach));
    }
  }

  function draw() {
    const { reason, ask, facts, tried } = seen;
    const part = (title, ...within) => make('div', 'part', make('h3', '', title), ...within);
    const parts = [];
    if (reason) parts.push(part(say.sight_reason, make('p', '', reason)));
    if (ask) parts.push(part(say.sight_ask, make('blockquote', '', ...ask.split('\n').map((each) => make('p', '', apart(each))))));
    if (facts.length) {
      const rows = facts.map((each) => (keyOf(each) === editing ? editor(each) : row(each)));
      parts.push(part(say.sight_facts, make('ul', 'facts', ...rows), make('p', 'hint', say.sight_hint)));
    }
    if (tried.length) parts.push(part(say.sight_tried, make('ul', '', ...tried.map(step))));
    inside.replaceChildren(...(parts.length ? parts : [make('p', 'hint', say.sight_empty)]));
  }

  const aside = (words) => make('span', 'hint', ` · ${words}`);
  const step = ({ title, reaction }) => make('li', '', apart(title),
    ...(reactions[reaction] ? [aside(reactions[reaction])] : []));

  /** Several facts may have one name: two orders, each from a message of its own. */
  const keyOf = ({ name, message }) => `${name} ${message}`;

  function row(fact) {
    const { label, value, corrected, masked } = fact;
    const said = make('p', 'value', apart(value), ...(corrected ? [aside(say.corrected)] : []));
    const whole = make('li', 'fact', make('p', 'label', label), said);
    if (masked) return whole;             // a secret, which is not shown and never asked for
    const correct = button(say.correct, 'text', () => {
      editing = keyOf(fact);
      draw();
      inside.querySelector('input').select();
    });
    correct.setAttribute('aria-label', say.correct_named.replace('{fact}', label));
    correct.dataset.fact = keyOf(fact);
    whole.append(correct);
    return whole;
  }

  function editor(fact) {
    const { name, label, value, message } = fact;
    const box = field(label, { value, maxLength: 200, autocomplete: 'off' });
    const close = () => {
      editing = null;
      draw();
      inside.querySelector(`[data-fact="${CSS.escape(keyOf(fact))}"]`)?.focus();
    };
    const whole = form(say, async () => {
      const told = box.input.value.trim();
      if (!told) throw new Told(say.need_value);
      if (told !== value) {
        await unless({ 409: say.correct_in_chat, 404: say.correct_in_chat, 422: say.correct_in_chat },
          post('case/facts', { name, value: told, message }));
        const right = (each) => (keyOf(each) === keyOf(fact) ? { ...each, value: told, corrected: true } : each);
        seen = { ...seen, facts: seen.facts.map(right) };
        refresh();
      }
      close();
    }, box.whole, make('p', 'row', button(say.save, 'strong'), button(say.cancel, 'plain', close)));
    whole.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();            // which would close the widget
      close();
    });
    return make('li', 'fact', whole);
  }

  return {
    whole,
    show(told, contact) {
      contacted = contact;
      whole.hidden = !told;
      const fresh = told && told.version !== version;
      version = told?.version ?? null;
      if (fresh) load();
    },
  };
}
