// The line to the server: requests with the conversation's token, and the conversation followed from a cursor, by its
// event stream or, where streams are used up, by asking again.

export const GONE = [401, 404, 410];             // what the server says when it does not know our conversation
const PATIENCE = 15_000;                  // ms for an answer to begin
const SILENCE = 40_000;                   // the server's heart beats every 15 s: so long without a byte is an end
const STALE = 20_000;                     // so long without one, seen by a page that slept, is an end too
const STALL = 30_000;                     // ms in which an upload must move on

/** Somewhere around `ms`, so that all who lost the same server do not come back at the same moment. */
const spread = (ms) => ms * (0.5 + Math.random());

/**
 * How long to wait after so many misses in a row: some four seconds at most for the first half minute. A restart takes
 * no longer, and who has backed off further by then waits for a server that is there again.
 */
export function backOff(misses) {
  const doublings = misses > 8 ? misses - 6 : Math.min(misses - 1, 2);
  return spread(Math.min(30_000, 1000 * 2 ** doublings));
}

/** An Error with `status` (0: no answer came), the server's `code` for it, and `retryAfter` in ms. */
const refusal = (path, status = 0, code = '', after = 0) => Object.assign(
  new Error(`${status} ${code} for ${path}`), { status, code, retryAfter: 1000 * (Number(after) || 0) },
);

/** What no answer of the server explains is a fault of ours, for the console. */
export function fault(problem) {
  if (problem.status === undefined) reportError(problem);
}

/**
 * `conversation()` is {id, token} or null, which `begin()` changes and `renew()` forgets; `cursor()` is the number of
 * the last message here. What is read goes to `receive(messages, live)` and `show(state)`; `connected()` and
 * `lost(problem)` tell how the line is.
 */
export function openLine({ page, conversation, cursor, begin, renew, receive, show, connected, lost }) {
  let stream = new AbortController();
  let heardAt = 0;                        // when the stream last said anything
  let retry = 2000;                       // ms until a stream that has ended is asked for again, as the server wishes
  let streamFrom = 0;                     // no stream is asked for before this moment
  let crowded = 0;                        // how often in a row the server had no stream for us
  let states = 0;                         // how many the stream has told
  let behind = true;                      // what was said before this page was here is still to be read

  let wake = () => {};
  const pause = (ms) => new Promise((done) => {
    const timer = setTimeout(done, ms);
    wake = () => { clearTimeout(timer); done(); };
  });

  const bearer = () => (conversation() ? { Authorization: `Bearer ${conversation().token}` } : {});

  /** Fetch from the chat API; a refusal is thrown. */
  async function ask(path, { body, accept = 'application/json', signal = AbortSignal.timeout(PATIENCE) } = {}) {
    const headers = { Accept: accept, ...bearer(), ...(body && { 'Content-Type': 'application/json' }) };
    const request = { method: body ? 'POST' : 'GET', headers, body: body && JSON.stringify(body), signal };
    const answer = await fetch(`${page.api}/conversations${path}`, request).catch(() => ({ status: 0 }));
    if (answer.ok) return answer;
    const why = await answer.json?.().catch(() => null);
    throw refusal(path, answer.status, why?.error?.code, answer.headers?.get('Retry-After'));
  }

  /** The JSON that is answered; an answer that breaks off is none. */
  async function read(path, how) {
    const answer = await ask(path, how);
    return answer.json().catch(() => { throw refusal(path); });
  }

  /** Send a file's bytes; `moved` is told which part of them has left, from 0 to 1. Returns the file as kept there. */
  function upload(name, blob, moved) {
    const path = `/${conversation().id}/files?name=${encodeURIComponent(name)}`;
    const request = new XMLHttpRequest();           // fetch does not say how far an upload has come
    request.open('POST', `${page.api}/conversations${path}`);
    request.setRequestHeader('Authorization', bearer().Authorization);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.responseType = 'json';
    let guard;
    const moving = () => {
      clearTimeout(guard);
      guard = setTimeout(() => request.abort(), STALL);
    };
    request.upload.addEventListener('progress', ({ loaded, total }) => {
      moving();
      moved(total ? loaded / total : 1);
    });
    moving();
    return new Promise((done, fail) => {
      request.addEventListener('loadend', () => {
        clearTimeout(guard);
        const { status, response } = request;
        if (status === 201 && response?.file) done(response.file);
        else fail(refusal(path, status, response?.error?.code, request.getResponseHeader('Retry-After')));
      });
      request.send(blob);
    });
  }

  async function catchUp() {
    const { id } = conversation();
    const before = states;
    const news = await read(`/${id}/messages?after=${cursor()}`);
    if (conversation()?.id !== id) throw refusal(id);      // begun anew while this was on its way
    receive(news.messages, !behind);
    behind = false;
    if (states === before) show(news.state);               // else the stream has told a newer one meanwhile
    connected();
  }

  function hear(event) {
    const field = (name) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(event)?.[1];
    if (field('retry')) retry = Number(field('retry'));
    if (field('event') === 'message') receive([JSON.parse(field('data'))], true);
    if (field('event') === 'state') {
      states += 1;
      show(JSON.parse(field('data')));
    }
  }

  /** Read the event stream until it ends; false where the server had none for us. */
  async function listen() {
    const path = `/${conversation().id}/events?after=${cursor()}`;
    const halt = stream = new AbortController();
    let guard;
    const wait = (patience) => {
      heardAt = Date.now();
      clearTimeout(guard);
      guard = setTimeout(() => halt.abort(), patience);
    };
    wait(PATIENCE);
    try {
      const answer = await ask(path, { accept: 'text/event-stream', signal: halt.signal });
      crowded = 0;
      connected();
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let rest = ''; ;) {
        wait(SILENCE);
        const { done, value } = await reader.read().catch(() => ({ done: true }));
        if (halt.signal.aborted) throw refusal(path);
        if (done) return true;
        const events = (rest + value).split('\n\n');
        rest = events.pop();
        events.forEach(hear);
      }
    } catch (problem) {
      if (![429, 503].includes(problem.status)) throw problem;
      streamFrom = Date.now() + problem.retryAfter + spread(Math.min(60_000, 5000 * 2 ** crowded));
      crowded += 1;
      return false;
    } finally {
      clearTimeout(guard);
      halt.abort();
    }
  }

  /** Follow the conversation as long as the page lives. */
  async function follow() {
    for (let misses = 0; ;) {
      try {
        if (!conversation()) await begin();
        const polling = Date.now() < streamFrom;
        if (behind || polling) await catchUp();
        const streamed = !polling && await listen();
        misses = 0;
        if (streamed) await pause(spread(retry));
        else if (polling) await pause(spread(4000));
      } catch (problem) {
        fault(problem);
        misses += 1;
        lost(problem);
        if (GONE.includes(problem.status) && conversation()) {
          renew(problem.status);
          behind = true;
        }
        await pause((problem.retryAfter ?? 0) + backOff(misses));
      }
    }
  }

  return {
    ask,
    read,
    upload,
    follow,

    /** Ask where things stand, now. */
    async refresh() {
      try {
        if (conversation()) await catchUp();
      } catch (problem) {
        fault(problem);
        lost(problem);
      }
    },

    /** Do not wait any longer: the network is back, or somebody looks. */
    hurry() {
      if (Date.now() - heardAt > STALE) stream.abort();
      wake();
    },

    /** Leave off what is being read, because the network is gone or the server does not know us any more. */
    cut: () => stream.abort(),
  };
}
