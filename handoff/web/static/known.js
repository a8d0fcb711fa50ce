/** What the whole desk shares and is read once in a while: labels with their colours, and custom fields' titles. */

import { read, Refused } from "./server.js";

export const known = { labels: [], colours: new Map(), fields: new Map() };

/** Read them again; what can't be read keeps what was known. */
export async function learn() {
  try {
    const [{ labels }, { fields }] = await Promise.all([read("/api/labels"), read("/api/fields")]);
    known.labels = labels.map(({ name }) => name);
    known.colours = new Map(labels.map(({ name, colour }) => [name, colour]));
    known.fields = new Map(fields.map(({ name, title }) => [name, title]));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
  return known;
}
