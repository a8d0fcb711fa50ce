// Firstline on any page:  <script async src="https://YOUR-HOST/embed.js"></script>
// A round button that opens the chat in a frame of our own origin. It needs no cookie and no library, keeps its
// styles in a shadow root built without inline styles (so a strict Content-Security-Policy allows it), and asks
// the host page for: script-src and frame-src of this origin.
//
// The page's own scripts speak to it by `window.firstline`, once `firstline:ready` was heard on the window:
//   run({ baseUrl?, token?, language?, identity?, context? })   starts it where the script has `data-manual`
//   setUser({ token } | { id, hash, name?, email? } | a function that gets one)   who the customer is, signed
//   setContext({ page?, product?, order? })                     what they are looking at
//   setLocale(code) · open() · close() · reset()                reset when they sign out
//   on('ready' | 'message' | 'escalated' | 'resolved', listener) → a function that takes it off again
(() => {
  const script = document.currentScript;
  if (window.firstline || !script) return;

  const LABELS = {{ labels | tojson }};
  const TOKENS = {{ in_shadow(brand.tokens) | tojson }};
  const EVENTS = ['ready', 'message', 'escalated', 'resolved'];
  const PROOF = ['token', 'id', 'hash', 'name', 'email'];
  const LONGEST = { page: 2000, product: 200, order: 100 };

  const short = (tag) => String(tag ?? '').toLowerCase().replace(/^(no|nn)\b/, 'nb').split('-')[0];
  const unprintable = /[\p{Cc}\p{Cs}]+/gu;
  const oneLine = (text, most) => [...String(text ?? '').replace(unprintable, ' ').trim()].slice(0, most).join('');
  const nearest = (tags) => tags.map(short).find((code) => LABELS[code]) ?? Object.keys(LABELS)[0];
  let home = new URL('.', script.src);
  let language = nearest([script.dataset.lang, document.documentElement.lang, ...navigator.languages, 'en']);
  let say = LABELS[language];

  // `!important` inside a shadow root's `:host` wins over every rule of the page outside.
  const STYLE = `
    :host { all: initial !important; display: block !important; position: fixed !important; z-index: 2147483647 !important;
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
  let ready = false;                       // the frame listens
  let started = false;
  let opened = false;
  let forgetting = false;                  // the frame is here to forget its conversation, and goes when it has
  let focusWhenReady = false;              // a frame that is still loading loses the focus it is given
  let identity = null;                     // who the site says its customer is, or a function that gets it
  let context = null;                      // what it says they are looking at
  const listeners = new Map(EVENTS.map((name) => [name, new Set()]));
  const stored = (store, value) => {
    try {
      if (value === undefined) return store().getItem('firstline');
      return value === null ? store().removeItem('firstline') : store().setItem('firstline', value);
    } catch {
      return null;                         // then we start closed, and with nothing kept
    }
  };
  const session = () => sessionStorage;    // how the panel stood on this visit's last page
  const device = () => localStorage;       // the conversation, where a browser lets no frame of another site keep it
  const tell = (data) => { if (ready) frame.contentWindow.postMessage({ firstline: 1, ...data }, home.origin); };

  function kept() {
    try {
      return JSON.parse(stored(device) ?? 'null');
    } catch {
      return null;
    }
  }

  function emit(name, detail) {
    for (const listener of listeners.get(name) ?? []) {
      try {
        listener(detail);
      } catch (problem) {
        reportError(problem);
      }
    }
  }

  /** The frame is made when the chat is first opened, and on the visitor's next pages, for the unread count. */
  function load() {
    if (frame) return;
    const address = new URL('chat', home);
    address.search = new URLSearchParams({
      embedded: '1', lang: language, origin: location.origin, page: location.origin + location.pathname,
    });
    frame = make('iframe', { title: say.title, src: address.href, allow: 'clipboard-write' });
    frame.addEventListener('load', () => frame?.classList.add('here'));
    panel.append(frame);
  }

  function unload() {
    frame?.remove();
    frame = null;
    ready = false;
  }

  function label(unreadCount = 0) {
    const words = unreadCount === 1 ? say.one : say.many.replace('{n}', unreadCount);
    unread.textContent = unreadCount ? (unreadCount > 9 ? '9+' : unreadCount) : '';
    told.textContent = unreadCount && !opened ? words : '';
    launcher.setAttribute('aria-label', opened ? say.close : unreadCount ? `${say.open}, ${words}` : say.open);
    panel.setAttribute('aria-label', say.title);
    frame?.setAttribute('title', say.title);
    element.lang = language;
  }

  function show(yes, focus) {
    opened = yes;
    if (yes) load();
    panel.classList.toggle('open', yes);
    launcher.setAttribute('aria-expanded', String(yes));
    label();
    document.adoptedStyleSheets = [
      ...document.adoptedStyleSheets.filter((each) => each !== stillBehind), ...(yes ? [stillBehind] : []),
    ];
    stored(session, yes ? 'open' : 'begun');
    focusWhenReady = yes && focus;
    if (focusWhenReady && ready) frame.focus();
    if (!yes && focus) launcher.focus();
    tell({ type: yes ? 'opened' : 'closed', focus });
  }

  /** Tell the frame who the customer is; a token that is fetched first may have been overtaken by another. */
  async function introduce() {
    const asked = identity;
    if (!asked || !ready) return;
    try {
      const given = typeof asked === 'function' ? await asked() : asked;
      const said = Object.entries(given ?? {}).filter(([name, value]) => PROOF.includes(name) && value != null);
      const told = said.length ? Object.fromEntries(said.map(([name, value]) => [name, String(value)])) : null;
      if (asked === identity) tell({ type: 'identity', identity: told });
    } catch (problem) {
      console.warn('Firstline: the page could not say who its customer is.', problem);
      if (asked === identity) tell({ type: 'identity', identity: null });
    }
  }

  /** What the frame must know before it begins a conversation, and then whether it is seen. */
  function welcome(bare) {
    ready = true;
    if (forgetting) return tell({ type: 'reset' });
    if (bare) tell({ type: 'kept', conversation: kept() });
    if (context) tell({ type: 'context', context });
    tell({ type: 'wishes', identity: Boolean(identity) });
    introduce();
    if (opened) show(true, focusWhenReady);
    else tell({ type: 'closed' });
  }

  /** The frame has forgotten its conversation; who opens the chat now is somebody new. */
  function forgot() {
    forgetting = false;
    unload();
    if (opened) load();
  }

  addEventListener('message', ({ source, origin, data }) => {
    if (!frame || source !== frame.contentWindow || origin !== home.origin || data?.firstline !== 1) return;
    if (data.type === 'ready') welcome(data.bare);
    if (data.type === 'keep' && !forgetting) stored(device, JSON.stringify(data.conversation));
    if (data.type === 'gone') forgot();
    if (data.type === 'unread' && Number.isInteger(data.count) && !forgetting) label(data.count);
    if (data.type === 'close') close();
    if (data.type === 'event' && EVENTS.includes(data.name)) emit(data.name, data.detail);
  });
  launcher.addEventListener('click', () => (opened ? close() : open()));
  root.addEventListener('keydown', ({ key }) => { if (key === 'Escape') close(); });

  // On a phone the keyboard covers a fixed panel: give it only the room that is left.
  visualViewport?.addEventListener('resize', () => {
    panel.style.setProperty('--top', `${visualViewport.offsetTop}px`);
    panel.style.setProperty('--room', `${visualViewport.height}px`);
  });

  /** Stand beside the body, whose own styles, such as a transform, would move what is fixed inside it. */
  function attach() {
    label();
    document.documentElement.append(element);
    const before = stored(session);
    if (opened || forgetting) load();
    else if (before === 'open' && innerWidth >= 480) show(true, false);
    else if (before) load();
    emit('ready');
    listeners.get('ready').clear();
  }

  function start() {
    if (started) return;
    started = true;
    if (document.body) attach();
    else addEventListener('DOMContentLoaded', attach);
  }

  function run({ baseUrl, token, language: wish, identity: who, context: where } = {}) {
    if (baseUrl && !frame) home = new URL(String(baseUrl).replace(/\/*$/, '/'), location.href);
    if (wish) {
      language = nearest([wish, language]);
      say = LABELS[language];
    }
    if (where) setContext(where);
    if (who ?? token) setUser(who ?? { token });
    start();
    if (element.isConnected) label();
  }

  function setUser(who) {
    if (!who) return reset();
    identity = who;
    introduce();
  }

  /** What is said replaces what was said before. */
  function setContext(where) {
    const page = where?.page && URL.canParse(where.page, location.href) ? new URL(where.page, location.href) : null;
    const told = { ...where, page: /^https?:$/.test(page?.protocol) ? page.origin + page.pathname : null };
    context = Object.fromEntries(
      Object.keys(LONGEST).map((name) => [name, oneLine(told[name], LONGEST[name])]).filter(([, text]) => text),
    );
    tell({ type: 'context', context });
  }

  function setLocale(code) {
    language = nearest([code, language]);
    say = LABELS[language];
    label();
    tell({ type: 'locale', language });
  }

  function open() {
    start();
    show(true, true);
  }

  function close() {
    if (opened) show(false, true);
  }

  /** Forget who was here, and their conversation on this device: call it when they sign out. */
  function reset() {
    identity = context = null;
    if (opened) show(false, false);
    stored(session, null);
    stored(device, null);
    label();
    forgetting = true;
    if (ready) tell({ type: 'reset' });
    else load();
  }

  function on(name, listener) {
    const heard = listeners.get(name);
    if (!heard) throw new TypeError(`firstline.on: there is no event "${name}"; there is ${EVENTS.join(', ')}`);
    if (name === 'ready' && element.isConnected) queueMicrotask(listener);
    else heard.add(listener);
    return () => { heard.delete(listener); };
  }

  window.firstline = Object.freeze({ run, setUser, setContext, setLocale, open, close, reset, on });
  dispatchEvent(new CustomEvent('firstline:ready'));
  if (!('manual' in script.dataset)) start();
})();
