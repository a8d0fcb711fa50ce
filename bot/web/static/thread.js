// What has been said, as the customer sees it. Every text enters the page as text: elements are made one by one
// and filled by textContent, so nothing anybody writes can become markup, a script or an address we did not check.

const $ = (id) => document.getElementById(id);
const make = (tag, className = '', ...inside) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...inside);
  return made;
};

const TURNS = /[\u202a-\u202e\u2066-\u2069]/g;     // characters that turn the direction of what follows them
const INLINE = new RegExp([
  /\*\*(.{1,400}?)\*\*/, /`([^`]{1,400})`/, /\[([^\]]{1,300})\]\(([^)\s]{1,1000})\)/,
  /https?:\/\/[^\s<>"\u202a-\u202e\u2066-\u2069]{1,1000}/,
].map(({ source }) => source).join('|'), 'g');
const ITEM = /^\s{0,6}(?:([-*•])|(\d{1,3})[.)])\s+(.*)$/;

/** A link that opens beside the chat. One that leads elsewhere shows its real host; one we do not trust stays text. */
function link(title, address, written, say) {
  const meant = /^(https?:\/\/|\/(?![/\\]))/i.test(address) && URL.canParse(address, location.origin);
  const url = meant ? new URL(address, location.origin) : null;
  if (!url || url.username || url.password) return written;
  const made = make('a', '', make('bdi', '', title.replace(TURNS, '')));
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
function onTheWeb(address) {
  return typeof address === 'string' && /^https?:\/\//i.test(address) && URL.canParse(address);
}

function inline(text, say) {
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

/** A bubble's inside from the message's text, line by line. */
function marked(text, say) {
  const blocks = [];
  let open = null;                                  // the paragraph or list that the next line may join
  for (const written of text.replaceAll('\r', '').split('\n')) {
    const [item, , number, words] = ITEM.exec(written) ?? [];
    const tag = number ? 'OL' : 'UL';
    if (item) {
      if (open?.tagName !== tag) {
        blocks.push(open = make(tag));
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
      blocks.push(open = make('p', '', ...(heading ? [make('strong', '', heading)] : inline(written, say))));
      if (heading) open = null;
    }
  }
  return blocks;
}

function clock(asked, say) {
  const spoken = asked === 'en' ? 'en-GB' : asked;
  const language = navigator.languages.find((tag) => tag.split('-')[0] === asked && tag !== asked) ?? spoken;
  const hour = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' });
  const full = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'short' });
  const day = new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long' });
  const date = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' });
  const dated = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', year: 'numeric' });
  const ago = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });
  const midnight = (at) => new Date(at).setHours(0, 0, 0, 0);
  return {
    hour: (at) => hour.format(at),
    full: (at) => full.format(at),
    relative(at) {
      const minutes = Math.floor((Date.now() - at) / 60_000);
      if (minutes < 1) return say.now;
      return minutes < 60 ? ago.format(-minutes, 'minute') : hour.format(at);
    },
    day(at) {
      const days = Math.round((midnight(Date.now()) - midnight(at)) / 86_400_000);
      const named = days < 2 ? ago.format(-days, 'day') : day.format(at);
      return named[0].toLocaleUpperCase(language) + named.slice(1);
    },
    date: (at) => (at.getFullYear() === new Date().getFullYear() ? date : dated).format(at),
  };
}

const initials = (name) => name.split(/[\s-]+/).filter(Boolean).slice(0, 2)
  .map((word) => [...word][0].toLocaleUpperCase()).join('');

/** Draws the conversation in the order it is given. `send(text, payload)` says what a button says. */
export function openThread({ page, send }) {
  const say = page.texts;
  const log = $('log');
  const logo = $('face').firstElementChild;
  const times = clock(page.language, say);
  let day = '';
  let group = null;
  let groupKey = '';

  function choices(message) {
    const buttons = (message.buttons ?? []).map(({ title, payload, url }) => [title, title, payload, url]);
    const offered = message.feedback ? [
      [say.yes, say.helped, '/helped'],
      [say.no, say.did_not_help, '/did_not_help'],
      [say.person, say.want_person, '/firstline_person'],
      ...buttons.filter(([, , payload]) => payload.includes('{')),   // more than a yes or a no
    ] : buttons;
    if (!offered.length) return [];
    const row = make('div', message.feedback ? 'choices help' : 'choices');
    row.setAttribute('role', 'group');
    row.setAttribute('aria-label', message.feedback ? say.did_help : say.suggestions);
    if (message.feedback) row.append(make('span', 'asks', say.did_help));
    for (const [title, text, payload, url] of offered) row.append(choice(title, text, payload, url));
    return [row];
  }

  /** A chip that says something for the customer or, with an address that can be trusted, opens a page. */
  function choice(title, text, payload, url) {
    if (onTheWeb(url)) return link(title, url, title, say);
    const button = make('button', '', title);
    button.type = 'button';
    button.addEventListener('click', () => send(text, payload));
    return button;
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

  /** A file to open, or a picture that came as one: an address, or Rasa's {type, payload: {title, src}}. */
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

  /** What a message carries beside its words; what we have no picture of (`custom`) is left to other clients. */
  function beside({ data = {}, text }) {
    const words = text.split('\n')[0].slice(0, 200);
    const cards = (Array.isArray(data.elements) ? data.elements : []).filter((each) => each?.title);
    const shelf = cards.length ? [make('div', 'cards', ...cards.map(card))] : [];
    return [...picture(data.image, words), ...attachment(data.attachment ?? '', words), ...shelf];
  }

  function source({ title, url, heading, updated, language }) {
    const [before, after] = say.source.split('{title}');
    const more = [heading ? `${after} › ${heading}` : after];
    if (language && language !== page.language) {
      const named = new Intl.DisplayNames(page.language, { type: 'language' }).of(language);
      more.push(say.in_language.replace('{language}', named));
    }
    if (updated) more.push(say.updated.replace('{date}', times.date(new Date(`${updated.slice(0, 10)}T12:00`))));
    return make('p', 'source', before, link(title, url, title, say), more.join(' · '));
  }

  /** The further articles that an answer of several parts cites. */
  function also({ source: first, data }) {
    const cited = first && data?.custom?.also;
    return (Array.isArray(cited) ? cited : []).filter((each) => each?.title && each.url);
  }

  function waiting(place) {
    const figure = (title, value) => make('div', '', make('dt', '', title), make('dd', '', value));
    const minutes = place?.wait?.map((seconds) => Math.max(1, Math.ceil(seconds / 60)));
    const figures = place ? [figure(say.place, place.position === 1 ? say.place_next : place.position)] : [];
    figures.push(figure(say.wait, minutes ? `${[...new Set(minutes)].join('–')} min` : say.wait_unknown));
    return [make('h2', '', say.waiting), make('dl', '', ...figures), make('p', '', say.waiting_calm)];
  }

  function ended(startAgain, download) {
    const again = make('button', 'strong', say.again);
    const transcript = make('button', 'plain', say.transcript);
    again.addEventListener('click', startAgain);
    transcript.addEventListener('click', download);
    return [make('h2', '', say.ended), make('p', '', say.ended_calm), make('p', 'row', again, transcript)];
  }

  function openGroup({ author, name }, at) {
    const by = author === 'customer' ? say.you : name || (author === 'bot' ? say.assistant : say.agent);
    const stamp = make('time', '', times.relative(at));
    stamp.dateTime = at.toISOString();
    stamp.title = times.full(at);
    const foot = make('p', 'at', stamp);
    group = make('div', `group ${author}`, foot);
    group.dataset.by = by;
    if (author !== 'customer') {
      const picture = make('span', `face ${author}`, ...(author === 'bot' ? [logo.cloneNode(true)] : [initials(by)]));
      const label = make('p', 'by', by);
      for (const each of [picture, label]) each.setAttribute('aria-hidden', 'true');
      group.prepend(picture, label);
    }
    foot.setAttribute('aria-hidden', 'true');
    log.append(group);
  }

  return {
    full: times.full,

    /** Quick replies and the question after an answer stand only until the customer has said something more. */
    retire() {
      log.querySelectorAll('.choices').forEach((row) => row.remove());
    },

    clear() {
      log.replaceChildren();
      [day, groupKey, group] = ['', '', null];
    },

    /** Draws one message and returns the element to bring into view. */
    draw(message) {
      const at = new Date(message.sent_at);
      const today = times.day(at);
      if (today !== day) log.append(make('p', 'day', day = today));
      if (message.author === 'system') {
        groupKey = '';
        const line = make('p', 'line', ...inline(message.text, say));
        log.append(line);
        return line;
      }
      const key = [message.author, message.name, today, times.hour(at)].join('\n');
      if (key !== groupKey) openGroup(message, at);
      groupKey = key;
      const customer = message.author === 'customer';
      if (customer) this.retire();
      log.querySelector('.sent')?.remove();
      const made = make('div', 'message', make('span', 'unseen', `${group.dataset.by}, ${times.hour(at)}: `));
      if (message.text) {
        const bubble = make('div', 'bubble', ...(customer ? [message.text] : marked(message.text, say)));
        bubble.dir = 'auto';
        made.append(bubble);
      }
      if (!customer) made.append(...beside(message));
      if (message.source) made.append(source(message.source));
      for (const each of also(message)) made.append(source(each));
      made.append(...choices(message));
      const foot = group.lastElementChild;
      foot.before(made);
      if (customer) foot.append(make('span', 'sent', ` · ${say.sent}`));
      return made;
    },

    refreshTimes() {
      for (const stamp of log.querySelectorAll('time')) {
        stamp.firstChild.data = times.relative(new Date(stamp.dateTime));
      }
    },

    /** Who holds the conversation: in the header, and in a card under the thread for who waits or is done. */
    showHolder({ holder, agent, place }, { startAgain, download }) {
      const joined = holder === 'agent';
      $('name').textContent = joined ? agent?.name ?? say.agent : page.brand;
      $('line').textContent = say[`line_${holder}`];
      for (const { dataset } of document.querySelectorAll('#face, #typing .face')) {
        if (joined) dataset.initials = initials($('name').textContent);
        else delete dataset.initials;
      }
      $('person').hidden = $('menu-person').hidden = holder === 'queue' || joined;

      const wanted = JSON.stringify([holder, place]);
      if ($('card').dataset.shows === wanted) return;         // drawn anew it would be read out anew
      $('card').dataset.shows = wanted;
      const inside = holder === 'queue' ? waiting(place) : holder === 'none' ? ended(startAgain, download) : [];
      $('card').replaceChildren(...(inside.length ? [make('section', 'card', ...inside)] : []));
    },
  };
}
