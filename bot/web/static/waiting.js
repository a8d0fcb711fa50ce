// The card of a customer who waits: where they stand and by when a person answers, what that person will see,
// an address to answer to instead, and the way back to the assistant.

import { openContact } from './contact.js';
import { apart, button, make, question } from './elements.js';
import { moments } from './moments.js';
import { openSight } from './sight.js';

export function openCard({ page, post, read, refresh }) {
  const say = page.texts;
  const times = moments(page.language, say);
  const title = make('h2');
  const late = make('span', 'chip', say.late);
  const number = make('span');
  const figures = make('dl');
  const words = make('p');
  const contact = openContact({ say, post });
  const sight = openSight({ say, post, read, refresh });
  const goOn = button(say.go_on, 'plain', () => question(say, {
    title: say.go_on_title,
    words: [say.go_on_words],
    yes: say.go_on,
    no: say.keep_place,
    work: async () => {
      await post('leave_queue', {});
      refresh();
    },
  }));
  title.id = 'card-title';
  const whole = make('section', 'card waiting', make('div', 'head', title, make('p', 'mark', late, number)), figures, words,
    sight.whole, contact.whole, make('p', 'row', goOn));
  whole.setAttribute('aria-labelledby', title.id);

  /** The two figures that count now, as [title, value]: an honest range, or what is promised where there is none. */
  function told({ place, outlook }) {
    const stands = place && [say.place, place.position === 1 ? say.place_next : String(place.position)];
    const wait = [say.wait, place?.wait ? times.range(...place.wait) : say.wait_unknown];
    const opens = outlook?.opens_at && [say.opens_again, times.when(new Date(outlook.opens_at))];
    const by = outlook?.promised_by && new Date(outlook.promised_by);
    const answer = by > new Date() && [say.answer_by, times.when(by)];
    if (away) return [opens, answer].filter(Boolean);
    if (outlook?.late) return [stands, answer].filter(Boolean);
    return [stands, place?.wait ? wait : answer || wait].filter(Boolean);
  }

  let away = false;                       // nobody is at work
  const hear = (known) => {
    contact.hear(known);
    if (away) contact.offer();
  };
  return {
    whole,
    show(state) {
      const { outlook } = state;
      away = Boolean(outlook && !outlook.open);
      late.hidden = !outlook?.late;
      number.textContent = state.case ? say.case_number.replace('{number}', state.case.number) : '';
      title.textContent = outlook?.late ? say.waiting_late : away ? say.waiting_closed : say.waiting;
      words.textContent = outlook?.late ? say.late_calm : away ? say.closed_calm : say.waiting_calm;
      const shown = told(state);
      const figure = ([name, value]) => make('div', '', make('dt', '', name), make('dd', '', apart(value)));
      figures.replaceChildren(...shown.map(figure));
      sight.show(state.case, hear);
      if (away) contact.offer();
      const spoken = shown.map(([name, value]) => `${name}: ${value}.`).join(' ');
      const key = JSON.stringify(['waiting', away, outlook?.late, state.place?.position, outlook?.promised_by]);
      return { key, words: `${title.textContent}. ${spoken}` };
    },
  };
}
