// The chat's menu: what a customer does now and then. Fetched when the menu is first opened.

import { $, question, wear } from './elements.js';

/**
 * `module(name)` fetches one of the page's own, `ask` from the chat API; `conversation()` is {id, token} or null;
 * `full(at)` is a moment in words; `sound` is {on, set(on)}; `refresh()` asks the server where things stand.
 */
export function openMenu({
  page, module, messages, ask, kept, choose, startAgain, conversation, full, sound, refresh,
}) {
  const say = page.texts;

  /** What the bot and the agents write carries marks for bold, code and links; on paper only their words count. */
  function plain(author, text) {
    if (author === 'customer') return text;
    return text.replace(/\*\*(.{1,400}?)\*\*/g, '$1').replace(/`([^`]{1,400})`/g, '$1')
      .replace(/\[([^\]]{1,300})\]\(([^)\s]{1,1000})\)/g, '$1 ($2)');
  }

  function transcript() {
    const names = { customer: say.you, bot: say.assistant, system: '—' };
    const said = messages.map(({ author, name, text, sent_at: at, source, data }) => {
      const cited = source ? [source, ...(data?.custom?.also ?? [])] : [];
      const from = cited.map(({ title, url }) => `\n(${title}: ${new URL(url, location.origin)})`).join('');
      const files = (data?.files ?? []).map((file) => `\n[${file.name}]`).join('');
      const who = names[author] ?? name ?? say.agent;
      return `${full(new Date(at))}\n${who}: ${plain(author, text)}${files}${from}\n`;
    });
    return [`${page.title}\n`, ...said].join('\n');
  }

  /** A file on the customer's own disk: `nettly-chat-2026-11-03.txt`. */
  function save(text, name, type) {
    const file = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
    const link = document.createElement('a');
    const [what, ending] = name.split('.');
    link.href = file;
    link.download = `${page.brand.toLowerCase()}-${what}-${new Date().toISOString().slice(0, 10)}.${ending}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(file), 60_000);
  }

  const download = () => save(transcript(), 'chat.txt', 'text/plain');

  /** The page is drawn anew in the other language; the conversation goes on where it was. */
  async function speak(language) {
    if (language === page.language) return;
    try {
      if (conversation()) await ask(`/${conversation().id}/language`, { body: { language } });
    } catch (problem) {
      if (problem.status === 0) return;   // who cannot be reached cannot draw the page either
    }
    kept.set('language', language);
    const address = new URL(location.href);
    address.searchParams.set('lang', language);
    history.replaceState(history.state, '', address);         // it may be all that this browser lets us keep
    location.reload();
  }

  async function again() {
    await wear(page.sheets.cards);
    const work = async () => startAgain();
    question(say, { title: say.again_title, words: [say.again_words], no: say.again_no, yes: say.again, work });
  }

  async function end() {
    await wear(page.sheets.cards);
    question(say, {
      title: say.end_title,
      words: [say.end_words],
      no: say.end_no,
      yes: say.end,
      work: async () => {
        await ask(`/${conversation().id}/end`, { body: {} });
        refresh();
      },
    });
  }

  async function mine() {
    const { openMine } = await module('mine');
    await openMine({ page, ask, conversation, startAgain, save, full });
  }

  function showSound() {
    $('menu-sound').ariaChecked = String(sound.on);
  }
  showSound();

  const deeds = {
    'menu-person': () => choose(say.want_person, '/firstline_person'),
    'menu-transcript': download,
    'menu-again': again,
    'menu-end': end,
    'menu-mine': mine,
  };

  return {
    download,
    speak,
    press(pressed) {
      if (!pressed) return;
      if (pressed.id === 'menu-sound') {  // a switch: it is seen to change
        sound.set(!sound.on);
        showSound();
        return;
      }
      $('menu').hidePopover();
      deeds[pressed.id]?.();
      if (pressed.dataset.language) speak(pressed.dataset.language);
    },
  };
}
