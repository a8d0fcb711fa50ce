// The chat page: one conversation, read from a cursor and written through an outbox. It works as soon as this one
// file is here; drawing, the menu and the frame's manners are modules of their own, fetched when they are needed.

const page = JSON.parse(document.getElementById('page').textContent);
const say = page.texts;
const $ = (id) => document.getElementById(id);
const make = (tag, className = '', ...inside) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...inside);
  return made;
};
const button = (title, press) => {
  const made = make('button', '', title);
  made.type = 'button';
  made.addEventListener('click', press);
  return made;
};

/** The browser's storage; where that is forbidden (a frame on another site), this page's own memory. */
const kept = {
  memory: new Map(),
  get(key) {
    try {
      return JSON.parse(localStorage.getItem(`firstline.${key}`));
    } catch {
      return this.memory.get(key) ?? null;
    }
  },
  set(key, value) {
    this.memory.set(key, value);
    try {
      if (value === null) localStorage.removeItem(`firstline.${key}`);
      else localStorage.setItem(`firstline.${key}`, JSON.stringify(value));
    } catch { /* then the memory has to do */ }
  },
};

const messages = [];                      // as the server sent them, in order
let mine = kept.get('conversation');      // {id, token}; null until the server has made one
let cursor = 0;                           // the number of the last message drawn
let thread = null;                        // what draws them, once its module is here
let seen = kept.get('seen') ?? 0;         // the number of the last message the customer has looked at
let frameOpen = !page.embedded;
let tellFrame = () => {};

const GONE = [401, 403, 404, 410];        // what the server says when it does not know our conversation
const spread = (ms) => ms * (0.5 + Math.random() / 2);
const backOff = (misses) => spread(Math.min(30_000, 1000 * 2 ** (misses - 1)));
/** One at a time over all tabs of this browser, where the browser can promise that. */
const alone = (name, work) => (navigator.locks ? navigator.locks.request(`firstline.${name}`, work) : work());

let wake = () => {};
const pause = (ms) => new Promise((done) => {
  const timer = setTimeout(done, ms);
  wake = () => { clearTimeout(timer); done(); };
});

/** Fetch from the chat API. Throws an Error with `status` (0: no answer came) and `retryAfter` in ms. */
async function ask(path, { body, accept = 'application/json', signal = AbortSignal.timeout(15_000) } = {}) {
  const headers = { Accept: accept, ...(body && { 'Content-Type': 'application/json' }) };
  if (mine) headers.Authorization = `Bearer ${mine.token}`;
  const request = { method: body ? 'POST' : 'GET', headers, body: body && JSON.stringify(body), signal };
  const answer = await fetch(`${page.api}/conversations${path}`, request).catch(() => ({ status: 0 }));
  if (answer.ok) return answer;
  const retryAfter = 1000 * (Number(answer.headers?.get('Retry-After')) || 0);
  throw Object.assign(new Error(`${answer.status} for ${path}`), { status: answer.status, retryAfter });
}

async function begin() {
  mine = kept.get('conversation');        // another tab may have begun it while this one waited its turn
  if (mine) return;
  const answer = await ask('', { body: { language: page.language, page: page.host } });
  const { conversation_id: id, token } = await answer.json();
  kept.set('conversation', mine = { id, token });
  kept.set('seen', seen = 0);
}

/** Forget a conversation that the server does not know; what it never acknowledged goes into the next one. */
function renew() {
  kept.set('conversation', mine = null);
  cursor = 0;
  messages.length = 0;
  thread?.clear();
}

async function catchUp() {
  const news = await (await ask(`/${mine.id}/messages?after=${cursor}`)).json();
  news.messages.forEach(receive);
  show(news.state);
  connect();
}

/** Read the event stream until it ends. The server's heart beats every 15 s: 40 s without a byte is an end too. */
let stream = new AbortController();
async function listen() {
  const halt = stream = new AbortController();
  let guard;
  const heard = () => {
    clearTimeout(guard);
    guard = setTimeout(() => halt.abort(), 40_000);
  };
  heard();
  try {
    const accept = 'text/event-stream';
    const answer = await ask(`/${mine.id}/events?after=${cursor}`, { accept, signal: halt.signal });
    connect();
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ''; ;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard();
      const events = (rest + value).split('\n\n');
      rest = events.pop();
      events.forEach(hear);
    }
  } finally {
    clearTimeout(guard);
    halt.abort();
  }
}

function hear(event) {
  const field = (name) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(event)?.[1];
  if (field('event') === 'message') receive(JSON.parse(field('data')));
  if (field('event') === 'state') show(JSON.parse(field('data')));
}

/** Follow the conversation as long as the page lives: by the stream, or by asking again where streams are used up. */
async function follow() {
  const drawing = import(page.modules.thread);
  let caughtUp = false;
  let misses = 0;
  let streamFrom = 0;                     // no stream is asked for before this moment
  for (;;) {
    try {
      thread ??= (await drawing).openThread({ page, send: choose });
      if (!mine) await alone('begin', begin);
      const polling = Date.now() < streamFrom;
      if (!caughtUp || polling) await catchUp();
      caughtUp = true;
      if (!polling) await listen();
      misses = 0;
      await pause(spread(polling ? 4000 : 1000));
    } catch (problem) {
      if (problem.status === 503) {
        streamFrom = Date.now() + Math.max(problem.retryAfter, 30_000);
        await pause(spread(2000));
        continue;
      }
      misses += 1;
      lose();
      if (GONE.includes(problem.status) && mine) {
        renew();
        caughtUp = false;
      }
      await pause(backOff(misses));
    }
  }
}

function connect() {
  clearTimeout(lostAt);
  lostAt = null;
  $('banner').textContent = '';
  $('log').setAttribute('aria-busy', 'false');
  flush();
}

/** Say that the server is out of reach: at once if the browser knows it, else after 2.5 s; most gaps are short. */
let lostAt = null;
function lose() {
  const tell = () => { $('banner').textContent = navigator.onLine ? say.reconnecting : say.offline; };
  if (navigator.onLine) lostAt ??= setTimeout(tell, 2500);
  else tell();
}

const outgoing = new Map();               // client_id → what is shown until the stream brings the message itself
let sending = false;
let sendAgain;

const unsent = () => kept.get('outbox') ?? [];
const drop = (id) => kept.set('outbox', unsent().filter((each) => each.client_id !== id));
const setRefused = (id, refused) => {
  kept.set('outbox', unsent().map((each) => (each.client_id === id ? { ...each, refused } : each)));
};
const newId = () => crypto.randomUUID?.()   // absent on plain http
  ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

function send(text, payload = null) {
  const entry = { client_id: newId(), text, payload, refused: 0 };
  kept.set('outbox', [...unsent(), entry]);
  thread?.retire();
  drawOutgoing(entry);
  toEnd();
  flush();
}

/** Send what waits, oldest first. A refusal (4xx) is shown and passed over; anything else is tried again. */
async function flush(misses = 0) {
  clearTimeout(sendAgain);
  if (sending || !mine) return;
  sending = true;
  try {
    await alone('outbox', async () => {
      for (let entry; (entry = unsent().find((each) => !each.refused));) {
        const { client_id: id, refused: _, ...said } = entry;
        mark(id, 'sending', say.sending);
        try {
          await ask(`/${mine.id}/messages`, { body: { client_id: id, ...said } });
          drop(id);
          mark(id, 'delivered', say.sent);
        } catch ({ status, retryAfter }) {
          if (status >= 400 && status < 500 && ![...GONE, 408, 429].includes(status)) {
            setRefused(id, status);
            mark(id, 'failed', say.refused);
            continue;
          }
          unsent().forEach((each) => each.refused || mark(each.client_id, 'sending', say.waits));
          mark(id, 'kept', say.not_sent);
          sendAgain = setTimeout(flush, Math.max(retryAfter, backOff(misses + 1)), misses + 1);
          if (GONE.includes(status)) stream.abort();    // `follow` finds out and begins anew
          return;
        }
      }
    });
  } finally {
    sending = false;
  }
}

function drawOutgoing({ client_id: id, text, refused }) {
  const status = make('p', 'at state');
  status.setAttribute('role', 'status');
  const bubble = make('div', 'bubble', text);
  bubble.dir = 'auto';
  outgoing.set(id, make('div', 'group customer', make('div', 'message', bubble), status));
  $('outgoing').append(outgoing.get(id));
  mark(id, refused ? 'failed' : 'sending', refused ? say.refused : say.sending);
}

function mark(id, how, why) {
  const group = outgoing.get(id);
  if (!group) return;
  group.className = `group customer ${how}`;
  const status = group.lastElementChild;
  status.replaceChildren(why);
  if (how !== 'failed' && how !== 'kept') return;
  status.append(button(say.try_again, () => { setRefused(id, 0); flush(); }), button(say.remove, () => {
    drop(id);
    settle(id);
    $('text').focus();
  }));
}

/** Take away what stood for a message: it has come back with its number, or it will never be sent. */
function settle(id) {
  outgoing.get(id)?.remove();
  outgoing.delete(id);
}

let following = true;                     // the customer reads at the end, so the end is kept in view
const looking = () => frameOpen && document.visibilityState === 'visible';

function toEnd() {
  $('thread').scrollTop = $('thread').scrollHeight;
  $('newer').hidden = true;
}

function receive(message) {
  if (message.number <= cursor) return;   // a stream that was resumed may say a thing twice
  cursor = message.number;
  messages.push(message);
  if (message.client_id) settle(message.client_id);
  const drawn = thread.draw(message);
  if ([...outgoing.values()].some((group) => !group.matches('.delivered'))) thread.retire();
  const others = message.author === 'bot' || message.author === 'agent';
  if (following || message.author === 'customer') {
    toEnd();
    const hidden = drawn.getBoundingClientRect().top - $('thread').getBoundingClientRect().top - 60;
    if (others && hidden < 0) $('thread').scrollTop += hidden;       // a long answer is read from its top
  } else if (others) {
    $('newer').hidden = false;
  }
  count();
}

/** Tell the tab's title and the page around us how much is unread. */
function count() {
  if (looking()) kept.set('seen', seen = Math.max(seen, cursor));
  const unread = messages.filter(({ number, author }) => number > seen && ['bot', 'agent'].includes(author)).length;
  document.title = unread ? `(${unread}) ${page.title}` : page.title;
  tellFrame({ type: 'unread', count: unread });
}

let typingAt;
function showTyping() {
  $('typing').hidden = false;
  if (following) toEnd();
}

function show(state) {
  thread.showHolder(state, { startAgain, download: () => withMenu((menu) => menu.download()) });
  clearTimeout(typingAt);
  $('typing').hidden = true;
  if (state.typing) typingAt = setTimeout(showTyping, 150);     // no announcing of what is about to be here
  if (following) toEnd();
}

/** What a chip says is sent as the customer's own message; on a keyboard, focus goes where the next words go. */
function choose(text, payload) {
  send(text, payload);
  (matchMedia('(pointer: coarse)').matches ? $('thread') : $('text')).focus({ preventScroll: true });
}

function startAgain() {
  for (const key of ['conversation', 'outbox', 'seen']) kept.set(key, null);
  location.reload();
}

const most = page.characters;
const length = () => [...$('text').value].length;

function compose() {
  const now = length();
  kept.set('draft', $('text').value || null);
  $('count').textContent = now < most * 0.9 ? '' : [now, most].map((n) => n.toLocaleString(page.language)).join(' / ');
  $('count').classList.toggle('over-limit', now > most);
  if (!CSS.supports('field-sizing', 'content')) {
    $('text').style.height = 'auto';
    $('text').style.height = `${$('text').scrollHeight + 2}px`;
  }
}

function submit() {
  const text = $('text').value.trim();
  if (!text || length() > most) return;
  $('text').value = '';
  compose();
  send(text);
}

$('text').value = kept.get('draft') ?? '';
$('text').addEventListener('input', compose);
$('text').addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  submit();
});
$('composer').addEventListener('submit', (event) => { event.preventDefault(); submit(); });
$('person').addEventListener('click', () => choose(say.want_person, '/firstline_person'));
$('newer').addEventListener('click', toEnd);
$('thread').addEventListener('scroll', () => {
  const { scrollHeight, scrollTop, clientHeight } = $('thread');
  if ((following = scrollHeight - scrollTop - clientHeight < 80)) $('newer').hidden = true;
}, { passive: true });
new ResizeObserver(() => { if (following) toEnd(); }).observe($('thread'));
$('thread').addEventListener('load', () => { if (following) toEnd(); }, true);   // a picture that came late

let menu;
const withMenu = (work) => (menu ??= import(page.modules.menu).then((module) => module.openMenu({
  page, messages, ask, kept, choose, startAgain, conversation: () => mine, full: (at) => thread.full(at),
}))).then(work);
$('menu').addEventListener('toggle', () => withMenu(() => {}), { once: true });
$('menu').addEventListener('click', (event) => withMenu((menu) => menu.press(event.target.closest('button'))));

if (page.embedded) {
  import(page.modules.frame).then((module) => {
    tellFrame = module.openFrame({ page, kept, setOpen: (open) => { frameOpen = open; count(); } });
  });
}

const retryNow = () => { wake(); flush(); };
addEventListener('online', retryNow);
addEventListener('offline', () => { lose(); stream.abort(); });
document.addEventListener('visibilitychange', () => { if (looking()) { count(); retryNow(); } });
addEventListener('storage', ({ key, newValue }) => {     // another tab has started again
  if (key === 'firstline.conversation' && mine && newValue && JSON.parse(newValue).id !== mine.id) location.reload();
});
setInterval(() => thread?.refreshTimes(), 30_000);

// An on-screen keyboard that only covers the page (iOS) leaves less room than the window has.
visualViewport?.addEventListener('resize', () => {
  document.documentElement.style.setProperty('--room', `${visualViewport.height}px`);
  scrollTo(0, 0);
});

compose();
unsent().forEach(drawOutgoing);
follow();
