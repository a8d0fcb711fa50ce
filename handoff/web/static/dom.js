/** The DOM, built by hand: elements and text nodes only, so a customer's words can never become markup. */

/**
 * Build an element. `props` are attributes (true = present, false/null = absent); `class` may be a list,
 * `on` maps event names to handlers, `data` fills the dataset. Children are nodes, text, lists or nothing.
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, handler] of Object.entries(value)) node.addEventListener(event, handler);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "class") node.className = Array.isArray(value) ? value.filter(Boolean).join(" ") : value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  append(node, children);
  return node;
}

function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    node.append(child instanceof Node ? child : String(child));
  }
}

/** Replace what `node` holds. */
export function fill(node, ...children) {
  node.replaceChildren();
  append(node, children);
}

/** Text for screen readers only. */
export const spoken = (text) => el("span", { class: "sr" }, text);

/**
 * Make the children of `parent` be `items` in order, keeping the element of each key (and with it focus and
 * hover), and moving nothing that is already in place. `make` builds a child, `renew` brings it up to date.
 */
export function arrange(parent, items, keyOf, make, renew) {
  const wanted = new Set(items.map((item) => String(keyOf(item))));
  const present = new Map();
  for (const child of [...parent.children]) {
    if (wanted.has(child.dataset.key)) present.set(child.dataset.key, child);
    else child.remove();
  }
  const focused = document.activeElement;
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    let child = present.get(key);
    if (child) renew(child, item);
    else {
      child = make(item);
      child.dataset.key = key;
    }
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
  }
  if (focused !== document.activeElement && parent.contains(focused)) focused.focus({ preventScroll: true });
}

const SVG = "http://www.w3.org/2000/svg";

/** The outline icons (24-unit grid, drawn with the current colour). */
const OUTLINES = {
  back: "M15 5l-7 7 7 7",
  bell: "M6 9a6 6 0 0 1 12 0c0 6 2 7 2 7H4s2-1 2-7M10 20a2 2 0 0 0 4 0",
  bellOff: "M6 9a6 6 0 0 1 9.5-4.9M18 9c0 6 2 7 2 7H8M10 20a2 2 0 0 0 4 0M4 4l16 16",
  bot: "M5 9h14v10H5zM12 9V5M9 13v2M15 13v2M10 4h4",
  check: "M5 12.5l4.5 4.5L19 7.5",
  clock: "M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
  close: "M6 6l12 12M18 6L6 18",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  cross: "M7 7l10 10M17 7L7 17",
  down: "M6 9l6 6 6-6",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  minus: "M6 12h12",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  note: "M5 4h14v11l-5 5H5zM14 20v-5h5",
  question: "M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4M12 17.5h.01",
  reply: "M10 6L4 12l6 6M4 12h10a6 6 0 0 1 6 6",
  retry: "M5 12a7 7 0 1 0 2.2-5.1M5 4v4h4",
  search: "M11 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM20 20l-4.5-4.5",
  send: "M4 12l16-8-6 16-3-7z",
  user: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20a7.5 7.5 0 0 1 15 0",
  warn: "M12 4l9 16H3zM12 10v4M12 17.2h.01",
};

/** The filled shapes of a priority, which differ by form and not only by colour. */
const SHAPES = {
  urgent: "M8 2h8l6 6v8l-6 6H8l-6-6V8zM11 7v6h2V7zM11 15v2h2v-2z",
  high: "M12 4l9 16H3z",
  normal: "M12 5a7 7 0 1 0 0 14 7 7 0 0 0 0-14z",
  low: "M12 20L3 4h18z",
};

/** An icon that says nothing to screen readers: the words beside it do. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  const shape = SHAPES[name];
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", shape ? "icon icon-filled" : "icon");
  path.setAttribute("d", shape || OUTLINES[name]);
  if (shape) path.setAttribute("fill-rule", "evenodd");
  svg.append(path);
  return svg;
}
