// The chat page as it is first painted: somewhere to write, with the draft that was left in it. The conversation and
// all that belongs to it are modules, which come after.

const page = JSON.parse(document.getElementById('page').textContent);
const $ = (id) => document.getElementById(id);

/** The browser's storage; where it is forbidden or full, the page's own history, which outlives a reload at least. */
const kept = {
  own: new Map(Object.entries(history.state ?? {})),
  get(key) {
    if (this.own.has(key)) return this.own.get(key);
    try {
      return JSON.parse(localStorage.getItem(`firstline.${key}`));
    } catch {
      return null;
    }
  },
  set(key, value) {
    const had = this.own.delete(key);
    try {
      if (value === null) localStorage.removeItem(`firstline.${key}`);
      else localStorage.setItem(`firstline.${key}`, JSON.stringify(value));
    } catch {
      this.own.set(key, value);
    }
    if (!had && !this.own.has(key)) return;
    try {
      history.replaceState(Object.fromEntries(this.own), '');
    } catch { /* too many changes in too short a time: the next one takes this one along */ }
  },
  /** The keys that begin like this. */
  keys(start) {
    let stored = [];
    try {
      stored = Object.keys(localStorage).map((key) => key.slice('firstline.'.length));
    } catch { /* then there are this page's own alone */ }
    return [...new Set([...stored, ...this.own.keys()])].filter((key) => key.startsWith(start));
  },
};

let tries = 0;
/** One of the page's modules, asked for until it comes; under another address, as browsers keep a failure. */
async function module(name) {
  for (;;) {
    try {
      return await import(page.modules[name] + (tries ? `&try=${tries}` : ''));
    } catch (problem) {
      if (!(problem instanceof TypeError)) reportError(problem);      // it came, and is broken
      tries += 1;
      await new Promise((done) => { setTimeout(done, Math.min(30_000, 1000 * tries) * (0.5 + Math.random())); });
    }
  }
}

if (page.notice && kept.get('noticed') === page.notice.version) $('notice').hidden = true;

const most = page.characters;
const length = () => [...$('text').value].length;

function compose() {
  const now = length();
  $('count').textContent = now < most * 0.9 ? '' : [now, most].map((n) => n.toLocaleString(page.language)).join(' / ');
  $('count').classList.toggle('over-limit', now > most);
  const something = $('text').value.trim() !== '' || $('tray').querySelector('.file:not(.refused)') !== null;
  $('composer').classList.toggle('ready', something);
  if (!CSS.supports('field-sizing', 'content')) {
    $('text').style.height = 'auto';
    $('text').style.height = `${$('text').scrollHeight + 2}px`;
  }
}

/** Write something into the box for the customer, or empty it. */
function write(text) {
  $('text').value = text;
  compose();
}

/** Until everything is here to send it, what is written stays where it was written. */
async function submit() {
  const { send } = await conversation;
  const text = $('text').value.trim();
  if (length() > most || !send(text)) return;
  kept.set('draft', null);
  write('');
}

$('text').addEventListener('input', () => {
  kept.set('draft', $('text').value || null);
  compose();
});
$('text').addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  submit();
});
$('composer').addEventListener('submit', (event) => { event.preventDefault(); submit(); });
$('attach').addEventListener('click', () => $('file').click());
addEventListener('storage', ({ key }) => {               // one draft for all tabs, changed where somebody writes
  if (key === 'firstline.draft' && !document.hasFocus()) write(kept.get('draft') ?? '');
});

// An on-screen keyboard that only covers the page (iOS) leaves less room than the window has.
visualViewport?.addEventListener('resize', () => {
  document.documentElement.style.setProperty('--room', `${visualViewport.height}px`);
  scrollTo(0, 0);
});

write($('text').value || (kept.get('draft') ?? ''));
const conversation = module('conversation').then((it) => it.openConversation({ page, kept, module, compose, write }));
