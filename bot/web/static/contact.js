// Where an answer can reach a customer who does not wait for it: an e-mail address or a phone number, left in the card.

import { apart, button, field, fold, form, make, sentence, Told, unless } from './elements.js';

const EMAIL = /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/;

/** `hear({name, email, phone})` takes what the house knows; `offer()` unfolds the part where it knows nothing. */
export function openContact({ say, post }) {
  const email = field(say.your_email, { type: 'email', autocomplete: 'email', maxLength: 254 });
  const phone = field(say.your_phone, { type: 'tel', autocomplete: 'tel', maxLength: 60 });
  const name = field(say.your_name, { autocomplete: 'name', maxLength: 200 });
  const message = field(say.your_word, { tag: 'textarea', rows: 2, maxLength: 1000 });
  const { whole, name: title, inside } = fold(say.leave);
  let reachable = null;                   // null until the house has told what it knows
  let offered = false;

  async function leave() {
    const given = {};
    for (const [key, { input }] of Object.entries({ name, email, phone, message })) {
      if (input.value.trim()) given[key] = input.value.trim();
    }
    if (!given.email && !given.phone) throw missing(say.need_one);
    if (given.email && !EMAIL.test(given.email)) throw missing(say.not_an_address);
    await unless({ 400: say.contact_refused, 422: say.contact_refused }, post('contact', given));
    message.input.value = '';
    hear(given);
    whole.open = false;
    whole.querySelector('summary').focus();
  }

  function missing(problem) {
    email.input.focus();
    email.input.ariaInvalid = 'true';
    email.input.addEventListener('input', () => { email.input.ariaInvalid = null; }, { once: true });
    return new Told(problem);
  }

  function hear(known) {
    for (const [key, { input }] of Object.entries({ name, email, phone })) {
      if (known[key] && input !== document.activeElement) input.value = known[key];
    }
    const to = [known.email, known.phone].filter(Boolean);
    reachable ||= to.length > 0;
    if (to.length) title.replaceChildren(...sentence(say.reached, { contact: make('strong', '', apart(to.join(', '))) }));
  }

  inside.append(form(say, leave, make('p', 'hint', say.leave_hint), make('div', 'pair', email.whole, phone.whole),
    name.whole, message.whole, make('p', 'row', button(say.leave_it, 'strong'))));
  return {
    whole,
    hear,
    /** Once, by itself: nobody is at work, and no answer could reach the customer elsewhere. */
    offer() {
      if (offered || reachable !== false) return;
      offered = whole.open = true;
    },
  };
}
