from __future__ import annotations

import pytest

from kb.article import ArticleId, Status
from kb.lint.finding import Severity
from kb.lint.links import dead_links
from tests.kb.lint.bases import Kept, but, cases, found, text

AIM = text("Return something", "## What we can take back\n\nAll of it.\n\n## Åpnede esker\n\nOgså.")


def linking(target: str) -> Kept:
    return text("From", f"First line.\n\nSee [this]({target}).")


def said(target: str, *others: Kept) -> list[str]:
    return cases(found(dead_links, linking(target), *others))


@pytest.mark.parametrize(
    "target",
    [
        "/help/en/return-something",
        "/help/en/return-something#what-we-can-take-back",
        "/help/en/return-something#apnede-esker",
        "/chat",
        "https://shop.example/page?x=1",
        "mailto:help@shop.example",
        "tel:+4722334455",
        "http://localhost:8080/",
    ],
)
def test_links_that_lead_somewhere_are_left_alone(target: str) -> None:
    assert not said(target, AIM)


@pytest.mark.parametrize(
    ("target", "case"),
    [
        ("/help/en/returns", "missing"),
        ("/help/nb/return-something", "missing"),
        ("/help/en/return-something#nowhere", "anchor"),
        ("#nowhere", "anchor"),
        ("refunds.md", "file"),
        ("../guides/refunds.mdx#how", "file"),
        ("www.shop.example", "malformed"),
        ("http://", "malformed"),
        ("http://shop example/", "malformed"),
        ("ftp://shop.example/", "malformed"),
        ("mailto:nobody", "malformed"),
        ("#", "malformed"),
        ("", "malformed"),
    ],
)
def test_a_dead_link_says_why(target: str, case: str) -> None:
    assert said(f"<{target}>" if " " in target else target, AIM) == [case]


def test_a_dead_link_names_its_line_and_is_an_error() -> None:
    (finding,) = found(dead_links, linking("/help/en/returns"))
    assert (finding.severity, finding.places[0].line, finding.values) == (
        Severity.ERROR,
        3,
        ("/help/en/returns",),
    )


def test_a_link_to_an_archived_article_is_dead() -> None:
    assert said("/help/en/return-something", but(AIM, status=Status.ARCHIVED, live=None)) == ["archived"]


def test_a_live_article_should_not_link_to_a_draft_or_to_an_internal_one() -> None:
    assert said("/help/en/return-something", but(AIM, live=None)) == ["unpublished"]
    assert said("/help/en/return-something", but(AIM, public=False)) == ["internal"]


def test_drafts_may_link_to_each_other() -> None:
    draft = but(linking("/help/en/return-something"), live=None)
    assert not found(dead_links, draft, but(AIM, live=None))


def test_an_old_address_still_leads_there() -> None:
    moved = {("en", "returns"): ArticleId("return-something")}
    assert not found(dead_links, linking("/help/en/returns"), AIM, redirects=moved)


def test_a_repeated_heading_has_a_number_in_its_address() -> None:
    twice = text("Twice", "## How\n\nOne.\n\n## How\n\nTwo.")
    assert not said("/help/en/twice#how-2", twice)
    assert said("/help/en/twice#how-3", twice) == ["anchor"]
