// Sentences from the program's catalogues.

export class Phrases {
  constructor(texts) {
    this.texts = texts;
  }

  t(key, args = {}) {
    const text = this.texts[key] ?? key;
    return text.replace(/\{([a-z_]+)\}/g, (whole, name) => (name in args ? String(args[name]) : whole));
  }

  // n is t for a text that has a singular.
  n(key, count) {
    return this.t(`${key}.${count === 1 ? "one" : "other"}`, { count });
  }

  // at words the time of day that an instant of the server shows, which stands in
  // the branch's zone: this machine may think that it is elsewhere, or later.
  at(instant) {
    const [h, m] = [instant.slice(11, 13), instant.slice(14, 16)];
    return this.t("date.clock", { h: Number(h), hh: h, mm: m });
  }
}

// arrival words what the screens reported of a call, and whether somebody has
// to call the number by voice.
export function arrival(phrases, { screens, queued, in_ms, shown, sounded, silent, late }) {
  if (shown === 0) {
    if (screens === 0) return { text: phrases.t("arrived.no_screen"), warn: true };
    if (!late && queued > 0) {
      return { text: phrases.t("arrived.queued", { seconds: Math.max(1, Math.ceil(in_ms / 1000)) }), warn: false };
    }
    return { text: phrases.t(late ? "arrived.late" : "arrived.under_way"), warn: Boolean(late) };
  }
  const count = Math.max(screens, shown);
  const text = phrases.t(count === 1 ? "arrived.shown.one" : "arrived.shown.other", { shown, count });
  if (sounded === 0) return silent ? { text: `${text}, ${phrases.t("arrived.silent")}`, warn: true } : { text, warn: false };
  if (silent) return { text: `${text}, ${phrases.t("arrived.partly", { sounded })}`, warn: true };
  return { text: `${text}, ${phrases.t("arrived.gong")}`, warn: false };
}
