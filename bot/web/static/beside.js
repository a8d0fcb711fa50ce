// What a message carries beside its words: files, pictures, cards, and chips that say something for the customer.

import { apart, button, drawing, make } from './elements.js';
import { link, onTheWeb, straight } from './prose.js';

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];

/** A size as people read it: "240 kB". */
export function sizes(language) {
  const units = UNITS.map((unit, step) => new Intl.NumberFormat(language, {
    style: 'unit', unit, unitDisplay: step ? 'short' : 'long', maximumFractionDigits: step && 1,
  }));
  return (bytes) => {
    const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
    return units[step].format(bytes / 1000 ** step);
  };
}

/** A file as a row: a sheet of paper, its name and how large it is. */
export function paper(tag, name, size) {
  return make(tag, 'file', drawing('M6 3h8l4 4v14H6zM14 3v4h4'),
    make('span', 'file-name', apart(straight(name))), make('span', 'file-size', size));
}

/** `send(text, payload)` says what a chip says. */
export function openBeside({ page, send }) {
  const say = page.texts;
  const sized = sizes(page.language);

  /** A chip that says something for the customer or, with an address that can be trusted, opens a page. */
  function choice(title, text, payload, url) {
    return onTheWeb(url) ? link(title, url, title, say) : button(title, '', () => send(text, payload));
  }

  function picture(address, words) {
    if (!onTheWeb(address)) return [];
    const made = make('img', 'picture');
    made.alt = words || say.picture;
    made.loading = 'lazy';
    made.referrerPolicy = 'no-referrer';
    made.addEventListener('error', () => made.replaceWith(make('p', 'source', `[${made.alt}]`)));
    made.src = address;
    return [made];
  }

  /** An attachment of Rasa's: an address, or {type, payload: {title, src}}. */
  function attachment(given, words) {
    const { title, src, url } = given?.payload ?? {};
    const address = typeof given === 'string' ? given : src ?? url ?? given?.url;
    if (!onTheWeb(address)) return [];
    if (given.type === 'image') return picture(address, title || words);
    return [make('p', 'source', link(String(title || say.attachment), address, address, say))];
  }

  function card({ title, subtitle, image_url: image, default_action: opens, buttons }) {
    const named = String(title ?? '');
    const head = make('strong', '', onTheWeb(opens?.url) ? link(named, opens.url, named, say) : named);
    const made = make('div', 'item', ...picture(image, named), head);
    if (subtitle) made.append(make('p', '', String(subtitle)));
    const row = make('div', 'choices');
    for (const each of Array.isArray(buttons) ? buttons : []) {
      const words = String(each?.title ?? '');
      if (words) row.append(choice(words, words, String(each.payload ?? words), each.url));
    }
    if (row.hasChildNodes()) made.append(row);
    return made;
  }

  /** A file that lies on this server: a picture in a frame of one size, so that nothing moves when it comes. */
  function file({ name, size, picture: shows, url }) {
    const address = new URL(url, location.origin);
    if (address.origin !== location.origin) return [];
    if (!shows) {
      const row = paper('a', name, sized(size));
      row.href = address.href;
      row.download = name;
      return [row];
    }
    const shown = make('img');
    shown.alt = `${say.picture}: ${straight(name)}`;
    shown.loading = 'lazy';
    shown.src = `${address.href}?inline=1`;
    const frame = make('a', 'shown', shown, make('span', 'unseen', ` ${say.new_tab}`));
    frame.href = shown.src;
    frame.target = '_blank';
    frame.rel = 'noopener';
    shown.addEventListener('error', () => frame.replaceWith(...file({ name, size, url })));
    return [frame];
  }

  return {
    choice,

    /** All of it as elements; what we have no picture of (`custom`) is left to other clients. */
    beside({ data = {}, text }) {
      const words = text.split('\n')[0].slice(0, 200);
      const cards = (Array.isArray(data.elements) ? data.elements : []).filter((each) => each?.title);
      const shelf = cards.length ? [make('div', 'cards', ...cards.map(card))] : [];
      const files = (Array.isArray(data.files) ? data.files : []).flatMap(file);
      return [...files, ...picture(data.image, words), ...attachment(data.attachment ?? '', words), ...shelf];
    },
  };
}
