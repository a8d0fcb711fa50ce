// Firstline on any page:  <script async src="https://YOUR-HOST/embed.js"></script>
// A round button that opens the chat in a frame of our own origin. It needs no cookie and no library, keeps its
// styles in a shadow root built without inline styles (so a strict Content-Security-Policy allows it), and asks
// the host page for: script-src and frame-src of this origin.
(() => {
  const script = document.currentScript;
  if (window.firstline || !script) return;

  const LABELS = {{ labels | tojson }};
  const TOKENS = {{ in_shadow(brand.tokens) | tojson }};
  const home = new URL('.', script.src);
  const language = [script.dataset.lang, document.documentElement.lang, ...navigator.languages, 'en']
    .map((tag) => (tag ?? '').toLowerCase().replace(/^(no|nn)\b/, 'nb').split('-')[0]).find((code) => LABELS[code]) ?? 'en';
  const say = LABELS[language];

  // `!important` inside a shadow root's `:host` wins over every rule of the page outside.
  const STYLE = `
    :host { all: initial !important; display: block !important; position: fixed !important; z-index: 2147483000 !important;
      inset: auto 0 0 auto !important; width: 0 !important; height: 0 !important; }
    * { box-sizing: border-box; }
    .launcher { position: fixed; right: calc(20px + env(safe-area-inset-right));
      bottom: calc(20px + var(--firstline-bottom, 0px) + env(safe-area-inset-bottom));
      display: grid; place-items: center; width: 56px; height: 56px; padding: 0; border: 0; border-radius: 50%;
      background: var(--brand); color: var(--on-brand); cursor: pointer; box-shadow: 0 6px 20px rgb(10 20 40 / 28%);
      transition: transform 140ms ease-out; -webkit-tap-highlight-color: transparent; }
    .launcher:hover { transform: scale(1.05); }
    .launcher:focus-visible { outline: 2px solid var(--brand); outline-offset: 3px; }
    svg { grid-area: 1 / 1; width: 28px; height: 28px; fill: none; stroke: currentColor; stroke-width: 1.8;
      stroke-linecap: round; stroke-linejoin: round; transition: opacity 140ms ease-out, transform 140ms ease-out; }
    [aria-expanded="false"] .cross, [aria-expanded="true"] .talk { opacity: 0; transform: rotate(-45deg) scale(0.6); }
    .unread { position: absolute; top: -4px; right: -4px; min-width: 22px; height: 22px; padding: 0 6px; border-radius: 11px;
      border: 2px solid var(--ground); background: var(--bad); color: var(--ground); text-align: center;
      font: 650 12px/18px system-ui, sans-serif; font-variant-numeric: tabular-nums; }
    .unread:empty { display: none; }
    .told { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    .panel { position: fixed; right: calc(20px + env(safe-area-inset-right));
      bottom: calc(88px + var(--firstline-bottom, 0px) + env(safe-area-inset-bottom));
      width: 400px; height: min(680px, 100vh - 108px - var(--firstline-bottom, 0px)); overflow: hidden; border-radius: 16px;
      background: var(--raised); box-shadow: 0 0 0 1px var(--hairline), 0 16px 48px rgb(10 20 40 / 24%);
      transform-origin: bottom right; transition: opacity 160ms ease-out, transform 160ms ease-out, visibility 160ms; }
    .panel:not(.open) { opacity: 0; visibility: hidden; transform: translateY(12px) scale(0.98); }
    iframe { display: block; width: 100%; height: 100%; border: 0; color-scheme: normal; }
    iframe:not(.here) { opacity: 0; }
    @media (max-width: 479px) {
      .panel { inset: var(--top, 0) 0 auto; width: 100%; height: var(--room, 100dvh); border-radius: 0; box-shadow: none; }
      .panel.open + .launcher { visibility: hidden; }
    }
    @media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
    @media (forced-colors: active) { .launcher, .panel { border: 1px solid CanvasText; } }
    @media print { :host { display: none !important; } }`;

  const sheet = (css) => {
    const made = new CSSStyleSheet();
    made.replaceSync(css);
    return made;
  };
  const make = (tag, attributes, ...inside) => {
    const svg = tag === 'svg' || tag === 'path';
    const made = svg ? document.createElementNS('http://www.w3.org/2000/svg', tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...inside);
    return made;
  };
  const icon = (name, path) => make('svg', { class: name, viewBox: '0 0 24 24', 'aria-hidden': 'true' }, make('path', { d: path }));

  const unread = make('span', { class: 'unread', 'aria-hidden': 'true' });
  const told = make('span', { class: 'told', role: 'status' });
  const launcher = make('button', { class: 'launcher', type: 'button', 'aria-expanded': 'false', 'aria-label': say.open },
    icon('talk', 'M21 11.5a8 8 0 0 1-8.3 7.7 9 9 0 0 1-3.5-.7L4 20l1.3-4.3a7.4 7.4 0 0 1-.9-4.2 8 8 0 0 1 8.3-7.7 8 8 0 0 1 8.3 7.7Z'),
    icon('cross', 'M6 6l12 12M18 6 6 18'), unread);
  const panel = make('div', { class: 'panel', role: 'dialog', 'aria-label': say.title });
  const element = make('div', { lang: language });
  const root = element.attachShadow({ mode: 'closed' });
  root.adoptedStyleSheets = [sheet(TOKENS), sheet(STYLE)];
  root.append(panel, launcher, told);
  const stillBehind = sheet('@media (max-width: 479px) { html { overflow: hidden !important; } }');

  let frame = null;
  let ready = false;
  let opened = false;
  let focusWhenReady = false;              // a frame that is still loading loses the focus it is given
  const remember = (value) => { try { sessionStorage.setItem('firstline', value); } catch { /* then we start closed */ } };
  const tell = (data) => { if (ready) frame.contentWindow.postMessage({ firstline: 1, ...data }, home.origin); };

  /** The frame is made when the chat is first opened, and on the visitor's next pages, for the unread count. */
  function load() {
    if (frame) return;
    const address = new URL('chat', home);
    address.search = new URLSearchParams({
      embedded: '1', lang: language, origin: location.origin, page: location.origin + location.pathname,
    });
    frame = make('iframe', { title: say.title, src: address.href, allow: 'clipboard-write' });
    frame.addEventListener('load', () => frame.classList.add('here'));
    panel.append(frame);
  }

  function show(yes, focus) {
    opened = yes;
    if (yes) load();
    panel.classList.toggle('open', yes);
    launcher.setAttribute('aria-expanded', String(yes));
    launcher.setAttribute('aria-label', yes ? say.close : say.open);
    document.adoptedStyleSheets = [
      ...document.adoptedStyleSheets.filter((each) => each !== stillBehind), ...(yes ? [stillBehind] : []),
    ];
    remember(yes ? 'open' : 'begun');
    focusWhenReady = yes && focus;
    if (focusWhenReady && ready) frame.focus();
    if (!yes && focus) launcher.focus();
    tell({ type: yes ? 'opened' : 'closed', focus });
  }

  const open = () => show(true, true);
  const close = () => { if (opened) show(false, true); };

  function count(n) {
    const words = n === 1 ? say.one : say.many.replace('{n}', n);
    unread.textContent = n ? (n > 9 ? '9+' : n) : '';
    told.textContent = n && !opened ? words : '';
    launcher.setAttribute('aria-label', opened ? say.close : n ? `${say.open}, ${words}` : say.open);
  }

  addEventListener('message', ({ source, origin, data }) => {
    if (!frame || source !== frame.contentWindow || origin !== home.origin || data?.firstline !== 1) return;
    if (data.type === 'ready') {
      ready = true;
      if (opened) show(true, focusWhenReady);
      else tell({ type: 'closed' });
    }
    if (data.type === 'unread' && Number.isInteger(data.count)) count(data.count);
    if (data.type === 'close') close();
  });
  launcher.addEventListener('click', () => (opened ? close() : open()));
  root.addEventListener('keydown', ({ key }) => { if (key === 'Escape') close(); });

  // On a phone the keyboard covers a fixed panel: give it only the room that is left.
  visualViewport?.addEventListener('resize', () => {
    panel.style.setProperty('--top', `${visualViewport.offsetTop}px`);
    panel.style.setProperty('--room', `${visualViewport.height}px`);
  });

  const attach = () => {
    document.body.append(element);
    let before = null;
    try { before = sessionStorage.getItem('firstline'); } catch { /* a first visit, then */ }
    if (opened) return load();
    if (before === 'open' && innerWidth >= 480) show(true, false);
    else if (before) load();
  };
  if (document.body) attach();
  else addEventListener('DOMContentLoaded', attach);

  window.firstline = { open, close };
})();
