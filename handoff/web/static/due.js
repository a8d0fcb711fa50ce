/** Call-backs and follow-ups of this agent, said at the moment when each falls due, whatever they look at. */

import { chime, notify, toast } from "./alerts.js";
import { customerName } from "./row.js";
import { read, Refused } from "./server.js";
import { serverNow } from "./times.js";
import { counted, t } from "./words.js";

const TOLD = "firstline.desk.due-told";

/** The longest that a browser's timer waits, in milliseconds; what is further off is looked at again then. */
const FURTHEST = 2 ** 31 - 1;

/** More than these at once, as on a Monday morning, are said as one. */
const APART = 3;

const SAYS = { call_back: t("Call {name} back now"), follow_up: t("Follow up with {name} now") };

function recalled() {
  try {
    return JSON.parse(sessionStorage.getItem(TOLD)) ?? [];
  } catch {
    return [];
  }
}

/** `does`: open(number) shows a case, list() shows all promises, pressing(n) is told how many are due. */
export class Due {
  constructor(does) {
    this.does = does;
    this.promised = [];
    this.told = new Set(recalled());
  }

  /** Read anew what is promised; it stays as it is when that can't be asked. */
  async learn() {
    try {
      this.promised = (await read("/api/follow_ups?of=me")).follow_ups;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
    this.look();
  }

  /** Say what has fallen due since the last look, and look again when the next one does. */
  look() {
    clearTimeout(this.timer);
    const left = (each) => Date.parse(each.due) - serverNow();
    const due = this.promised.filter((each) => left(each) <= 0);
    const fresh = due.filter((each) => !this.told.has(each.id));
    if (fresh.length > APART)
      toast(counted(fresh.length, "{n} follow-up is due", "{n} follow-ups are due"), {
        title: t("Show them"),
        run: () => this.does.list(),
      });
    else for (const each of fresh) this.tell(each);
    for (const each of fresh) this.told.add(each.id);
    if (fresh.length) {
      chime();
      sessionStorage.setItem(TOLD, JSON.stringify([...this.told]));
    }
    this.does.pressing(due.length);
    const next = Math.min(...this.promised.map(left).filter((ms) => ms > 0));
    if (Number.isFinite(next)) this.timer = setTimeout(() => this.look(), Math.min(next + 1, FURTHEST));
  }

  tell({ case: number, kind, text, ...each }) {
    const said = t(SAYS[kind], { name: customerName(each) });
    const open = () => this.does.open(number);
    toast(text ? `${said}: ${text}` : said, { title: `#${number}`, run: open });
    notify(said, text || each.headline, `due-${number}`, open);
  }
}
