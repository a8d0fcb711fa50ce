// Moments that lie ahead, in words: "tomorrow at 09:00".

const DAY = 86_400_000;

/** In the reader's language, as they write it at home where the browser tells: en-GB and en-US tell time apart. */
export function moments(asked, say) {
  const home = asked === 'en' ? 'en-GB' : asked;
  const language = navigator.languages.find((tag) => tag.split('-')[0] === asked && tag !== asked) ?? home;
  const hour = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' });
  const day = new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long' });
  const near = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const midnight = (at) => new Date(at).setHours(0, 0, 0, 0);
  const lasting = (unit) => new Intl.NumberFormat(language, { style: 'unit', unit, maximumFractionDigits: 0 });

  return {
    when(at) {
      const days = Math.round((midnight(at) - midnight(Date.now())) / DAY);
      const named = Math.abs(days) < 2 ? near.format(days, 'day') : day.format(at);
      return say.at_hour.replace('{day}', named).replace('{hour}', hour.format(at));
    },

    /** How long something takes, from `least` to `most` seconds: in minutes, from two hours on in hours. */
    range(least, most) {
      const [unit, length] = most < 7200 ? ['minute', 60] : ['hour', 3600];
      const from = Math.max(1, Math.floor(least / length));
      const to = Math.max(from, Math.ceil(most / length));
      return from === to ? lasting(unit).format(to) : lasting(unit).formatRange(from, to);
    },
  };
}
