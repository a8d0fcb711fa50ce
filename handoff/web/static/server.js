/** The desk's own API: JSON in, JSON out, and errors that say what to do. */

import { csrf, prefix, t } from "./words.js";

/** The server's "no", with its reason. `status` 0 means that it was never reached. */
export class Refused extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** Worth trying again as it is: nothing was wrong with the request itself. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

async function call(path, options) {
  let response;
  try {
    response = await fetch(prefix + path, { credentials: "same-origin", cache: "no-store", ...options });
  } catch (error) {
    if (error.name === "AbortError") throw new Refused(0, "aborted", "");
    throw new Refused(0, "offline", t("The server can't be reached. Your words are kept."));
  }
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  const error = body.error || {};
  if (response.status === 401) document.dispatchEvent(new CustomEvent("signed-out"));
  throw new Refused(
    response.status,
    error.code,
    error.message || t("The server answered {status}. Your words are kept.", { status: response.status }),
  );
}

export const read = (path, signal) => call(path, { headers: { Accept: "application/json" }, signal });

const withBody =
  (method) =>
  (path, body = {}, signal) =>
    call(path, {
      method,
      headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRF-Token": csrf },
      body: JSON.stringify(body),
      signal,
    });

export const send = withBody("POST");
export const put = withBody("PUT");

/** One file of this computer, as a form's part named `file`. */
export function upload(path, file) {
  // As it is: a multipart body is what a stranger's form could send, and the server takes none.
  const headers = { Accept: "application/json", "Content-Type": "application/octet-stream", "X-CSRF-Token": csrf };
  return call(`${path}?name=${encodeURIComponent(file.name)}`, { method: "POST", headers, body: file });
}

const jitter = (ms) => ms / 2 + Math.random() * (ms / 2);

/** Silence longer than three heartbeats means that the line is dead, whatever the socket says. */
const DEAD_AFTER = 50_000;

/** A stream that lived this long was a good one: the next try comes soon. */
const STEADY_AFTER = 10_000;

const LONGEST_PAUSE = 30_000;

/**
 * Follow the desk's log from `cursor` for ever: `heard({name, data})` for what happened, null after a gap,
 * `standing("live" | "lost")` for the line itself. A dropped stream is taken up again after the last row read,
 * with growing, jittered pauses.
 */
export async function follow(cursor, heard, standing) {
  let failures = 0;
  let hurry = () => {};
  addEventListener("online", () => hurry());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && hurry());
  for (;;) {
    let opened = Infinity;
    try {
      const live = () => {
        opened = Date.now();
        standing("live");
      };
      for await (const { name, id, data } of events(`${prefix}/api/events?after=${cursor}`, live)) {
        if (id !== null) cursor = id;
        heard({ name, data });
      }
    } catch (error) {
      if (error.status === 401) {
        document.dispatchEvent(new CustomEvent("signed-out"));
        return;
      }
    }
    standing("lost");
    failures = Date.now() - opened > STEADY_AFTER ? 0 : failures + 1;
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, jitter(Math.min(LONGEST_PAUSE, 1000 * 2 ** failures)));
      hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    heard(null);
  }
}

/** The events of one stream, read with fetch(): {name, id (number or null), data (parsed JSON)}. */
async function* events(path, opened) {
  const line = new AbortController();
  let watch;
  const alive = () => {
    clearTimeout(watch);
    watch = setTimeout(() => line.abort(), DEAD_AFTER);
  };
  alive();
  try {
    const response = await fetch(path, {
      headers: { Accept: "text/event-stream" },
      cache: "no-store",
      signal: line.signal,
    });
    if (!response.ok) throw new Refused(response.status, "stream", "");
    opened();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      alive();
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) {
        const event = parse(block);
        if (event) yield event;
      }
    }
  } finally {
    clearTimeout(watch);
    line.abort();
  }
}

/** One block of the stream, or null for comments and `retry:` lines. */
function parse(block) {
  const event = { name: "message", id: null, data: null };
  for (const field of block.split("\n")) {
    const [, name, value] = /^(\w+): ?(.*)$/.exec(field) || [];
    if (name === "event") event.name = value;
    else if (name === "id") event.id = Number(value);
    else if (name === "data") event.data = JSON.parse(value);
  }
  return event.data === null ? null : event;
}
