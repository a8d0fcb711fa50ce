// The chat's menu: what a customer does now and then. Fetched when the menu is first opened.

const $ = (id) => document.getElementById(id);

/** `ask` fetches from the chat API; `conversation()` is {id, token} or null; `full(at)` is a moment in words. */
export function openMenu({ page, messages, ask, kept, choose, startAgain, conversation, full }) {
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
      return `${full(new Date(at))}\n${names[author] ?? name ?? say.agent}: ${plain(author, text)}${from}\n`;
    });
    return [`${page.title}\n`, ...said].join('\n');
  }

  function download() {
    const file = URL.createObjectURL(new Blob([transcript()], { type: 'text/plain;charset=utf-8' }));
    const link = document.createElement('a');
    link.href = file;
    link.download = `${page.brand.toLowerCase()}-chat-${new Date().toISOString().slice(0, 10)}.txt`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(file), 60_000);
  }

  /** The page is drawn anew in the other language; the conversation goes on where it was. */
  async function speak(language) {
    if (language === page.language) return;
    if (conversation()) await ask(`/${conversation().id}/language`, { body: { language } }).catch(() => {});
    kept.set('language', language);
    const address = new URL(location.href);
    address.searchParams.set('lang', language);
    location.replace(address);
  }

  $('ask').addEventListener('close', () => { if ($('ask').returnValue === 'yes') startAgain(); });

  return {
    download,
    press(pressed) {
      if (!pressed) return;
      $('menu').hidePopover();
      if (pressed.id === 'menu-person') choose(say.want_person, '/firstline_person');
      if (pressed.id === 'menu-transcript') download();
      if (pressed.id === 'menu-again') $('ask').showModal();
      if (pressed.dataset.language) speak(pressed.dataset.language);
    },
  };
}
