/** What the page was given when it was served (who, where, which words), and the words for codes. */

const page = JSON.parse(document.getElementById("desk-page").textContent);

export const me = page.me;
export const locale = page.locale;
export const csrf = page.csrf;
export const prefix = page.prefix;
export const cursorAtStart = page.cursor;
const teams = page.teams;

/** What this agent's roles open, `lead` for supervisors and admins; `mail` whether the house sends mail. */
export const may = page.may;

/** The company's own pages about a customer, as addresses to be filled in: {customer, support}. */
export const links = page.links;

/** The teams by name, in the reader's words. */
export const teamNames = Object.keys(teams);

/** The languages that the house speaks to customers. */
export const houseLanguages = Object.keys(page.questions);

/** Say `source` (English) in the reader's language, with {name} filled from `values`. */
export function t(source, values = {}) {
  const said = page.strings[source] || source;
  return said.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** One or many: two whole sentences, so that a translator sees both. */
export const counted = (n, one, many) => t(n === 1 ? one : many, { n });

const words = (table) => (code) => (code in table ? table[code] : sentence(String(code)));

/** A code we have no words for, made readable: `firmware_version` is "Firmware version". */
export function sentence(code) {
  const text = code.replace(/^detail:/, "").replace(/_/g, " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export const priorityWord = words({ urgent: t("Urgent"), high: t("High"), normal: t("Normal"), low: t("Low") });

export const teamWord = (team) => teams[team] || sentence(team);

export const statusWord = words({ open: t("Open"), snoozed: t("Snoozed"), resolved: t("Resolved") });

export const channelWord = words({
  web: t("Chat"),
  email: t("E-mail"),
  rasa_rest: t("Rasa REST"),
  rasa_socketio: t("Socket.IO"),
  webhook: t("Webhook"),
  whatsapp: "WhatsApp",
  twilio: "SMS",
});

export const standingWord = words({ online: t("Online"), busy: t("Busy"), away: t("Away") });

export const outcomeWord = words({
  solved: t("Solved"),
  not_solved: t("Not solved"),
  customer_left: t("The customer left"),
  duplicate: t("Duplicate"),
  spam: t("Spam"),
  returned: t("Returned to the bot"),
});

export const reasonWord = words({
  asked_for_person: t("Asked for a person"),
  no_answer: t("No answer found"),
  not_understood: t("Not understood"),
  answer_rejected: t("Answer rejected"),
  sensitive_topic: t("Sensitive topic"),
  upset: t("Upset customer"),
  bot_failed: t("The bot failed"),
  policy: t("By policy"),
});

export const reactionWord = words({
  helped: t("Helped"),
  rejected: t("Didn't help"),
  ignored: t("No reaction"),
  done: t("Done"),
});

export const factWord = words({
  order: t("Order"),
  invoice: t("Invoice"),
  tracking: t("Tracking"),
  account: t("Account"),
  name: t("Name"),
  email: t("E-mail"),
  phone: t("Phone"),
  address: t("Address"),
  product: t("Product"),
  device: t("Device"),
  version: t("Version"),
  amount: t("Amount"),
  date: t("Date"),
  error: t("Error"),
  url: t("Link"),
  iban: t("IBAN"),
  card: t("Card"),
  password: t("Password"),
});

/** The question that asks a customer for a fact, in the customer's language where the desk speaks it. */
export function askFor(fact, language) {
  const questions = page.questions[language] || page.questions.en;
  return questions[fact] || questions[""];
}

const languageNames = new Intl.DisplayNames([locale], { type: "language" });

/** A language's name as it stands inside a sentence. */
export function languageName(code) {
  try {
    return languageNames.of(code);
  } catch {
    return code;
  }
}

export function languageWord(code) {
  const name = languageName(code);
  return name.charAt(0).toUpperCase() + name.slice(1);
}
