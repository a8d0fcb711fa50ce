/** Who is asking: the customer's card, custom fields and labels, and what they came with before. */

import { el, fill, icon } from "./dom.js";
import { side } from "./entry.js";
import { filesOf } from "./files.js";
import { known } from "./known.js";
import { bdi, prose, verbatim } from "./markup.js";
import { labelChips } from "./row.js";
import { read, Refused } from "./server.js";
import { time } from "./times.js";
import { channelWord, counted, languageWord, links, may, outcomeWord, sentence, statusWord, t } from "./words.js";

const pairs = (rows) =>
  el(
    "dl",
    { class: "pairs" },
    rows.filter(([, value]) => value).map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))),
  );

/** A page's address as a link only where it is one that a browser may follow; else as its words. */
function page(address) {
  if (!address) return null;
  const follows = /^https?:\/\//.test(address);
  const said = bdi(address.replace(/^https?:\/\//, ""));
  return follows ? el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, said) : said;
}

/** The company's own page about a customer; nothing where it asks for what is not known. */
function elsewhere(address, theirs, title) {
  const asked = [...address.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
  if (!address || asked.some((name) => !theirs[name])) return null;
  const href = address.replace(/\{(\w+)\}/g, (whole, name) => encodeURIComponent(theirs[name]));
  return el("a", { class: "part-button", href, target: "_blank", rel: "noopener noreferrer" }, icon("out"), title);
}

const told = (summary, name) =>
  summary.facts.find((fact) => fact.name === name && !fact.superseded && !fact.masked)?.value || null;

/** `does` as the case file's. */
export function customerPart(summary, row, does) {
  const { customer } = summary;
  const verified = customer.verified || row.customer_verified;
  const contact = [customer.address, row.contact, told(summary, "email"), told(summary, "phone")];
  const contacts = [...new Set(contact.filter(Boolean))];
  const mailbox = may.mail && contacts.find((each) => each.includes("@"));
  const fields = Object.entries(row.fields || {});
  const theirs = {
    email: contacts.find((each) => each.includes("@")),
    phone: contacts.find((each) => /^\+?[\d\s()./-]+$/.test(each)),
    name: customer.name || row.customer_name,
    customer: verified && customer.id.replace(/^visitor:/, ""),
    case: row.number,
  };
  const device = told(summary, "device");
  const button = (label, glyph, act) =>
    el("button", { type: "button", class: "part-button", on: { click: act } }, icon(glyph), label);
  return el(
    "section",
    { class: "part part-customer" },
    el("h3", {}, t("Customer")),
    el(
      "p",
      { class: "customer-name" },
      bdi(customer.name || row.customer_name || t("Visitor")),
      el(
        "span",
        { class: verified ? "standing-verified" : "standing-unverified" },
        icon(verified ? "check" : "question"),
        verified ? t("Verified by your site") : t("Not verified"),
      ),
    ),
    row.blocked && el("p", { class: "blocked" }, icon("block"), t("Blocked: new messages do not open cases.")),
    pairs([
      [t("Customer id"), verified && bdi(customer.id.replace(/^visitor:/, ""))],
      [t("Buys for"), verified && customer.business && t("a business")],
      [t("Contact"), contacts.length > 0 && contacts.map((each) => el("span", { class: "line" }, bdi(each)))],
      [t("Language"), languageWord(summary.language.detected)],
      [t("Channel"), channelWord(summary.channel)],
      [t("Page"), page(customer.site?.page || summary.page)],
      [t("Looking at"), customer.site?.product && bdi(customer.site.product)],
      [t("Device"), device && bdi(device)],
      [t("Started"), time(summary.started_at, "ago")],
      ...fields.map(([name, value]) => [bdi(known.fields.get(name) || sentence(name)), bdi(value)]),
    ]),
    el("p", { class: "part-labels" }, labelChips(row)),
    el(
      "p",
      { class: "part-buttons" },
      button(t("Labels"), "label", () => does.verb("labels")),
      button(t("Fields"), "sliders", does.fields),
      button(t("Call back"), "phone", () => does.verb("follow_ups")),
      elsewhere(links.customer, theirs, t("Open in the CRM")),
      elsewhere(links.support, theirs, t("Remote support")),
      mailbox && button(t("Mail the transcript"), "mail", () => does.transcript(mailbox)),
    ),
  );
}

/** The customer's earlier cases, read when the section is opened, each of which opens in its place. */
export function earlierPart({ customer }, row, does) {
  const count = customer.previous.conversations;
  const list = el("ul", { class: "earlier" });
  const details = el(
    "details",
    { class: "earlier-fold" },
    el(
      "summary",
      {},
      el("h3", {}, t("Earlier conversations")),
      el("span", { class: "part-aside" }, count ? counted(count, "{n} earlier case", "{n} earlier cases") : t("none")),
    ),
    list,
  );
  details.addEventListener("toggle", async () => {
    if (!details.open || list.children.length) return;
    fill(list, el("li", { class: "nothing" }, t("Looking…")));
    const cases = await quiet(read(`/api/cases/${row.number}/previous`), "cases");
    fill(
      list,
      cases === null && el("li", { class: "nothing" }, t("They can't be read right now.")),
      cases?.length === 0 && el("li", { class: "nothing" }, t("First conversation")),
      cases?.map((each) => earlier(each, does)),
    );
  });
  return el("section", { class: "part part-earlier" }, details);
}

function earlier(each, does) {
  const words = el("ol", { class: "earlier-words" });
  const details = el(
    "details",
    {},
    el(
      "summary",
      {},
      el("span", { class: "earlier-title" }, bdi(each.headline)),
      el(
        "span",
        { class: "because" },
        `#${each.number} · ${each.outcome ? outcomeWord(each.outcome) : statusWord(each.status)} · `,
        time(each.resolved_at || each.opened_at, "ago"),
      ),
    ),
    words,
    el(
      "button",
      { type: "button", class: "part-button", on: { click: () => does.open(each.number) } },
      icon("out"),
      t("Open the case"),
    ),
  );
  details.addEventListener("toggle", async () => {
    if (!details.open || words.children.length) return;
    const thread = await quiet(read(`/api/cases/${each.number}`), "thread");
    fill(words, (thread || []).filter((entry) => entry.kind !== "event").map(said));
  });
  return el("li", {}, details);
}

const WHO = { customer: t("Customer"), bot: t("Assistant"), agent: t("Agent"), note: t("Private note"), system: "" };

function said(entry) {
  const whose = side(entry);
  return el(
    "li",
    { class: `earlier-${whose}` },
    el("span", { class: "earlier-who" }, WHO[whose] || sentence(whose)),
    whose === "customer" ? verbatim(entry.text) : prose(entry.text),
    filesOf(entry.files),
  );
}

async function quiet(answer, name) {
  try {
    return (await answer)[name];
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return null;
  }
}
