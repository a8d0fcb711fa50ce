"""Findings in words, through `_`: what is wrong, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable

from kb.lint.finding import Finding, Kind, Severity

Say = Callable[[str], str]
"""A source string in, the reader's words out."""


def severity_word(severity: Severity, _: Say) -> str:
    return {
        Severity.ERROR: _("Wrong"),
        Severity.WARNING: _("Look at this"),
        Severity.NOTICE: _("Could be better"),
    }[severity]


def kind_word(kind: Kind, _: Say) -> str:
    """The kind in a word or two, as the filter and an article's health show it."""
    return {
        Kind.CONTRADICTION: _("Contradiction"),
        Kind.DEAD_LINK: _("Dead link"),
        Kind.SECRET: _("Secret or private"),
        Kind.DUPLICATE: _("Near-duplicate"),
        Kind.NEVER_FOUND: _("Never found"),
        Kind.STALE: _("Stale"),
        Kind.MISSING_ALT: _("Picture without words"),
        Kind.LOOSE_STEPS: _("Steps not numbered"),
        Kind.EMPTY_SECTION: _("Empty section"),
        Kind.SKIPPED_HEADING: _("Skipped heading"),
        Kind.READABILITY: _("Hard to read"),
        Kind.MISSING_TRANSLATION: _("Not translated"),
    }[kind]


def what(finding: Finding, _: Say) -> str:
    """What was found, in one sentence."""
    sentence, names = _what(_)[f"{finding.kind}.{finding.case}"]
    values = dict(zip(names, finding.values, strict=False))
    values["count"] = str(len(finding.places))
    return sentence % {name: values.get(name, "") for name in (*names, "count")}


def mend(finding: Finding, _: Say) -> str:
    """The way out, in one sentence."""
    by_case = _mend(_)
    return by_case.get(f"{finding.kind}.{finding.case}") or by_case[finding.kind]


def _what(_: Say) -> dict[str, tuple[str, tuple[str, ...]]]:
    """By kind and case: the sentence, and the names of the finding's values in it."""
    pair = ("one", "other", "ours", "theirs")
    aim = ("aim",)
    return {
        "contradiction.number": (_("“%(ours)s” here, “%(theirs)s” in “%(other)s”."), pair),
        "contradiction.price": (_("The price is “%(ours)s” here and “%(theirs)s” in “%(other)s”."), pair),
        "contradiction.date": (_("The time is “%(ours)s” here and “%(theirs)s” in “%(other)s”."), pair),
        "contradiction.negation": (_("One of the two says “not”: here or in “%(other)s”."), pair),
        "contradiction.translation_number": (
            _("The translation says “%(ours)s”, the original “%(theirs)s”."),
            pair,
        ),
        "contradiction.translation_price": (
            _("The translation gives the price as “%(ours)s”, the original as “%(theirs)s”."),
            pair,
        ),
        "contradiction.translation_date": (
            _("The translation gives the time as “%(ours)s”, the original as “%(theirs)s”."),
            pair,
        ),
        "contradiction.translation_link": (
            _("The translation links to “%(ours)s” where the original links to “%(theirs)s”."),
            pair,
        ),
        "dead_link.missing": (_("There is no article at %(aim)s."), aim),
        "dead_link.archived": (_("The link leads to “%(aim)s”, which is archived."), aim),
        "dead_link.unpublished": (_("The link leads to “%(aim)s”, which isn't published."), aim),
        "dead_link.internal": (_("The link leads to “%(aim)s”, which customers can't read."), aim),
        "dead_link.anchor": (_("No heading has the address %(aim)s."), aim),
        "dead_link.file": (_("The link leads to the file %(aim)s, which nobody can open here."), aim),
        "dead_link.malformed": (_("“%(aim)s” is no address."), aim),
        "dead_link.outside": (_("%(aim)s doesn't answer: %(why)s."), ("aim", "why")),
        "secret.card": (_("This looks like a card number: %(aim)s."), aim),
        "secret.password": (_("This looks like a password: %(aim)s."), aim),
        "secret.key": (_("This looks like a secret key: %(aim)s."), aim),
        "secret.mail": (_("This looks like one person's e-mail address: %(aim)s."), aim),
        "secret.phone": (_("This looks like one person's telephone number: %(aim)s."), aim),
        "duplicate.copied": (_("%(count)s articles have large parts word for word in common."), ()),
        "duplicate.alike": (_("%(count)s articles say nearly the same."), ()),
        "duplicate.question": (_("The question “%(question)s” is kept for two articles."), ("question",)),
        "never_found.own": (_("None of its own questions leads to it unless it is asked word for word."), ()),
        "never_found.asked": (_("None of the last 1,000 real questions came near it."), ()),
        "stale.review_due": (_("Its review was due on %(day)s."), ("day",)),
        "stale.rejected": (_("The text is old, and many customers say that it didn't help."), ()),
        "missing_alt.missing": (_("The picture has no alternative text."), ()),
        "loose_steps.bullets": (_("%(steps)s steps in a row have bullets instead of numbers."), ("steps",)),
        "loose_steps.typed": (_("%(steps)s steps are numbered by hand."), ("steps",)),
        "empty_section.empty": (_("Nothing is written under the heading “%(heading)s”."), ("heading",)),
        "skipped_heading.skipped": (
            _("“%(heading)s” is %(is)s, but %(wanted)s would be next."),
            ("heading", "is", "wanted"),
        ),
        "readability.hard": (
            _("Hard to read: LIX %(lix)s, where %(hard)s is hard."),
            ("lix", "hard"),
        ),
        "readability.long": (_("A sentence of %(words)s words."), ("words",)),
        "missing_translation.missing": (
            _("It isn't there in %(language)s, though most of its category is."),
            ("language",),
        ),
    }


def _mend(_: Say) -> dict[str, str]:
    """By kind and case, or by kind alone."""
    return {
        "contradiction": _("Find out which is right and correct the other, or say for whom each holds."),
        "contradiction.translation_link": _("Link to the same article in the translation's language."),
        "dead_link": _("Choose another article to link to, or take the link out."),
        "dead_link.unpublished": _("Publish that article first, or take the link out."),
        "dead_link.internal": _("Make that article public, or take the link out."),
        "dead_link.anchor": _("Link to a heading that is there, or to the article as a whole."),
        "dead_link.malformed": _("Write the whole address, beginning with https:// or /help/."),
        "dead_link.outside": _("Open it yourself; correct the address, or take the link out."),
        "secret": _("Take it out now, and change it wherever it is used: everybody could read it here."),
        "secret.mail": _("Write a shared address instead, or accept this if it is meant for customers."),
        "secret.phone": _("Write a shared number instead, or accept this if it is meant for customers."),
        "duplicate": _("Merge them, or say in each title and first sentence what sets it apart."),
        "duplicate.question": _("Leave it with the one that answers it; the bot can't choose."),
        "never_found": _("Say in the title and the first lines, in customers' words, what it is about."),
        "never_found.asked": _("Add the words that customers use to its questions, or archive it."),
        "stale": _("Read it, correct what has changed, and set the next review."),
        "stale.rejected": _("Read what customers asked and rewrite it; its figures are beside the text."),
        "missing_alt": _("Say in the square brackets what the picture shows: ![the red light](…)."),
        "loose_steps": _("Number them, so that the bot can take customers through one at a time."),
        "empty_section": _("Write the section, or take its heading out."),
        "skipped_heading": _("Use the next level; readers by ear take the gap for a missing part."),
        "readability": _("Make two sentences of one; use the shorter word."),
        "missing_translation": _("Write the translation from the article's details."),
    }
