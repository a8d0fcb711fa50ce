"""The desk in every state: empty, busy, late, a long thread, and each thing that opens over it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.scene import Play, Scene
from tests.screens import PATIENCE, DeskScreen
from tests.stage import Stage, View

NOTES = 120
"""Notes that make a thread a long one."""


def desk_empty(stage: Stage, page: Page, view: View) -> None:
    stage.desk(page)


def desk_busy(stage: Stage, page: Page, view: View) -> None:
    stage.fill_queue()
    stage.desk(page)


def desk_case(stage: Stage, page: Page, view: View) -> DeskScreen:
    stage.fill_queue()
    desk = stage.desk(page)
    desk.opens_case(1001)
    return desk


def desk_waiting(stage: Stage, page: Page, view: View) -> None:
    stage.fill_queue()
    desk = stage.desk(page)
    desk.opens_case(1002)


def desk_file(stage: Stage, page: Page, view: View) -> None:
    desk_case(stage, page, view)
    fold = page.locator(".folds [data-fold=file]")
    if fold.is_visible():
        fold.click()
    expect(page.locator(".part-reason")).to_be_visible()


def desk_note(stage: Stage, page: Page, view: View) -> None:
    desk_case(stage, page, view)
    page.locator("#tab-note").click()
    page.locator("#box-note").fill("Fikk tak i betaling." if view.language == "nb" else "Talked to payments.")


def desk_resolve(stage: Stage, page: Page, view: View) -> None:
    desk_case(stage, page, view)
    page.locator(".case-actions .primary").click()
    expect(page.locator("#resolve-dialog")).to_be_visible()


def desk_keys(stage: Stage, page: Page, view: View) -> None:
    stage.desk(page)
    page.locator("#keys").click()
    expect(page.locator("#keys-dialog")).to_be_visible()


def desk_breach(stage: Stage, page: Page, view: View) -> None:
    """The same queue an hour later, when promised times have passed."""
    stage.fill_queue()

    def later(route: Route) -> None:
        answer = route.fetch()
        told = answer.json()
        for case in told["cases"]:
            case["first_reply_by"] = case["first_reply_by"] and case["opened_at"]
        told["counts"]["breaching"] = len(told["cases"])
        route.fulfill(response=answer, body=json.dumps(told))

    page.route("**/desk/api/cases?*", later)
    stage.desk(page)
    expect(page.locator(".due-bad").first).to_be_visible(timeout=PATIENCE)


def desk_long(stage: Stage, page: Page, view: View) -> None:
    """A thread in which much has been said, from its end; what was said is not said twice."""
    stage.fill_queue()
    desk = stage.desk(page)
    desk.opens_case(1004)
    page.evaluate(WRITE_NOTES, [1004, NOTES])
    page.reload()
    expect(page.locator(".entry.note").nth(NOTES - 1)).to_be_attached(timeout=PATIENCE)


WRITE_NOTES = """
async ([number, notes]) => {
  const {csrf} = JSON.parse(document.getElementById("desk-page").textContent);
  const headers = {"Content-Type": "application/json", "X-CSRF-Token": csrf};
  for (let n = 1; n <= notes; n++) {
    const body = JSON.stringify({text: `Line ${n} of what the warehouse reads out.`, client_id: `long-${n}`});
    await fetch(`/desk/api/cases/${number}/note`, {method: "POST", headers, body});
  }
}
"""


def desk_hostile(stage: Stage, page: Page, view: View) -> None:
    """What customers send to break a page: shown as text, in its own direction."""
    stage.fill_queue()
    desk = stage.desk(page)
    desk.opens_case(1006)
    if desk.entries.filter(has_text=LONG_WORD).count() == 0:
        desk.page.locator("#tab-note").click()
        desk.page.locator("#box-note").fill(HOSTILE)
        desk.page.locator("#box-note").press("Control+Enter")
    written = desk.entries.filter(has_text=LONG_WORD)
    expect(written).to_have_count(1, timeout=PATIENCE)
    expect(written).not_to_have_class(re.compile("entry-sending"), timeout=PATIENCE)


LONG_WORD = "Donaudampfschiff" * 12
HOSTILE = (
    "<script>document.title = 'run'</script> <img src=x onerror=alert(1)> \u202etxet desrever\u202c "
    "\u0645\u0631\u062d\u0628\u0627 Z\u0338\u0322a\u0334\u0321l\u0337g\u0335o " + LONG_WORD
)


def pressed(keys: str, shows: str, then: Callable[[Page, View], None] | None = None) -> Play:
    """Maya's case, and what a key opens over it."""

    def play(stage: Stage, page: Page, view: View) -> None:
        desk_case(stage, page, view)
        page.keyboard.press(keys)
        expect(page.locator(shows)).to_be_visible(timeout=PATIENCE)
        if then is not None:
            then(page, view)

    return play


def command(name: str, shows: str) -> Play:
    """Maya's case, and what a verb of the command bar asks; `name` in English, then in Bokmål."""

    def play(stage: Stage, page: Page, view: View) -> None:
        desk_case(stage, page, view)
        english, norwegian = name.split("|")
        DeskScreen(page).commands(norwegian if view.language == "nb" else english)
        expect(page.locator(shows)).to_be_visible(timeout=PATIENCE)

    return play


def looks_at(name: str, shows: str) -> Play:
    """One of the views of the queue."""

    def play(stage: Stage, page: Page, view: View) -> None:
        stage.fill_queue()
        stage.desk(page)
        page.locator(f"[data-view={name}]").click()
        expect(page.locator(shows).first).to_be_visible(timeout=PATIENCE)

    return play


def desk_search(stage: Stage, page: Page, view: View) -> None:
    stage.fill_queue()
    stage.desk(page)
    page.locator("#words").fill("NT-10427")
    page.locator("#words").press("Enter")
    expect(page.locator(".found-list mark").first).to_be_visible(timeout=PATIENCE)


def desk_status(stage: Stage, page: Page, view: View) -> None:
    stage.desk(page)
    page.locator("#status summary").click()
    expect(page.locator("#status .menu-sheet")).to_be_visible()


def desk_reask(stage: Stage, page: Page, view: View) -> None:
    """A question that the case file answers, stopped once before it is sent."""
    desk_case(stage, page, view)
    page.locator("#box-reply").fill("Could you tell me your order number?")
    page.locator("#box-reply").press("Control+Enter")
    expect(page.locator(".gate")).to_be_visible(timeout=PATIENCE)


def desk_mention(stage: Stage, page: Page, view: View) -> None:
    desk_case(stage, page, view)
    page.locator("#tab-note").click()
    page.locator("#box-note").fill("")
    page.locator("#box-note").press_sequentially("@om")
    expect(page.locator("#offers-note")).to_be_visible(timeout=PATIENCE)


DESK_SCENES: tuple[Scene, ...] = (
    Scene("desk-empty", desk_empty, "ines"),
    Scene("desk-busy", desk_busy, "ines"),
    Scene("desk-breach", desk_breach, "ines"),
    Scene("desk-case", desk_case, "ines"),
    Scene("desk-waiting", desk_waiting, "ines"),
    Scene("desk-long", desk_long, "ines"),
    Scene("desk-hostile", desk_hostile, "ines"),
    Scene("desk-file", desk_file, "ines"),
    Scene("desk-note", desk_note, "ines"),
    Scene("desk-mention", desk_mention, "ines"),
    Scene("desk-reask", desk_reask, "ines"),
    Scene("desk-resolve", desk_resolve, "ines"),
    Scene("desk-hand-over", pressed("Alt+h", "#hand-over-dialog"), "ines"),
    Scene("desk-snooze", pressed("Alt+m", "#snooze-dialog"), "ines"),
    Scene("desk-labels", pressed("Alt+t", "#labels-dialog"), "ines"),
    Scene("desk-follow-up", pressed("Alt+u", "#follow-up-dialog"), "ines"),
    Scene("desk-articles", pressed("Alt+a", "#picker .picker-view"), "ines"),
    Scene("desk-escalate", command("Escalate to the lead|Eskaler til lederen", "#escalate-dialog"), "ines"),
    Scene("desk-merge", command("Merge into|Slå sammen", "#picker .picker-item >> nth=0"), "ines"),
    Scene("desk-commands", pressed("Control+k", "#picker .picker-item >> nth=0"), "ines"),
    Scene("desk-search", desk_search, "ines"),
    Scene("desk-follow-ups", looks_at("follow_ups", ".items .whose"), "ines"),
    Scene("desk-late", looks_at("breaching", ".rows a, .empty"), "ines"),
    Scene("desk-status", desk_status, "ines"),
    Scene("desk-keys", desk_keys, "ines"),
)
"""In the order they are played: the desk is empty before the customers come."""
