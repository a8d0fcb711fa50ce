// The one way to the server: kb/web/api.py says what it takes and gives.

import { say } from "./page.js";

let csrf = document.querySelector("meta[name=csrf]").content;

/** What the server answers, or a thrown {status, code, message}; the message is for the editor. */
export async function ask(method, path, body, again = true) {
  let reply;
  try {
    reply = await fetch(`/kb/api${path}`, {
      method, headers: { "Content-Type": "application/json", "Accept": "application/json", "X-CSRF-Token": csrf },
      body: body && JSON.stringify(body),
    });
  } catch {
    throw { code: "offline", message: say("offline") };
  }
  const content = await reply.json().catch(() => ({}));
  if (reply.ok) return content;
  if (content.error?.code === "forged_request" && again) {  // signed in anew in another tab: the session has a new token
    ({ csrf } = await ask("GET", "/session"));
    return ask(method, path, body, false);
  }
  throw { message: say("failed"), ...content.error, status: reply.status };
}
