// The chat inside a frame that embed.js put on another page. The two speak by postMessage, each checking the
// other's origin: the page says when the frame is shown, who its customer is and what they look at; we say how much is
// unread, what has happened (never what was said) and when to close.

const WORD_WITHIN = 1000;                 // ms in which the page around us says whether it knows its customer
const IDENTITY_WITHIN = 3000;             // ms in which a token that it has promised must be here

/** What may leave the frame of an event; the page around us need not be the company's own. */
const DETAILS = { message: ['number', 'author'], escalated: ['case'], resolved: ['by'] };

const within = (ms, promise) => Promise.race([promise, new Promise((done) => { setTimeout(done, ms); })]);

/** A promise, and what keeps it. */
function promised() {
  let keep;
  const promise = new Promise((done) => { keep = done; });
  return { promise, keep };
}

/** Some browsers deny a frame on another site all storage, and not its cookies alone. */
function mayKeep() {
  try {
    return Boolean(localStorage);
  } catch {
    return false;
  }
}

/**
 * Calls `setOpen(true | false)` as the frame is shown and hidden. `ask` fetches from the chat API, `conversation()` is
 * {id, token} or null, `restart()` begins another, `speak(code)` changes the language. Returns what tells the page
 * around us, and what a new conversation begins with.
 */
export function openFrame({ page, kept, setOpen, ask, conversation, restart, speak }) {
  const query = new URLSearchParams(location.search);
  const wish = kept.get('language');      // what was chosen in the menu: no cookie reaches a frame on another site
  if (wish && wish !== page.language && wish !== query.get('lang')) {
    query.set('lang', wish);
    location.search = query;
  }
  const asked = query.get('origin') ?? '';
  const origin = URL.canParse(asked) ? new URL(asked).origin : null;

  const given = { identity: null, context: null };         // what the page says
  const owed = { identity: null, context: null };          // what of it the server has not heard for this conversation
  const word = promised();                // kept when the page has said all it knows at once
  const introduced = promised();          // kept when the token that it has promised is here
  const bare = !mayKeep();                // the browser lets us keep nothing: the page around us does, for itself
  let shown = '';                         // the id of the conversation that it keeps
  let expected = false;
  let leaving = false;                    // the page takes the frame away: nothing is begun any more

  const post = (data) => { if (origin) parent.postMessage({ firstline: 1, ...data }, origin); };

  /** What is not taken is not said again. */
  function refused({ status }, names = status === 401 && given.identity ? ['identity'] : ['identity', 'context']) {
    for (const name of names) given[name] = owed[name] = null;
    const why = status === 401 ? 'the log of the server says why' : 'it has not the documented shape';
    console.warn(`Firstline: what the page says of its customer (${names.join(', ')}) is not taken; ${why}.`);
  }

  /** Tell the server what it has not heard. What does not get through is owed as before, until the next occasion. */
  async function pay(what) {
    const due = owed[what];
    if (!due || !conversation() || leaving) return;
    owed[what] = null;
    try {
      await ask(`/${conversation().id}/${what}`, { body: due });
    } catch (problem) {
      const { status } = problem;
      if (status === 400 || status === 401) refused(problem, [what]);
      if (status === 409) restart();      // somebody else has signed in where another forgot to sign out
      if (status === 0 || status === 429 || status >= 500) owed[what] ??= due;
    }
  }

  function take(what, value) {
    given[what] = owed[what] = value;
    pay(what);
  }

  /** The token opens nothing any more, wherever it was copied to; this goes out even as the frame is taken away. */
  function signOut({ id, token }) {
    const headers = { Authorization: `Bearer ${token}` };
    fetch(`${page.api}/conversations/${id}/sign_out`, { method: 'POST', keepalive: true, headers }).catch(() => {});
  }

  function keep() {
    if (!bare || !conversation() || conversation().id === shown) return;
    shown = conversation().id;
    post({ type: 'keep', conversation: conversation() });
  }

  const TAKES = {
    kept({ conversation: before }) {
      const whole = typeof before?.id === 'string' && typeof before.token === 'string';
      if (whole && !kept.get('conversation')) kept.set('conversation', { id: before.id, token: before.token });
    },
    context: ({ context }) => take('context', context),
    identity({ identity }) {
      take('identity', identity);
      introduced.keep();
    },
    wishes({ identity }) { expected = identity; },
    locale: ({ language }) => speak(language),
    reset() {
      leaving = true;
      if (conversation()) signOut(conversation());
      restart();
      post({ type: 'gone' });
    },
    closed() {
      word.keep();
      setOpen(false);
    },
    opened({ focus }) {
      word.keep();
      setOpen(true);
      if (focus && !matchMedia('(pointer: coarse)').matches) document.getElementById('text').focus();
    },
  };
  addEventListener('message', ({ source, origin: from, data }) => {
    if (source !== parent || from !== origin || data?.firstline !== 1 || !Object.hasOwn(TAKES, data.type)) return;
    TAKES[data.type](data);
  });
  document.getElementById('close').addEventListener('click', () => post({ type: 'close' }));
  addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.isComposing || document.querySelector(':popover-open, dialog[open]')) return;
    post({ type: 'close' });
  });
  post({ type: 'ready', bare });

  return {
    refused,

    /** {type: 'unread', count} or {type: 'event', name, detail} for the page around us. */
    tell({ detail, ...data }) {
      keep();
      pay('context');
      pay('identity');
      if (data.type !== 'event') return post(data);
      const allowed = (DETAILS[data.name] ?? []).filter((name) => detail?.[name] !== undefined);
      return post({ ...data, detail: Object.fromEntries(allowed.map((name) => [name, detail[name]])) });
    },

    /** Who begins a conversation, and where on the site they are. */
    async beginWith() {
      if (leaving) return new Promise(() => {});
      if (origin) await within(WORD_WITHIN, word.promise);
      if (expected) await within(IDENTITY_WITHIN, introduced.promise);
      if (leaving) return new Promise(() => {});
      const { identity, context } = given;
      return { ...(identity && { identity }), ...(context && { context }) };
    },
  };
}
