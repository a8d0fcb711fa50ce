// What has been said, as the customer sees it: messages grouped by author and minute, and who holds the conversation.

import { openBeside } from './beside.js';
import { $, make } from './elements.js';
import { inline, link, marked, onlyEmoji } from './prose.js';

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

/** The first letter of a word as a reader sees it, whatever it is made of. */
const first = (word) => (Intl.Segmenter ? new Intl.Segmenter().segment(word)[Symbol.iterator]().next().value.segment
  : [...word][0]).toLocaleUpperCase();
const initials = (name) => name.split(/[\s-]+/).filter(Boolean).slice(0, 2).map(first).join('');

/** Draws the conversation in the order it is given. `send(text, payload)` says what a button says. */
export function openThread({ page, send }) {
  const say = page.texts;
  const log = $('log');
  const logo = $('face').firstElementChild;
  const times = clock(page.language, say);
  const { choice, beside } = openBeside({ page, send });
  const offered = [];                               // the rows of choices that still stand
  let sent = null;                                  // the word under the last message of the customer's
  let day = '';
  let group = null;
  let groupKey = '';

  function choices(message) {
    const buttons = (message.buttons ?? []).map(({ title, payload, url }) => [title, title, payload, url]);
    const chips = message.feedback ? [
      [say.yes, say.helped, '/helped'],
      [say.no, say.did_not_help, '/did_not_help'],
      [say.person, say.want_person, '/firstline_person'],
      ...buttons.filter(([, , payload]) => payload.includes('{')),   // more than a yes or a no
    ] : buttons;
    if (!chips.length) return [];
    const row = make('div', message.feedback ? 'choices help' : 'choices');
    row.setAttribute('role', 'group');
    row.setAttribute('aria-label', message.feedback ? say.did_help : say.suggestions);
    if (message.feedback) row.append(make('span', 'asks', say.did_help));
    row.append(...chips.map((chip) => choice(...chip)));
    return [row];
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
      offered.splice(0).forEach((row) => row.remove());
    },

    clear() {
      log.replaceChildren();
      offered.length = 0;
      [day, groupKey, group, sent] = ['', '', null, null];
    },

    /** Draws one message and returns the element to bring into view. */
    draw(message) {
      const at = new Date(message.sent_at);
      const today = times.day(at);
      if (today !== day) log.append(make('p', 'day', day = today));
      if (message.author === 'system') {
        groupKey = '';
        const line = make('p', 'line', ...inline(message.text, say));
        line.dir = 'auto';
        log.append(line);
        return line;
      }
      const key = [message.author, message.name, today, times.hour(at)].join('\n');
      if (key !== groupKey) openGroup(message, at);
      groupKey = key;
      const customer = message.author === 'customer';
      if (customer) this.retire();
      sent?.remove();
      const made = make('div', 'message', make('span', 'unseen', `${group.dataset.by}, ${times.hour(at)}: `));
      if (message.text) {
        const bubble = make('div', 'bubble', ...(customer ? [message.text] : marked(message.text, say)));
        bubble.classList.toggle('emoji', onlyEmoji(message.text));
        bubble.dir = 'auto';
        made.append(bubble);
      }
      made.append(...beside(message));
      if (message.source) made.append(source(message.source));
      for (const each of also(message)) made.append(source(each));
      made.append(...choices(message));
      offered.push(...made.querySelectorAll('.choices'));
      const foot = group.lastElementChild;
      foot.before(made);
      if (customer) foot.append(sent = make('span', 'sent', ` · ${say.sent}`));
      return made;
    },

    refreshTimes() {
      for (const stamp of log.querySelectorAll('time')) {
        stamp.firstChild.data = times.relative(new Date(stamp.dateTime));
      }
    },

    /** Who holds the conversation, in the header. */
    showHolder({ holder, agent, outlook }) {
      const joined = holder === 'agent';
      const away = holder === 'queue' && outlook?.open === false;
      $('name').textContent = joined ? agent?.name ?? say.agent : page.brand;
      $('line').textContent = say[`line_${away ? 'away' : holder}`];
      for (const { dataset } of document.querySelectorAll('#face, #typing .face')) {
        if (joined) dataset.initials = initials($('name').textContent);
        else delete dataset.initials;
      }
      $('typing').querySelector('.unseen').textContent = joined
        ? say.person_writing.replace('{name}', $('name').textContent)
        : say.writing;
      $('person').hidden = $('menu-person').hidden = holder === 'queue' || joined;
    },
  };
}
