// "My data", from the menu: what the company keeps of a customer whom its site vouches for, shown, saved and deleted.

import { $, apart, button, fold, make, question, wear } from './elements.js';

/** `save(text, name, type)` puts a file on the customer's disk; `full(at)` is a moment in words. */
export async function openMine({ page, ask, conversation, startAgain, save, full }) {
  const say = page.texts;
  await wear(page.sheets.cards);
  const address = (part) => `/${conversation().id}/${part}`;

  if ($('menu-mine').dataset.verified !== 'true') {
    question(say, { title: say.mine, words: [say.mine_unknown], no: say.close, more: policy() });
    return;
  }
  question(say, {
    title: say.mine,
    words: [say.mine_words],
    more: policy(),
    no: say.close,
    beside: [button(say.mine_delete, 'plain risky', askToForget)],
    yes: say.mine_show,
    work: async () => showAll(await (await ask(address('mine'))).json()),
    stays: true,
  });

  function policy() {
    const link = page.notice?.link;
    if (!link) return [];
    const opens = Object.assign(make('a', '', link.title), { href: link.url, target: '_blank', rel: 'noopener' });
    opens.append(make('span', 'unseen', ` ${say.new_tab}`));
    return [make('p', '', opens)];
  }

  /** The words of each conversation to read; whatever else is kept is in the file. */
  function showAll(data) {
    const told = make('p', 'done');
    told.setAttribute('role', 'status');
    question(say, {
      title: say.mine,
      words: [say.mine_shown],
      more: [make('div', 'mine', ...data.conversations.map(talk)), told],
      no: say.close,
      yes: say.mine_save,
      work: async () => {
        save(JSON.stringify(data, null, 2), 'data.json', 'application/json');
        told.textContent = say.mine_saved;
      },
      stays: true,
    });
  }

  function talk({ started_at: began, messages }) {
    const { whole, inside } = fold(full(new Date(began)));
    const names = { customer: say.you, bot: say.assistant };
    inside.append(...messages.map(({ author, name, text }) => {
      const by = author === 'system' ? [] : [make('strong', '', `${names[author] ?? name ?? say.agent}: `)];
      return make('p', '', ...by, apart(text));
    }));
    return whole;
  }

  function askToForget() {
    question(say, {
      title: say.forget_title,
      words: [say.forget_words],
      no: say.forget_no,
      yes: say.mine_delete,
      risky: true,
      work: async () => {
        await ask(address('forget'), { body: { confirm: true } });
        startAgain();
      },
    });
  }
}
