// The chat inside a frame that embed.js put on another page. The two speak by postMessage, each checking the
// other's origin: the page says when the frame is shown, we say how much is unread and when to close.

/** Calls `setOpen(true | false)` as the frame is shown and hidden; returns what tells the page around us. */
export function openFrame({ page, kept, setOpen }) {
  const query = new URLSearchParams(location.search);
  const wish = kept.get('language');      // what was chosen in the menu: no cookie reaches a frame on another site
  if (wish && wish !== page.language && wish !== query.get('lang')) {
    query.set('lang', wish);
    location.search = query;
  }
  const asked = query.get('origin') ?? '';
  const origin = URL.canParse(asked) ? new URL(asked).origin : null;
  const tell = (data) => { if (origin) parent.postMessage({ firstline: 1, ...data }, origin); };

  addEventListener('message', ({ source, origin: from, data }) => {
    if (source !== parent || from !== origin || data?.firstline !== 1) return;
    if (data.type === 'closed') setOpen(false);
    if (data.type !== 'opened') return;
    setOpen(true);
    if (data.focus && !matchMedia('(pointer: coarse)').matches) document.getElementById('text').focus();
  });
  document.getElementById('close').addEventListener('click', () => tell({ type: 'close' }));
  addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.isComposing || document.querySelector(':popover-open, dialog[open]')) return;
    tell({ type: 'close' });
  });
  tell({ type: 'ready' });
  return tell;
}
