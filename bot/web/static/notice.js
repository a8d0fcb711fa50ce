// The privacy notice above the composer: what it says is on the page from the first paint. It stands there until
// something is said under it or, where the company asks for a yes, until the server has kept that.

import { $ } from './elements.js';

/**
 * `show(state)` takes every state; its `consented` is about this conversation and the notice in force. On a yes,
 * `#notice` fires `agreed`: nothing has been sent before, so there may be no conversation yet.
 */
export function openNotice({ page, post, kept, conversation, refresh }) {
  const { version, ask } = page.notice;
  const yes = $('notice').querySelector('button');
  let agreed = kept.get('noticed') === version;
  let told = null;                        // the conversation that has the yes, or is getting it
  let before = null;                      // how much the customer had said when the notice was put before them

  async function tell() {
    if (!conversation() || told === conversation().id) return;
    told = conversation().id;
    try {
      await post('consent', { version });
      hide();
      refresh();
    } catch (problem) {
      told = null;                        // then it is told with the next state
      if (problem.status === 409) askAnew();
      if (problem.status === undefined) throw problem;
    }
  }

  function hide() {
    if ($('notice').hidden) return;
    kept.set('noticed', version);
    $('notice').hidden = true;
    if (ask) $('text').focus({ preventScroll: true });
  }

  /** The notice has changed since this page was drawn: a yes is to the words that were read. */
  function askAnew() {
    kept.set('noticed', null);
    location.reload();
  }

  yes?.addEventListener('click', () => {
    agreed = true;
    yes.ariaBusy = 'true';
    $('notice').dispatchEvent(new Event('agreed', { bubbles: true }));
    tell();
  });

  return {
    show({ consented }) {
      if (!ask) {
        const said = $('log').querySelectorAll('.customer .message').length;
        if (said > (before ??= said)) hide();
      } else if (consented) {
        hide();
      } else if (agreed) {
        tell();
      }
    },
  };
}
