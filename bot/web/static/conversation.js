// One conversation on this page: read from a cursor, written through an outbox, in step with the other tabs.

import { $, wear } from './elements.js';
import { openFiles } from './files.js';
import { fault, openLine } from './line.js';
import { openOutbox } from './outbox.js';
import { openSound } from './sound.js';
import { openThread } from './thread.js';
import { openTyping } from './typing.js';

const byOthers = ({ author }) => author === 'bot' || author === 'agent';
const withPeople = ({ holder }) => holder === 'queue' || holder === 'agent';
const over = ({ holder, ended }) => Boolean(ended) || holder === 'none';

/** One at a time over all tabs of this browser; alone, too, where that is denied, as in a frame on another site. */
async function alone(name, work) {
  let entered = false;
  const enter = () => {
    entered = true;
    return work();
  };
  try {
    return await navigator.locks.request(`firstline.${name}`, enter);
  } catch (problem) {
    if (entered) throw problem;
    return work();
  }
}

/** `module(name)` fetches one of the page's own; `write(text)` fills the composer, `compose()` looks at it again. */
export async function openConversation({ page, kept, module, compose, write }) {
  const say = page.texts;
  const messages = [];                    // as the server sent them, in order
  let mine = kept.get('conversation');    // {id, token}; null until the server has made one
  let cursor = 0;                         // the number of the last message drawn
  let seen = kept.get('seen') ?? 0;       // the number of the last one the customer has looked at, in any tab
  let standing = null;                    // the last state the server told
  let frameOpen = !page.embedded;

  // Where the company asks for it, nothing is sent before the customer has agreed to the notice.
  const agreed = () => !page.notice?.ask || kept.get('noticed') === page.notice.version;
  let agree;
  const agreement = new Promise((done) => { agree = done; });

  const conversation = () => mine;
  const line = openLine({ page, conversation, cursor: () => cursor, begin, renew, receive, show, connected, lost });
  const { ask, refresh } = line;
  const thread = openThread({ page, send: choose });
  const files = openFiles({ page, kept, line, ready: () => mine && agreed(), changed: compose });
  const outbox = openOutbox({ page, kept, alone, line, files, conversation, held: () => !agreed() });
  const typing = openTyping({
    box: $('text'),
    wanted: () => page.typing && standing && withPeople(standing),
    tell: (now) => ask(`/${mine.id}/typing`, { body: { typing: now } }).catch(fault),
  });
  const sound = openSound({ kept, alone, seen: () => seen });

  let menu;
  const withMenu = async (work) => {
    const full = (at) => thread.full(at);
    menu ??= module('menu').then(({ openMenu }) => openMenu({
      page, module, messages, ask, kept, choose, startAgain, conversation, full, sound, refresh,
    }));
    return work(await menu);
  };
  await wear(page.sheets.files);
  const cards = (await module('cards')).openCards({
    page, module, ask, conversation, kept, startAgain, refresh, download: () => withMenu((opened) => opened.download()),
  });
  const speak = (code) => withMenu((opened) => opened.speak(code));
  const frame = page.embedded ? (await module('frame')).openFrame({
    page, kept, setOpen, ask, conversation, speak, restart,
  }) : null;

  async function begin() {
    await agreement;
    const given = await frame?.beginWith() ?? {};
    await alone('begin', async () => {
      mine = kept.get('conversation');    // another tab may have begun it while this one waited its turn
      if (mine) return;
      const again = kept.get('again') && { again: true };
      const begun = await beginAs({ language: page.language, page: page.host, ...again }, given);
      const { conversation_id: id, token } = begun;
      kept.set('conversation', mine = { id, token });
      kept.set('seen', seen = 0);
      kept.set('again', null);
    });
  }

  /** What the page around us says and cannot prove, or puts wrongly, costs no customer their conversation. */
  const beginAs = (body, given) => line.read('', { body: { ...body, ...given } }).catch(async (problem) => {
    if (![400, 401].includes(problem.status) || !Object.keys(given).length) throw problem;
    frame.refused(problem);
    return beginAs(body, await frame.beginWith());
  });

  /** The server has lost the conversation: what it never took goes into the next. If it was deleted, all goes. */
  function renew(status) {
    if (status === 410) {
      startAgain();
      return;
    }
    if (kept.get('conversation')?.id === mine.id) kept.set('conversation', null);
    mine = standing = null;
    cursor = seen = messages.length = 0;
    thread.clear();
    outbox.renew();
    files.renew();
  }

  /** Leave nothing of the conversation on this device, in no tab of it, and begin with an empty page. */
  function restart() {
    for (const key of ['seen', 'noticed', 'draft', 'sounded']) kept.set(key, null);
    outbox.clear();
    files.clear();
    write('');
    kept.set('conversation', null);
    location.reload();
  }

  /** Begin another one, even where the customer is known and had this one. */
  function startAgain() {
    kept.set('again', true);
    restart();
  }

  let lostAt = null;
  /** Say that the server is out of reach: at once if the browser knows it, else after 2.5 s; most gaps are short. */
  function lost({ status } = {}) {
    const online = status === 429 ? say.crowded : say.reconnecting;
    const tell = () => { $('banner').textContent = navigator.onLine ? online : say.offline; };
    if (navigator.onLine) lostAt ??= setTimeout(tell, 2500);
    else tell();
  }

  function connected() {
    clearTimeout(lostAt);
    lostAt = null;
    $('banner').textContent = '';
    $('log').setAttribute('aria-busy', 'false');
    outbox.flush();
    files.flush();
  }

  let following = true;                   // the customer reads at the end, so the end is kept in view
  const looking = () => frameOpen && document.visibilityState === 'visible';

  function toEnd() {
    $('thread').scrollTop = $('thread').scrollHeight;
    $('newer').hidden = true;
  }

  /** Draw what has been said. `live` is false for what was said before this page was here. */
  function receive(said, live) {
    const fresh = said.filter(({ number }) => number > cursor);    // a stream that was resumed may say a thing twice
    if (!fresh.length) return;
    let drawn;
    for (const message of fresh) {
      cursor = message.number;
      messages.push(message);
      if (message.client_id) outbox.arrived(message.client_id);
      drawn = thread.draw(message);
    }
    if (outbox.waits()) thread.retire();
    if (following || fresh.at(-1).author === 'customer') {
      toEnd();
      const hidden = drawn.getBoundingClientRect().top - $('thread').getBoundingClientRect().top - 60;
      if (byOthers(fresh.at(-1)) && hidden < 0) $('thread').scrollTop += hidden;   // a long answer is read from its top
    } else if (fresh.some(byOthers)) {
      $('newer').hidden = false;
    }
    count();
    if (live) fresh.filter(byOthers).forEach(tellOf);
  }

  function tellOf({ number, author, name }) {
    if (number > seen) sound.ring(number);
    frame?.tell({ type: 'event', name: 'message', detail: { number, author, name } });
  }

  /** Tell the tab's title and the page around us how much is unread. */
  function count() {
    if (looking() && cursor > seen) kept.set('seen', seen = cursor);
    const unread = messages.filter((message) => message.number > seen && byOthers(message)).length;
    document.title = unread ? `(${unread}) ${page.title}` : page.title;
    frame?.tell({ type: 'unread', count: unread });
  }

  function setOpen(open) {
    frameOpen = open;
    count();
  }

  let typingAt;
  function showTyping() {
    $('typing').hidden = false;
    if (following) toEnd();
  }

  function show(state) {
    const before = standing;
    standing = state;
    thread.showHolder(state);
    cards.show(state);
    clearTimeout(typingAt);
    $('typing').hidden = true;
    if (state.typing) typingAt = setTimeout(showTyping, 150);     // no announcing of what is about to be here
    if (following) toEnd();
    if (!before) return;
    const tell = (name, detail) => frame?.tell({ type: 'event', name, detail });
    if (withPeople(state) && !withPeople(before)) tell('escalated', { case: state.case?.number ?? null });
    if (over(state) && !over(before)) tell('resolved', { by: state.ended?.by ?? null });
  }

  /** Send words, and the files in the tray unless a chip says them; false where there is nothing to send. */
  function send(text, payload = null) {
    const keys = payload === null ? files.take() : [];
    if (!text && !keys.length) return false;
    thread.retire();
    typing.stop();
    outbox.add(text, payload, keys);
    toEnd();
    return true;
  }

  /** What a chip says is sent as the customer's own message; on a keyboard, focus goes where the next words go. */
  function choose(text, payload) {
    send(text, payload);
    (matchMedia('(pointer: coarse)').matches ? $('thread') : $('text')).focus({ preventScroll: true });
  }

  /** Another tab of this browser has changed something, and this one goes along. */
  function goAlong(name) {
    if (name === 'seen') {
      seen = kept.get('seen') ?? 0;
      count();
    }
    if (name === 'noticed') heed();
    if (name === 'tray') files.look();
    if (name.startsWith('outbox.')) outbox.look();
    if (name === 'conversation' && mine && kept.get(name)?.id !== mine.id) location.reload();
  }

  function heed() {
    if (!agreed()) return;
    agree();
    $('notice').hidden ||= page.notice?.ask === true;
    outbox.flush();
  }

  function hurry() {
    line.hurry();
    outbox.flush();
  }

  $('person').addEventListener('click', () => choose(say.want_person, '/firstline_person'));
  $('menu').addEventListener('toggle', () => withMenu(() => {}), { once: true });
  $('menu').addEventListener('click', ({ target }) => withMenu((opened) => opened.press(target.closest('button'))));
  $('notice').addEventListener('agreed', agree);
  $('newer').addEventListener('click', toEnd);
  $('thread').addEventListener('scroll', () => {
    const { scrollHeight, scrollTop, clientHeight } = $('thread');
    if ((following = scrollHeight - scrollTop - clientHeight < 80)) $('newer').hidden = true;
  }, { passive: true });
  $('thread').addEventListener('load', () => { if (following) toEnd(); }, true);     // a picture that came late
  const sized = new ResizeObserver(() => { if (following) toEnd(); });
  for (const id of ['thread', 'outgoing']) sized.observe($(id));
  addEventListener('storage', ({ key }) => { if (key?.startsWith('firstline.')) goAlong(key.slice(10)); });
  addEventListener('online', hurry);
  addEventListener('offline', () => { lost(); line.cut(); });
  addEventListener('pageshow', hurry);
  document.addEventListener('visibilitychange', () => { if (looking()) { count(); hurry(); } });
  setInterval(thread.refreshTimes, 30_000);

  heed();
  outbox.look();
  line.follow();
  module('menu');                         // fetched before the network may be gone, opened when somebody asks for it
  return { send };
}
