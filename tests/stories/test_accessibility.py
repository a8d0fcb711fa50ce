"""Every page and state, light and dark, on a desktop and a phone: axe-core finds nothing wrong.

What it can't see is measured in the customers' states: targets, 200 % and more, forced colours, motion.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from playwright.sync_api import Browser

from tests.axe import AxeMissingError, script, violations
from tests.browser import do_without
from tests.conftest import own_copy
from tests.helpdesk_scenes import HELPDESK_SCENES, left_alone
from tests.reach import beside_the_screen, lost_in_forced_colours, moving, small_targets
from tests.scene import Scene
from tests.scenes import SCENES
from tests.server import Server
from tests.stage import DEVICES, Stage, View

pytestmark = pytest.mark.browser

FEW = {
    *("front", "sign-in-desk", "demo-open", "help-article"),
    *("chat-answered", "chat-waiting", "chat-sight", "chat-rating", "chat-forgetting"),
    *("desk-hostile", "desk-commands", "admin-teams-form"),
    *("studio-editor", "studio-words"),
}


@pytest.fixture(scope="module")
def axe() -> str:
    try:
        return script()
    except AxeMissingError as error:
        do_without(str(error))


@pytest.fixture(scope="module")
def stage(browser: Browser, server: Server, axe: str) -> Stage:
    """Our policy would refuse axe-core, so these pages alone run without it."""
    return Stage(browser, server.address, init_script=axe, bypass_csp=True)


@pytest.fixture(scope="module")
def alone(
    browser: Browser, prepared: Path, axe: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    with left_alone(browser, own_copy(prepared, tmp_path_factory.mktemp("away") / "data"), axe) as stage:
        yield stage


def scenes() -> list[ParameterSet]:
    """All of them; a few of each room are enough for every run."""
    marks = {True: (), False: (pytest.mark.slow,)}
    return [pytest.param(scene, marks=marks[scene.name in FEW], id=scene.name) for scene in SCENES]


@pytest.mark.parametrize("scene", scenes())
def test_nobody_is_shut_out(stage: Stage, scene: Scene) -> None:
    look_at(stage, scene)


@pytest.mark.slow
@pytest.mark.parametrize("scene", HELPDESK_SCENES, ids=lambda scene: scene.name)
def test_nobody_is_shut_out_while_a_helpdesk_is_away(alone: Stage, scene: Scene) -> None:
    look_at(alone, scene)


def look_at(stage: Stage, scene: Scene) -> None:
    """Played once, then looked at in each size and colour scheme: what a scene shows depends on no device."""
    with stage.context(View(), scene.who) as context:
        page = context.new_page()
        scene.play(stage, page, View())
        found = []
        for device, how in DEVICES.items():
            page.set_viewport_size(how["viewport"])  # type: ignore[arg-type]
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                found += [f"{device}, {scheme}: {violation}" for violation in violations(page)]
        if scene.who is None:
            found += [*small_targets(page), *lost_in_forced_colours(page), *moving(page)]
            found += beside_the_screen(page)
        assert not found, "\n".join(found)
