// Two editors, one text: what doesn't touch is merged by itself, where both wrote the editor chooses. Nothing is lost.

import { ask } from "./api.js";
import { $, make, say } from "./page.js";

/** `room` is the writing room, `compare` shows two texts; the returned function takes a colleague's save that came first. */
export function openMerging(room, compare) {
  return async function conflict() {
    const [base, mine] = [room.saved, room.read()];
    let made;
    try {
      made = await ask("POST", `/articles/${room.article.path}/merge`, { base, mine });
    } catch (problem) {
      room.explain(problem);
      return;
    }
    room.article = made.article;
    room.saved = made.theirs.text;
    if (made.open === 0) await takeOver(made, base, mine);
    else choose(made, mine);
  };

  async function takeOver(made, base, mine) {
    const { author: name, number } = made.theirs;
    room.fill(made.text);
    room.preview();
    room.show();
    if (room.dirty() && !(await room.save())) return;
    const untouched = JSON.stringify(mine) === JSON.stringify(base);
    room.notice(say(untouched ? "theirsNow" : "merged", { name, number }),
      room.button(say("seeTheirs"), () => compare(room.article.path, mine.body, made.text.body, say("yours"), say("mergedText"))),
      ...(untouched ? [] : [room.button(say("undo"), () => { room.fill(mine); room.quieten(); room.touched(); })]),
      room.button(say("close"), room.quieten));
  }

  function choose(made, mine) {
    const { author: name, number } = made.theirs;
    const settled = { ...made.text };
    const open = new Set();
    const count = make("p", { role: "status" });
    const keep = room.button(say("saveMerged"), finish, "button primary");
    const body = made.blocks.map((block, place) => (block.kind === "conflict" ? pick(`block-${place}`, texts(block), null) : fixed(block)));
    const fields = Object.entries(made.fields).filter(([, field]) => field.kind === "conflict")
      .map(([field, values]) => pick(`field-${field}`, told(field, values), say(`${field}Differs`)));

    function pick(id, offers, legend) {
      open.add(id);
      const group = make("fieldset", { className: "pick" }, make("legend", { textContent: legend ?? say("bothWrote", { name }) }));
      const cards = offers.map(([whose, text, value]) => {
        const input = make("input", { type: "radio", name: id, onchange: () => {
          group.chosen = value;
          open.delete(id);
          refresh();
        } });
        return make("label", { className: "card" }, input, make("span", { className: "whose", textContent: whose }),
          make("span", { className: "said", textContent: text || say("nothingThere") }));
      });
      group.append(make("div", { className: "cards" }, ...cards));
      return group;
    }
    function texts({ mine: ours, theirs }) {
      const together = both(theirs, ours);
      return [[say("yours"), ours, ours], [name, theirs, theirs], ...(ours && theirs ? [[say("both"), together, together]] : [])];
    }
    function told(field, { mine: ours, theirs }) {
      const word = (value) => (field === "public" ? say(value ? "forCustomers" : "forStaff") : String(value));
      return [[say("yours"), word(ours), ours], [name, word(theirs), theirs]];
    }
    function fixed(block) {
      if (block.kind === "same") return make("p", { className: "same", textContent: shortened(block.base) });
      const whose = { mine: say("yours"), theirs: name, both: say("both") }[block.kind];
      const text = block.kind === "theirs" ? block.theirs : block.mine;
      const took = text.trim() ? make("ins", { textContent: text.trim() }) : make("del", { textContent: block.base.trim() });
      return make("div", { className: "took" }, make("span", { className: "whose", textContent: whose }), took);
    }
    function refresh() {
      count.textContent = open.size ? say(open.size === 1 ? "leftOne" : "left", { number: open.size }) : say("allChosen");
      keep.disabled = open.size > 0;
    }
    function finish() {
      settled.body = made.blocks.map((block, place) => (block.kind === "conflict" ? body[place].chosen
        : block.kind === "theirs" ? block.theirs : block.mine)).join("");
      for (const group of fields) settled[group.querySelector("input").name.slice("field-".length)] = group.chosen;
      done();
      room.fill(settled);
      room.touched();
      room.save();
    }
    function done() {
      room.stage(null);
      room.clash = false;
      room.quieten();
    }
    function back() {
      room.stage(null);
      room.notice(say("stillApart", { name, number }),
        room.button(say("goOnMerging"), () => { room.quieten(); room.clash = true; room.stage("merging"); }, "button primary"),
        room.button(say("keepMine"), () => { done(); room.save(); }),
        room.button(say("takeTheirs"), () => {
          done();
          room.fill(made.theirs.text);
          room.touched();
          room.notice(say("tookTheirs"), room.button(say("undo"), () => { room.fill(mine); room.quieten(); room.touched(); }), room.button(say("close"), room.quieten));
        }));
      room.clash = true;
      room.show();
    }

    $("merging").replaceChildren(
      make("header", {}, make("h2", { id: "merging-title", textContent: say("mergeTitle", { name, number }) }),
        make("p", { className: "lede", textContent: say("mergeLede", { name }) })),
      ...fields, make("div", { className: "blocks" }, ...body),
      make("footer", {}, count, room.button(say("backToMine"), back), keep));
    refresh();
    room.quieten();
    room.clash = true;
    room.show();
    room.standing(say("notSaved"));
    room.stage("merging");
  }
}

/** One after the other, a line each where neither ends its line. */
const both = (first, second) => (/\s$/.test(first) ? first + second : `${first}\n${second}`);

/** The first and the last line of a stretch that nobody changed. */
function shortened(text) {
  const lines = text.trim().split("\n").filter((line) => line.trim());
  return lines.length > 3 ? `${lines[0]}\n⋯\n${lines.at(-1)}` : lines.join("\n");
}
