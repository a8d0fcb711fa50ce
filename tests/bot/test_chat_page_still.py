"""Nothing on the chat page moves by itself: neither while it comes, nor when somebody says something."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.bot.canned_chat import CannedChat, answering, greeted

pytestmark = pytest.mark.browser

# Layout Instability (W3C): a score above 0 for whatever moved between two frames without the reader's doing.
WATCH = """
window.moved = [];
const named = (node) => node?.id || node?.className || node?.nodeName;
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput, sources } of list.getEntries()) {
    // In the thread, what is said makes room for itself.
    const others = sources.map(({ node }) => (node?.nodeType === 1 ? node : node?.parentElement))
      .filter((element) => !element?.closest('#log'));
    if (!hadRecentInput && others.length) moved.push([value, others.map(named)]);
  }
}).observe({ type: 'layout-shift', buffered: true });
"""
SETTLED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture
def chat() -> Iterator[CannedChat]:
    with answering(CannedChat()) as canned:
        yield canned


@pytest.fixture(params=[(390, 844), (1280, 800)], ids=["phone", "desktop"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height = request.param
    context = browser.new_context(locale="en-GB", viewport={"width": width, "height": height})
    context.add_init_script(WATCH)
    yield context.new_page()
    context.close()


def test_a_page_that_comes_with_its_history_stays_where_it_is(page: Page, chat: CannedChat) -> None:
    greeted(page, chat)
    for n in range(12):
        chat.says(f"What was said before, line {n}.")
    page.reload()
    expect(page.get_by_text("What was said before, line 11.")).to_be_visible()
    page.evaluate(SETTLED)
    assert page.evaluate("moved") == []


def test_what_is_said_now_moves_nothing_but_the_thread(page: Page, chat: CannedChat) -> None:
    greeted(page, chat)
    page.evaluate("moved.length = 0")
    chat.says("A first answer.", source=None)
    chat.stands(holder="queue", place={"position": 2, "wait": [120, 300]})
    expect(page.locator("#card .card")).to_be_visible()
    page.evaluate(SETTLED)
    assert page.evaluate("moved") == []


def test_the_watch_sees_what_moves(page: Page, chat: CannedChat) -> None:
    greeted(page, chat)
    page.evaluate("moved.length = 0")
    page.evaluate("document.querySelector('header').style.marginTop = '60px'")
    page.evaluate(SETTLED)
    page.wait_for_function("moved.length > 0")
