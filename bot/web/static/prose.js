// Text as elements. Every text enters the page as text: elements are made one by one and filled by textContent, so
// nothing anybody writes can become markup, a script or an address we did not check.

import { apart, make } from './elements.js';

const TURNS = /[\u202a-\u202e\u2066-\u2069]/g;     // characters that turn the direction of what follows them
const INLINE = new RegExp([
  /\*\*(.{1,400}?)\*\*/, /`([^`]{1,400})`/, /\[([^\]]{1,300})\]\(([^)\s]{1,1000})\)/,
  /https?:\/\/[^\s<>"\u202a-\u202e\u2066-\u2069]{1,1000}/,
].map(({ source }) => source).join('|'), 'g');
const ITEM = /^\s{0,6}(?:([-*•])|(\d{1,3})[.)])\s+(.*)$/;
const ONE = /\p{RI}\p{RI}|\p{ExtPict}[\p{EMod}\ufe0f]?(?:\u200d\p{ExtPict}[\p{EMod}\ufe0f]?)*/u;
const EMOJI = new RegExp(`^(?:(?:${ONE.source})\\s?){1,3}$`, 'u');

/** A name as it is written, without what would turn the direction of the words around it. */
export const straight = (text) => text.replace(TURNS, '');

/** Whether a text is a few emoji and nothing else. */
export const onlyEmoji = (text) => EMOJI.test(text);

/** A link that opens beside the chat. One that leads elsewhere shows its real host; one we do not trust stays text. */
export function link(title, address, written, say) {
  const meant = /^(https?:\/\/|\/(?![/\\]))/i.test(address) && URL.canParse(address, location.origin);
  const url = meant ? new URL(address, location.origin) : null;
  if (!url || url.username || url.password) return written;
  const made = make('a', '', apart(straight(title)));
  made.href = url.href;
  made.target = '_blank';
  made.rel = 'noopener noreferrer';
  const shown = title.replace(/^https?:\/\//, '');
  if (url.origin !== location.origin && shown !== url.host && !shown.startsWith(`${url.host}/`)) {
    made.append(' ', make('bdi', 'host', `(${url.host})`));
  }
  made.append(make('span', 'unseen', ` ${say.new_tab}`));
  return made;
}

/** Whether an address is a whole one on the web: no script, no data, no path of ours. */
export function onTheWeb(address) {
  return typeof address === 'string' && /^https?:\/\//i.test(address) && URL.canParse(address);
}

/** The words of one line, with what is bold, code or a link in them. */
export function inline(text, say) {
  const parts = [];
  let done = 0;
  for (const found of text.matchAll(INLINE)) {
    let [written] = found;
    const [, bold, code, title, address] = found;
    if (!bold && !code && !title) written = written.replace(/[.,;:!?)\]'"]+$/, '');
    parts.push(text.slice(done, found.index));
    done = found.index + written.length;
    if (bold) parts.push(make('strong', '', ...inline(bold, say)));
    else if (code) parts.push(make('code', '', code));
    else parts.push(link(title ?? written, address ?? written, written, say));
  }
  parts.push(text.slice(done));
  return parts;
}

/** A paragraph or a list, which runs in the direction of its own first letters. */
function block(tag, ...inside) {
  const made = make(tag, '', ...inside);
  made.dir = 'auto';
  return made;
}

/** A bubble's inside from the message's text, line by line. */
export function marked(text, say) {
  const blocks = [];
  let open = null;                                  // the paragraph or list that the next line may join
  for (const written of text.replaceAll('\r', '').split('\n')) {
    const [item, , number, words] = ITEM.exec(written) ?? [];
    const tag = number ? 'OL' : 'UL';
    if (item) {
      if (open?.tagName !== tag) {
        blocks.push(open = block(tag));
        if (number) open.start = Number(number);
      }
      open.append(make('li', '', ...inline(words, say)));
    } else if (!written.trim()) {
      if (open?.tagName === 'P') open = null;       // a list goes on over blank lines
    } else if (open?.tagName === 'P') {
      open.append(make('br'), ...inline(written, say));
    } else if (open && /^\s{2,}/.test(written)) {
      open.lastChild.append(make('br'), ...inline(written.trim(), say));
    } else {
      const heading = /^#{1,6}\s+(.+)$/.exec(written)?.[1];
      blocks.push(open = block('p', ...(heading ? [make('strong', '', heading)] : inline(written, say))));
      if (heading) open = null;
    }
  }
  return blocks;
}
