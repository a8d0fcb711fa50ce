// What the customer has written and the server has not given back yet. Each message lies in the browser's storage
// under its client_id, for all tabs, until the conversation brings it with its number: a message that was sent twice
// is stored once, one that was never acknowledged goes out again.

import { $, button, make } from './elements.js';
import { GONE, backOff, fault } from './line.js';

const KEY = 'outbox.';
const LATER = [0, ...GONE, 408, 429];         // the message can't be taken now; any other 4xx is about the message

const newId = () => crypto.randomUUID?.()     // absent on plain http
  ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/**
 * An entry is {client_id, at, text, payload, files: [key], refused: status or 0, number: its own once stored, or 0}.
 * `alone(name, work)` works one tab at a time; `held()` is whether nothing may be sent yet.
 */
export function openOutbox({ page, kept, alone, line, files, conversation, held }) {
  const say = page.texts;
  const shown = new Map();                    // client_id → {entry, group, status}
  const here = new Set();                     // client_ids that this tab has read; another may still note them as sent
  let sending = false;
  let timer;

  const entries = () => kept.keys(KEY).map((key) => kept.get(key)).filter(Boolean).sort((a, b) => a.at - b.at);
  const unsent = () => entries().filter(({ number }) => !number);
  const next = () => unsent().find(({ refused }) => !refused);

  function keep(entry) {
    kept.set(KEY + entry.client_id, entry);
    draw(entry);
  }

  function draw(entry) {
    const { client_id: id, text, files: keys, refused, number } = entry;
    if (!shown.has(id)) {
      const status = make('p', 'at state');
      status.setAttribute('role', 'status');
      const bubble = make('div', 'bubble', text);
      bubble.dir = 'auto';
      const message = make('div', 'message', ...(text ? [bubble] : []), ...files.shown(keys));
      const group = make('div', '', message, status);
      shown.set(id, { entry, group, status });
      $('outgoing').append(group);
      mark(id, 'sending', held() ? say.held : say.sending);
    }
    const { entry: before } = shown.get(id);
    shown.get(id).entry = entry;
    if (number) mark(id, 'delivered', say.sent);
    else if (refused) mark(id, 'failed', files.refusal(keys) ?? (refused === 413 ? say.too_long : say.refused));
    else if (before.refused) mark(id, 'sending', say.sending);
  }

  function mark(id, how, why) {
    const { entry, group, status } = shown.get(id) ?? {};
    if (!group) return;
    group.className = `group customer ${how}`;
    if (status.dataset.why !== why) {         // said anew it would be read out anew
      status.replaceChildren(why);
      if (how === 'failed' || how === 'kept') {
        const again = button(say.try_again, '', () => retry(id));
        status.append(make('span', '', again, ' ', button(say.remove, '', () => remove(entry))));
      }
    }
    status.dataset.why = why;
  }

  function retry(id) {
    const { entry } = shown.get(id);
    files.again(entry.files);
    keep({ ...entry, refused: 0 });
    flush();
  }

  function remove(entry) {
    kept.set(KEY + entry.client_id, null);
    files.drop(entry.files);
    settle(entry.client_id);
    $('text').focus();
  }

  /** Take away what stood for a message: it has come back with its number, or it will never be sent. */
  function settle(id) {
    shown.get(id)?.group.remove();
    shown.delete(id);
  }

  async function deliver({ client_id: id, text, payload, files: keys }) {
    const body = { client_id: id, text, payload };
    if (keys.length) body.files = [];
    for (const key of keys) body.files.push((await files.deliver(key)).id);
    const { number } = await line.read(`/${conversation().id}/messages`, { body });
    const entry = kept.get(KEY + id);
    if (entry) keep({ ...entry, number });    // else it has come back already
  }

  /** Bring one message to the server, or show that it was refused; throws what may pass. */
  async function send(entry) {
    mark(entry.client_id, 'sending', say.sending);
    try {
      await deliver(entry);
    } catch (problem) {
      const { status, code } = problem;
      if (code === 'no_file') files.renew(entry.files);         // it lay there for too long before its message came
      else if (status < 500 && !LATER.includes(status)) return keep({ ...entry, refused: status });
      throw problem;
    }
  }

  /** Say that what is left was kept, and try again. */
  function wait(problem, misses) {
    fault(problem);
    const { status, code, retryAfter = 0 } = problem;
    const [first, ...rest] = unsent().filter(({ refused }) => !refused);
    rest.forEach((each) => mark(each.client_id, 'sending', say.waits));
    if (first) mark(first.client_id, 'kept', status === 429 ? say.too_fast : say.not_sent);
    timer = setTimeout(flush, retryAfter + backOff(misses), misses);
    if (code !== 'no_file' && GONE.includes(status)) line.cut();        // who follows finds out, and begins anew
  }

  /** Send what waits, oldest first. */
  async function flush(misses = 0) {
    clearTimeout(timer);
    if (sending || held() || !conversation()) return;
    sending = true;
    try {
      await alone('outbox', async () => {
        for (let entry; conversation() && (entry = next());) await send(entry);
      });
    } catch (problem) {
      wait(problem, misses + 1);
    } finally {
      sending = false;
    }
  }

  return {
    flush,

    /** Whether anything was written that the server has not stored. */
    waits: () => unsent().length > 0,

    add(text, payload, keys) {
      const at = Math.max(Date.now(), 1 + (entries().at(-1)?.at ?? 0));
      keep({ client_id: newId(), at, text, payload, files: keys, refused: 0, number: 0 });
      flush();
    },

    /** A message has come from the conversation. */
    arrived(id) {
      const entry = kept.get(KEY + id);
      here.add(id);
      kept.set(KEY + id, null);
      if (entry) files.drop(entry.files);
      settle(id);
    },

    /** Show what storage holds, which another tab may have changed. */
    look() {
      const there = entries().filter(({ client_id: id }) => !here.has(id));
      const ids = there.map(({ client_id: id }) => id);
      for (const [id, { entry }] of shown) if (!ids.includes(id) && !entry.number) settle(id);
      there.forEach(draw);
      flush();
    },

    /** The conversation is another one now: what the old one stored stays there, the rest goes into the new one. */
    renew() {
      for (const { client_id: id, number } of entries()) if (number) kept.set(KEY + id, null);
      for (const [id, { entry }] of shown) if (entry.number) settle(id);
    },

    clear: () => entries().forEach(({ client_id: id }) => kept.set(KEY + id, null)),
  };
}
