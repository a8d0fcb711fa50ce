/** The case file: why the bot stopped, what is wanted, what is known, tried and missing; every line cites. */

import { cited, cites } from "./cites.js";
import { customerPart, earlierPart } from "./customer.js";
import { el, fill, icon } from "./dom.js";
import { factsPart } from "./facts.js";
import { followUpsPart } from "./following.js";
import { bdi } from "./markup.js";
import { suggestedPart } from "./suggested.js";
import { time } from "./times.js";
import { locale, priorityWord, reactionWord, reasonWord, sentence, t, teamWord } from "./words.js";

const percent = new Intl.NumberFormat(locale, { style: "percent" });
const REACTION_ICON = { helped: "check", rejected: "cross", ignored: "minus", done: "check" };

const MOOD = { pleased: t("Pleased"), calm: t("Calm"), frustrated: t("Frustrated"), angry: t("Angry") };
const TREND = { better: t("getting better"), steady: t("steady"), worse: t("getting worse") };
const URGENCY = { critical: t("Critical"), high: t("High"), normal: t("Normal") };
const SIGN = {
  "strong words": t("strong words"),
  "negative words": t("negative words"),
  "threat to leave": t("threat to leave"),
  capitals: t("capitals"),
  exclamation: t("exclamation marks"),
  "nobody answers": t("nobody answers"),
  "kind words": t("kind words"),
  curt: t("curt"),
  delay: t("delay"),
  repetition: t("repeats"),
  haste: t("haste"),
  waiting: t("has waited"),
  deadline: t("deadline"),
  "money at stake": t("money at stake"),
  outage: t("outage"),
  security: t("security"),
  money: t("money"),
  upset: t("upset"),
};

/**
 * The case file pane. `does`: cite(number) shows a message, insert(text) → whether it is in the reply box now,
 * verb(name) runs one of the verbs, articles() opens the article search, open(number) another case,
 * fields() asks for the custom fields, transcript(to) mails the conversation, done(id) marks a follow-up as done.
 */
export class CaseFile {
  constructor(pane, does) {
    this.pane = pane;
    this.does = does;
    this.state = null;
  }

  show(summary, row, followUps) {
    const { labels, fields, contact, channel, customer_verified, blocked, status, followers } = row;
    const beside = { labels, fields, contact, channel, customer_verified, blocked, status, followers };
    const state = JSON.stringify([summary, row.number, beside, followUps]);
    if (state === this.state) return;
    const same = this.number === row.number;
    this.state = state;
    this.number = row.number;
    const from = this.pane.scrollTop;
    fill(
      this.pane,
      this.reason(summary),
      this.wish(summary),
      factsPart(summary, row, this.does),
      this.tried(summary),
      this.mood(summary),
      this.promises(summary),
      suggestedPart(summary, row, this.does),
      followUpsPart(followUps, this.does),
      customerPart(summary, row, this.does),
      this.earlier(summary, row),
      this.routing(summary, row),
    );
    this.pane.scrollTop = same ? from : 0;
  }

  /** Earlier conversations keep their place and what is open in them while the file around them changes. */
  earlier(summary, row) {
    if (this.earlierOf !== row.number) this.earlierShown = earlierPart(summary, row, this.does);
    this.earlierOf = row.number;
    return this.earlierShown;
  }

  cited(text, messages) {
    return cited(text, messages, this.does.cite);
  }

  section(name, title, ...content) {
    return el("section", { class: ["part", `part-${name}`] }, el("h3", {}, title), content);
  }

  reason({ reason }) {
    return el(
      "section",
      { class: "part part-reason" },
      el("h3", {}, t("Why the bot stopped"), el("span", { class: "part-aside" }, reasonWord(reason.code))),
      el("p", { class: "reason-said" }, this.cited(reason.sentence, reason.messages)),
    );
  }

  wish({ ask }) {
    return this.section(
      "ask",
      t("What they want"),
      ask.length
        ? ask.map((claim) => el("blockquote", {}, el("p", {}, this.cited(claim.text, claim.messages))))
        : el("p", { class: "nothing" }, t("No wish in their own words yet.")),
    );
  }

  tried({ tried, failed_turns }) {
    const steps = tried.map(({ reaction, title, messages, probability, step }) =>
      el(
        "li",
        { class: `step step-${reaction}` },
        el("span", { class: "step-mark" }, icon(REACTION_ICON[reaction])),
        el("span", { class: "step-title" }, this.cited(step ? step.text : title, messages)),
        el(
          "span",
          { class: "step-said" },
          reactionWord(reaction),
          step
            ? ` · ${t("step {number} of {of} in {title}", { ...step, title })}`
            : ` · ${t("bot was {share} sure", { share: percent.format(probability) })}`,
        ),
      ),
    );
    const misses = failed_turns.map((miss) =>
      el(
        "li",
        { class: "step step-miss" },
        el("span", { class: "step-mark" }, icon("question")),
        el("span", { class: "step-title" }, t("Not understood"), cites(miss.messages, this.does.cite)),
        el(
          "span",
          { class: "step-said" },
          miss.understood_as ? t("closest guess: {guess}", { guess: sentence(miss.understood_as) }) : t("no guess"),
        ),
      ),
    );
    return this.section(
      "tried",
      t("What was tried"),
      steps.length || misses.length
        ? el("ol", { class: "steps" }, steps, misses)
        : el("p", { class: "nothing" }, t("Nothing yet: no article was given.")),
    );
  }

  /** One sign and its evidence: "Annoyed, getting worse" with the words that show it. */
  sign(title, label, evidence) {
    return el(
      "div",
      { class: "sign" },
      el("dt", {}, title),
      el(
        "dd",
        {},
        el("strong", {}, label),
        evidence
          .slice(0, 3)
          .map((each) =>
            el(
              "span",
              { class: "evidence" },
              `${SIGN[each.sign] || sentence(each.sign).toLowerCase()}: `,
              this.cited(`“${each.text}”`, each.messages),
            ),
          ),
      ),
    );
  }

  mood({ mood, urgency }) {
    return this.section(
      "mood",
      t("Mood and urgency"),
      el(
        "dl",
        { class: "signs" },
        this.sign(t("Mood"), `${MOOD[mood.label]}, ${TREND[mood.trend]}`, mood.evidence),
        this.sign(t("Urgency"), URGENCY[urgency.level], urgency.evidence),
      ),
    );
  }

  routing({ routing }, { followers }) {
    const because = (chosen) => el("span", { class: "because" }, this.cited(chosen.because, chosen.messages));
    const rows = [
      [t("Team"), teamWord(routing.team.value), routing.team],
      [t("Priority"), priorityWord(routing.priority.value), routing.priority],
      [t("First reply by"), time(routing.first_reply_by.at, "ago"), routing.first_reply_by],
      [t("Resolve by"), time(routing.resolve_by.at, "ago"), routing.resolve_by],
      ...routing.skills.map((skill) => [t("Skill"), sentence(skill.value), skill]),
    ];
    return this.section(
      "routing",
      t("Routing"),
      el(
        "dl",
        { class: "pairs" },
        rows.map(([name, value, chosen]) => el("div", {}, el("dt", {}, name), el("dd", {}, value, because(chosen)))),
        followers?.length > 0 &&
          el(
            "div",
            {},
            el("dt", {}, t("Also in it")),
            el("dd", {}, bdi(followers.map((each) => each.name).join(", "))),
          ),
      ),
    );
  }

  promises({ promises }) {
    if (!promises.length) return null;
    return this.section(
      "promises",
      t("What was promised"),
      el(
        "ul",
        { class: "promises" },
        promises.map((promise) =>
          el(
            "li",
            {},
            this.cited(promise.text, promise.messages),
            promise.by && el("span", { class: "because" }, t("due"), " ", time(promise.by, "ago")),
          ),
        ),
      ),
    );
  }
}
