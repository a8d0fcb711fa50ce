// What stands under the messages while a customer waits and once a conversation is over. This file only decides
// which card that is; each card is a module of its own, fetched when it is first needed.

import { $, wear } from './elements.js';

/** The card that a state asks for, by the name of its module; null where the thread is enough. */
function cardFor({ holder, ended }) {
  if (holder === 'queue') return 'waiting';
  return ended || holder === 'none' ? 'ending' : null;
}

/**
 * `show(state)` takes every state the server tells. `module(name)` fetches one of the page's own, `download` saves
 * the transcript, `refresh` asks the server where things stand.
 */
export function openCards({ page, module, ask, conversation, kept, startAgain, refresh, download }) {
  const tools = {
    page,
    startAgain,
    refresh,
    download,
    post: (path, body) => ask(`/${conversation().id}/${path}`, { body }),
    read: async (path) => (await ask(`/${conversation().id}/${path}`)).json(),
  };
  let state = null;
  let name = null;                        // of the card that is shown or on its way
  let card = null;
  let news = '';

  /** On a keyboard, focus goes where the next words go; on glass that would call the keyboard up. */
  function backToWriting() {
    (matchMedia('(pointer: coarse)').matches ? $('thread') : $('text')).focus({ preventScroll: true });
  }

  /** Told to screen readers, once for each `key`: what else changes in a card changes without a sound. */
  function announce({ key, words }) {
    if (key !== news) $('card-news').textContent = words;
    news = key;
  }

  /** Put the card in its place, and keep the end of the thread in view for who reads there. */
  function place(...inside) {
    const thread = $('thread');
    const atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 80;
    const hadFocus = $('card').contains(document.activeElement);
    $('card').replaceChildren(...inside);
    if (hadFocus) backToWriting();
    if (!atEnd) return;
    thread.scrollTop = thread.scrollHeight;
    const hidden = $('card').getBoundingClientRect().top - thread.getBoundingClientRect().top - 60;
    if (inside.length && hidden < 0) thread.scrollTop += hidden;
  }

  async function change(wanted) {
    name = wanted;
    card = null;
    if (!wanted) {
      place();
      announce({ key: '', words: '' });
      return;
    }
    const [made] = await Promise.all([module(wanted), wear(page.sheets.cards)]);
    if (name !== wanted || card) return;  // while it was on its way, things moved on
    card = made.openCard(tools);
    announce(card.show(state));
    place(card.whole);
  }

  // What is unfolded makes the thread longer without a scroll, and who reads there is no longer at its end.
  $('card').addEventListener('toggle', () => $('thread').dispatchEvent(new Event('scroll')), true);

  const notice = page.notice && module('notice').then(({ openNotice }) => openNotice({ ...tools, kept, conversation }));

  return {
    show(told) {
      state = told;
      $('menu-end').hidden = told.holder === 'none';
      $('menu-mine').dataset.verified = told.verified ?? false;
      notice?.then((opened) => opened.show(told));
      const wanted = cardFor(told);
      if (wanted !== name) change(wanted);
      else if (card) announce(card.show(told));
    },
  };
}
