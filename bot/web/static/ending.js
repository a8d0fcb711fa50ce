// The card after a conversation: thanks, how the assistant and the agent did, the transcript to keep, and how to
// go on: start again, or just write.

import { $, apart, button, drawing, field, fold, form, make, sentence, Told, unless } from './elements.js';

const FACE = ['M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z', 'M9 10v.6M15 10v.6'];
const FACES = [
  ['M7.5 17.2a4.6 4.6 0 0 1 9 0'],
  ['M8.5 16q3.5-2.4 7 0'],
  ['M8.5 15h7'],
  ['M8.5 14q3.5 3.2 7 0'],
  ['M7.5 13.2h9a4.5 4.5 0 0 1-9 0Z'],
].map((own) => [...FACE, ...own]);

export function openCard({ page, post, startAgain, download }) {
  const say = page.texts;
  const scores = [say.very_bad, say.bad, say.okay, say.good, say.very_good];
  const title = make('h2', '', say.ended);
  title.id = 'card-title';
  const ratings = make('div');
  const asked = new Map();                // 'agent' | 'bot' → its part, once it has been asked
  const whole = make('section', 'card ending', title, make('p', '', say.ended_calm), ratings, transcript(),
    make('p', 'row', button(say.again, 'strong', startAgain), button(say.write_on, 'plain', () => $('text').focus())));
  whole.setAttribute('aria-labelledby', title.id);

  /** Five faces with words; what was meant by them may be written once one is chosen. */
  function rating(of) {
    const legend = make('legend', '', of === 'bot' ? say.rate_bot : say.rate_agent);
    const faces = make('div', 'faces', ...scores.map((words, at) => {
      const input = Object.assign(make('input', 'unseen'), { type: 'radio', name: `score-${of}`, value: at + 1 });
      return make('label', 'score', input, drawing(...FACES[at]), make('span', '', words));
    }));
    const comment = field(say.rate_comment, { tag: 'textarea', rows: 2, maxLength: 2000 });
    const more = make('div', 'more', comment.whole, make('p', 'row', button(say.rate_send, 'strong')));
    more.hidden = true;
    faces.addEventListener('change', () => { more.hidden = false; });
    const part = make('fieldset', 'rating', legend, faces, more);
    const sent = form(say, async () => {
      const score = Number(sent.querySelector(':checked').value);
      const words = comment.input.value.trim();
      await post('rating', { of, score, ...(words && { comment: words }) }).catch((problem) => {
        if (problem.status !== 409) throw problem;           // another tab was first
      });
      thank(score);
    }, part);
    const thank = (score) => {
      const thanks = make('p', 'thanks', drawing(...FACES[score - 1]),
        make('span', '', make('strong', '', `${legend.textContent} ${scores[score - 1]}`), make('br'), say.rated));
      thanks.tabIndex = -1;
      sent.replaceWith(thanks);
      thanks.focus();
    };
    return sent;
  }

  function transcript() {
    const opened = fold(say.keep);
    const email = field(say.your_email, { type: 'email', autocomplete: 'email', maxLength: 254 });
    const told = make('p', 'done');
    told.setAttribute('role', 'status');
    const sent = form(say, async () => {
      const address = email.input.value.trim();
      const refusals = { 400: say.not_an_address, 404: say.mail_none, 409: say.mail_none, 422: say.not_an_address };
      if (!address) throw new Told(say.not_an_address);
      const answer = await unless(refusals, post('transcript', { email: address }));
      told.replaceChildren(...sentence(say.mailed, { contact: apart((await answer.json()).to) }));
    }, email.whole, make('p', 'row', button(say.mail_it, 'strong'), button(say.transcript, 'plain', download)), told);
    opened.inside.append(sent);
    return opened.whole;
  }

  return {
    whole,
    show({ ended }) {
      for (const of of ['agent', 'bot']) {
        const wanted = ended?.rate?.includes(of);
        if (wanted && !asked.has(of)) {
          asked.set(of, rating(of));
          ratings.append(asked.get(of));
        } else if (!wanted && asked.get(of)?.matches(':not(:focus-within, [aria-busy="true"])')) {
          asked.get(of).remove();         // rated in another tab
        }
      }
      return { key: 'ending', words: `${say.ended}. ${say.ended_calm}` };
    },
  };
}
