/** Drafts: kept in this browser at once, and on the server a moment later, so that they follow the agent. */

import { draft, keepDraft } from "./outbox.js";
import { put, read, Refused } from "./server.js";

const PAUSE = 900;

/** A lost draft must not disturb who writes: this browser has it, and the next keystroke tries again. */
async function quietly(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return null;
  }
}

export class Drafts {
  constructor() {
    this.timers = new Map();
    addEventListener("pagehide", () => this.flush());
  }

  /** What this browser has of a case: {reply, note}. */
  here(number) {
    return draft(number);
  }

  /** What the server has of it, from another browser perhaps; null while it can't be asked. */
  async there(number) {
    const answer = await quietly(() => read(`/api/cases/${number}/draft`));
    return answer && Object.fromEntries(answer.drafts.map(({ kind, text }) => [kind, text]));
  }

  keep(number, kind, text) {
    keepDraft(number, { ...draft(number), [kind]: text });
    const key = `${number} ${kind}`;
    clearTimeout(this.timers.get(key)?.timer);
    const store = () => {
      this.timers.delete(key);
      return quietly(() => put(`/api/cases/${number}/draft`, { kind, text }));
    };
    this.timers.set(key, { store, timer: setTimeout(store, PAUSE) });
  }

  flush() {
    for (const { store, timer } of this.timers.values()) {
      clearTimeout(timer);
      store();
    }
  }
}
