/** What only this agent's browser knows, kept through reloads: drafts, words on their way, what was seen. */

import { Refused, send } from "./server.js";
import { me, t } from "./words.js";

const keyOf = (what, number) => `firstline.desk.${me.email}.${what}.${number}`;

function recall(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

/** A full or forbidden storage must not stop anybody from writing. */
function keep(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    return;
  }
}

/** The draft of a case: {reply, note}. */
export const draft = (number) => ({ reply: "", note: "", ...recall(keyOf("draft", number)) });

export const keepDraft = (number, words) => keep(keyOf("draft", number), words.reply || words.note ? words : null);

/** Keep that this agent has seen what the customer has written so far. */
export const keepSeen = (row) =>
  keep(keyOf("seen", row.number), row.unread ? { since: row.waiting_since, unread: row.unread } : null);

/** How many of the customer's messages this agent has neither seen nor answered. */
export function unread(row) {
  const seen = recall(keyOf("seen", row.number));
  return seen && seen.since === row.waiting_since ? Math.max(0, row.unread - seen.unread) : row.unread;
}

/** A key of this browser's own, by which the server knows a second try from a second deed. */
export function clientId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Words on their way to the server. The same client_id travels with every try, so trying again can't say a
 * thing twice. `changed(number)` is called when the words of a case move on, `arrived(number)` once stored.
 */
export class Outbox {
  constructor(changed, arrived) {
    this.changed = changed;
    this.arrived = arrived;
    this.flying = new Set();
    addEventListener("online", () => this.retryAll());
  }

  of(number) {
    return recall(keyOf("outbox", number)) || [];
  }

  store(number, words) {
    keep(keyOf("outbox", number), words.length ? words : null);
    this.changed(number);
  }

  change(number, id, how) {
    this.store(
      number,
      this.of(number).flatMap((each) => (each.client_id === id ? how(each) : [each])),
    );
  }

  /** As thread entries, to be drawn after what is stored. */
  entries(number) {
    return this.of(number).map((each) => ({
      ...each,
      seq: null,
      number: null,
      author: me.email,
      name: me.name,
      sending: true,
    }));
  }

  /** Send words, and the files that go with them: {id, name, type, size, url} as the desk has them already. */
  post(number, kind, text, files = []) {
    const words = {
      client_id: clientId(),
      kind,
      text,
      files,
      at: new Date().toISOString(),
      failed: null,
      passing: true,
    };
    this.store(number, [...this.of(number), words]);
    return this.fly(number, words);
  }

  async fly(number, words) {
    if (this.flying.has(words.client_id)) return;
    this.flying.add(words.client_id);
    this.change(number, words.client_id, (each) => [{ ...each, failed: null }]);
    try {
      const { text, client_id, files } = words;
      await send(`/api/cases/${number}/${words.kind}`, { text, client_id, files: files.map(({ id }) => id) });
      await this.arrived(number);
      this.change(number, words.client_id, () => []);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.change(number, words.client_id, (each) => [{ ...each, failed: error.message, passing: error.passing }]);
    } finally {
      this.flying.delete(words.client_id);
    }
  }

  again(number, id) {
    const words = this.of(number).find((each) => each.client_id === id);
    if (words) this.fly(number, words);
  }

  /** Take words back out; returns them. */
  take(number, id) {
    const words = this.of(number).find((each) => each.client_id === id);
    this.store(
      number,
      this.of(number).filter((each) => each.client_id !== id),
    );
    return words;
  }

  /** Send what a lost line, or a closed page, held up. */
  retryAll() {
    const mine = keyOf("outbox", "");
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(mine)) continue;
      const number = Number(key.slice(mine.length));
      for (const words of this.of(number)) if (words.passing) this.fly(number, words);
    }
  }

  /** A question before leaving, when words are still on their way. */
  get unsent() {
    return this.flying.size ? t("A message is still being sent.") : null;
  }
}
