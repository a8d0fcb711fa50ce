// The one way to the server: the studio's *_api.py files say what it takes and gives.

import { say } from "./page.js";

let csrf = document.querySelector("meta[name=csrf]").content;

/** What the server answers, or a thrown {status, code, message}; the message is for the editor. */
export const ask = (method, path, body) => call(method, path, "application/json", body && JSON.stringify(body));

/** Send a file as it is. */
export const send = (path, file) => call("POST", path, file.type || "application/octet-stream", file);

/** Send several files, by the paths they have. Not as a form: what a form can send, any page in the world can. */
export async function sendAll(path, files) {
  const form = new FormData();
  for (const { file, name } of files) form.append("file", file, name);
  const packed = new Response(form);
  const type = packed.headers.get("Content-Type").replace("multipart/form-data", "multipart/mixed");
  return call("POST", path, type, await packed.blob());
}

async function call(method, path, type, body, again = true) {
  let reply;
  try {
    reply = await fetch(`/kb/api${path}`, {
      method, headers: { "Content-Type": type, "Accept": "application/json", "X-CSRF-Token": csrf }, body,
    });
  } catch {
    throw { code: "offline", message: say("offline") };
  }
  const content = await reply.json().catch(() => ({}));
  if (reply.ok) return content;
  if (content.error?.code === "forged_request" && again) {  // signed in anew in another tab: the session has a new token
    ({ csrf } = await ask("GET", "/session"));
    return call(method, path, type, body, false);
  }
  throw { message: say("failed"), ...content.error, status: reply.status };
}
