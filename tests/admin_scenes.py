"""The administrators' screens: each list, a form of each kind, what is wrong, what has changed meanwhile."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.scene import Play, Scene, plain
from tests.stage import Stage, View

LISTS = (
    *("staff", "teams", "hours", "targets", "rules", "raises", "routing"),
    *("canned", "macros", "labels", "fields", "customers", "person", "mail", "topics", "helpdesk"),
)


def listed(screen: str) -> Play:
    return plain(f"/desk/admin/{screen}?lang={{lang}}")


def invited(stage: Stage, page: Page, view: View) -> None:
    """The link that is shown once, where no mail is sent."""
    page.goto(f"{stage.address}/desk/admin/staff/new?lang={view.language}")
    page.locator("#email").fill(f"leo.{view.device}.{view.language}@nettly.example")
    page.locator("#name").fill("Leo Dahl")
    page.locator(".foot .primary").click()
    expect(page.locator("#link")).to_be_visible()


def joining(stage: Stage, page: Page, view: View) -> None:
    invited(stage, page, View(view.device, "nb" if view.language == "en" else "en"))
    page.goto(f"{page.locator('#link').input_value()}?lang={view.language}")
    expect(page.locator("#password")).to_be_visible()


def wrong(stage: Stage, page: Page, view: View) -> None:
    page.goto(f"{stage.address}/desk/admin/teams/new?lang={view.language}")
    page.locator("#name").fill("billing")
    page.locator(".foot .primary").click()
    expect(page.locator("[id='title.en-wrong']")).to_be_visible()


def stale(stage: Stage, page: Page, view: View) -> None:
    """Two admins have the same form open, and the other one has just saved it."""
    title = f"Security {view.device} {view.language}"
    address = f"{stage.address}/desk/admin/teams/edit/security?lang={view.language}"
    page.goto(address)
    with stage.context(view, "ada") as context:
        other = context.new_page()
        other.goto(address)
        other.locator("[id='title.en']").fill(title)
        other.locator(".foot .primary").click()
        expect(other.locator(".done")).to_be_visible()
    page.locator("[id='title.en']").fill("Account safety")
    page.locator(".foot .primary").click()
    expect(page.locator(".changes")).to_be_visible()


def person(stage: Stage, page: Page, view: View) -> None:
    """What is kept of a customer, and the question before it is erased."""
    stage.fill_queue()
    page.goto(f"{stage.address}/desk/admin/person?lang={view.language}&who=1001")
    expect(page.locator(".rows").first).to_be_visible()


def forgetting(stage: Stage, page: Page, view: View) -> None:
    person(stage, page, view)
    page.locator(".danger").click()
    expect(page.locator(".danger")).to_be_visible()


def preview(stage: Stage, page: Page, view: View) -> None:
    page.goto(f"{stage.address}/desk/admin/canned/new?lang={view.language}")
    page.locator("#title").fill("Refund is on its way")
    page.locator("#shortcut").fill("refund")
    page.locator("[id='text.en']").fill(
        "Hello {{customer.first_name}},\nthe {{fact.amount}} for order {{fact.order}} is on its way. "
        "{{fact.tracking}}\n{{agent.first_name}}"
    )
    page.locator("button[value=preview]").click()
    expect(page.locator(".bubble")).to_be_visible()


def macro(stage: Stage, page: Page, view: View) -> None:
    page.goto(f"{stage.address}/desk/admin/macros/new?lang={view.language}")
    page.locator("#name").fill("Refund promised")
    for deed in ("reply", "priority", "resolve"):
        page.locator(f"button[value='add.{deed}']").click()
        expect(page.locator("button[value^='drop.']").last).to_be_visible()


ADMIN_SCENES: tuple[Scene, ...] = (
    Scene("sign-in-forgotten", plain("/desk/forgotten")),
    Scene("sign-in-link-over", plain("/desk/reset/over")),
    Scene("sign-in-joining", joining, "ada"),
    *(Scene(f"admin-{screen}", listed(screen), "ada") for screen in LISTS),
    Scene("admin-staff-invited", invited, "ada"),
    Scene("admin-staff-form", plain("/desk/admin/staff/edit/ines@nettly.example"), "ada"),
    Scene("admin-teams-form", plain("/desk/admin/teams/edit/billing"), "ada"),
    Scene("admin-teams-wrong", wrong, "ada"),
    Scene("admin-teams-stale", stale, "ada"),
    Scene("admin-hours-form", plain("/desk/admin/hours/edit/office"), "ada"),
    Scene("admin-rules-remove", plain("/desk/admin/rules/remove/money"), "ada"),
    Scene("admin-canned-preview", preview, "ada"),
    Scene("admin-macros-form", macro, "ada"),
    Scene("admin-person-found", person, "ada"),
    Scene("admin-person-erase", forgetting, "ada"),
)
