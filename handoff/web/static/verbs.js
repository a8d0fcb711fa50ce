/** What an agent can do with the open case: one table for the buttons, the menu, the keys and the command bar. */

import { toast } from "./alerts.js";
import { askBlock, askFollowUp, askPriority, askReopen, askResolve, askReturn, askSnooze, askSpam } from "./asking.js";
import { askColleague, askEscalation, askHandOver } from "./handing.js";
import { askLabels, askMergeTarget } from "./gathering.js";
import { mine } from "./row.js";
import { may, me, t } from "./words.js";

const live = (row) => row.status !== "resolved";
const held = (row) => live(row) && mine(row);
const free = (row) => live(row) && !row.agent;
const leading = (row) => live(row) && (mine(row) || may.lead);

const partOf = (row) => row.followers?.some((each) => each.agent === me.email);

/**
 * The verbs on one case. `does`: act(number, verb, body) → the answer or null once it was refused and said so,
 * next() opens what comes after this case, note() turns to the note box, open(number).
 *
 * A verb is {name, title, glyph, keys, when(row), run(row, summary)}.
 */
export function verbs(does) {
  const verb = (name, title, glyph, when, run, keys = null) => ({ name, title, glyph, keys, when, run });

  /** Ask first, then do it; told in a toast when it worked. */
  const asked = (name, question, said) => async (row, summary) => {
    const body = await question(row, summary);
    if (!body) return false;
    const done = await does.act(row.number, name, body);
    if (done && said) toast(said(row, body));
    return Boolean(done);
  };
  const now = (name) => (row) => does.act(row.number, name);

  const resolve = (next) => async (row) => {
    const said = await askResolve(row, next);
    if (!said) return;
    const { outcome, line, choice } = said;
    const after = choice === "next" ? does.next(row.number) : null;
    if (!(await does.act(row.number, "resolve", { outcome, line }))) return;
    toast(t("Case #{number} is resolved.", { number: row.number }));
    if (after) does.open(after);
  };

  const table = [
    verb("claim", t("Claim"), "check", free, now("claim"), ["Alt", "C"]),
    verb(
      "hand_over",
      t("Hand over"),
      "out",
      leading,
      asked("hand_over", askHandOver, (row) => t("Case #{number} is handed over.", row)),
      ["Alt", "H"],
    ),
    verb(
      "snooze",
      t("Snooze"),
      "sleep",
      held,
      asked("snooze", askSnooze, (row) => t("Case #{number} is asleep. It comes back by itself.", row)),
      ["Alt", "M"],
    ),
    verb("resolve", t("Resolve"), "check", held, resolve(false), ["Alt", "E"]),
    verb("resolve_next", t("Resolve and open the next"), "check", held, resolve(true), ["Ctrl", "Alt", "E"]),
    verb("wake", t("Wake it up"), "bell", (row) => row.status === "snoozed", now("wake")),
    verb("assign", t("Assign to a colleague"), "user", (row) => live(row) && may.lead, asked("assign", askColleague)),
    verb("release", t("Release"), "minus", held, now("release")),
    verb(
      "return",
      t("Return to bot"),
      "bot",
      held,
      asked("return", askReturn, (row) => t("The bot answers the customer of #{number} again.", row)),
    ),
    verb(
      "escalate",
      t("Escalate to the lead"),
      "up",
      held,
      asked("escalate", askEscalation, () => t("The lead has it now, with your problem and steps.")),
    ),
    verb("labels", t("Labels"), "label", () => true, asked("labels", askLabels), ["Alt", "T"]),
    verb("priority", t("Priority"), "flag", live, asked("priority", askPriority)),
    verb(
      "follow_ups",
      t("Call back or follow up"),
      "phone",
      () => true,
      asked("follow_ups", askFollowUp, () => t("It stays under Follow-ups until it is done.")),
      ["Alt", "U"],
    ),
    verb(
      "follow",
      t("Take part in it"),
      "eye",
      (row) => !mine(row) && !partOf(row),
      (row) => does.act(row.number, "follow", { follows: true }),
    ),
    verb(
      "unfollow",
      t("No longer take part"),
      "eye",
      (row) => !mine(row) && partOf(row),
      (row) => does.act(row.number, "follow", { follows: false }),
    ),
    verb("merge", t("Merge into another case"), "merge", leading, asked("merge", askMergeTarget)),
    verb("reopen", t("Reopen"), "retry", (row) => !live(row) && !row.merged_into, asked("reopen", askReopen)),
    verb(
      "block",
      t("Block the customer"),
      "block",
      leading,
      asked("block", askBlock, () => t("The customer is blocked. You can unblock them here.")),
    ),
    verb("unblock", t("Unblock the customer"), "block", (row) => row.blocked, now("unblock")),
    verb("spam", t("It is spam"), "shield", leading, asked("spam", askSpam)),
  ];
  const named = new Map(table.map((each) => [each.name, each]));
  return { table, of: (name) => named.get(name) };
}
