/** The command bar: every verb, every view, every case by its number or words, and search over the rest. */

import { setStatus } from "./seat.js";
import { findCases } from "./gathering.js";
import { nothingYet, pick, fits } from "./picker.js";
import { Refused } from "./server.js";
import { standingWord, t } from "./words.js";
import { VIEWS } from "./views.js";

/**
 * Open it. `desk`: row() is the open case or null, verbs and tools are what can be done, as {title, glyph, keys,
 * run()}; view(name), open(number) and search(words) go somewhere.
 */
export async function command(desk) {
  const row = desk.row();
  const item = (group) => (each) => ({ ...each, key: each.title, group });
  const onCase = row ? desk.verbs(row).map(item(t("Case #{number}", row))) : [];
  const tools = desk.tools(row).map(item(t("Do")));
  const views = Object.entries(VIEWS).map(([name, [title, glyph]]) => ({
    key: `view-${name}`,
    group: t("Look at"),
    title,
    glyph,
    run: () => desk.view(name),
  }));
  const standings = ["online", "busy", "away"].map((status) => ({
    key: `status-${status}`,
    group: t("Your status"),
    title: standingWord(status),
    glyph: "user",
    run: () => setStatus(status),
  }));
  const all = [...onCase, ...tools, ...views, ...standings];

  const picked = await pick({
    title: t("Go to, or do…"),
    hint: t("Type a verb, a view, a case number or words. Esc closes."),
    empty: nothingYet(),
    async find(words) {
      const fitting = words ? all.filter((each) => fits(`${each.title} ${each.group}`, words)) : all;
      if (!words) return fitting;
      const cases = (await found(words)).map((each) => ({
        ...each,
        group: t("Cases"),
        glyph: "inbox",
        run: () => desk.open(each.key),
      }));
      const search = {
        key: "search",
        group: t("Search"),
        title: t("Search every conversation for “{words}”", { words }),
        glyph: "search",
        run: () => desk.search(words),
      };
      const byNumber = /^#?\d+$/.test(words);
      return byNumber ? [...cases, ...fitting, search] : [...fitting, ...cases.slice(0, 8), search];
    },
  });
  if (picked) picked.item.run();
}

/** Cases are one kind of answer among others: without them the rest still helps. */
async function found(words) {
  try {
    return await findCases(words);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return [];
  }
}
