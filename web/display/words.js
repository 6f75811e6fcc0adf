// Sentences and times. The texts come from the program's catalogues; times are
// read in the offset that the server wrote, never in this machine's zone.

export class Words {
  // texts are {lang, words} by language; the page begins in the language that
  // it was asked for, or in German.
  constructor(texts, asked) {
    this.languages = texts;
    this.saturday = "";
    this.#take(asked);
  }

  // use turns the page into another language, if there is one and it is news.
  use(language) {
    if (language === this.language || !this.languages[language]) return;
    this.#take(language);
    document.documentElement.lang = this.languages[language].lang;
    for (const e of document.querySelectorAll("[data-text]")) e.textContent = this.t(e.dataset.text);
    for (const e of document.querySelectorAll("[data-label]")) e.setAttribute("aria-label", this.t(e.dataset.label));
    for (const e of document.querySelectorAll("[data-alt]")) e.alt = this.t(e.dataset.alt);
  }

  // beside sets the language that stands beside the first; none is none.
  beside(language) {
    this.second = language !== this.language ? this.languages[language] : undefined;
  }

  // both writes a sentence, and in the second language below it.
  both(element, key, args = {}) {
    this.write(element, this.t(key, args), this.second && fill(this.second.words[key] ?? "", args));
  }

  // write puts a text into an element, with the same in the second language.
  write(element, text, second) {
    const known = element.textContent;
    if (known === text + (second ?? "")) return;
    element.textContent = text;
    if (!second) return;
    const below = document.createElement("span");
    below.className = "second";
    below.lang = this.second?.lang ?? "";
    below.textContent = second;
    element.append(below);
  }

  #take(language) {
    this.language = this.languages[language] ? language : "de";
    this.texts = this.languages[this.language].words;
  }

  t(key, args = {}) {
    return fill(this.texts[key] ?? key, args);
  }

  // of picks the page's language from a text by language, German otherwise.
  of(text) {
    return text?.[document.documentElement.lang] ?? text?.de ?? "";
  }

  // ofBoth picks both languages' texts, each once.
  ofBoth(text) {
    return [...new Set([this.of(text), this.second && text?.[this.second.lang]].filter(Boolean))];
  }

  time(wall) {
    return this.t("date.clock", { h: wall.getUTCHours(), hh: two(wall.getUTCHours()), mm: two(wall.getUTCMinutes()) });
  }

  day(wall) {
    return this.t("date.day_month", {
      weekday: (wall.getUTCDay() === 6 && this.saturday) || this.t(`date.weekday.${wall.getUTCDay()}`),
      day: wall.getUTCDate(),
      month: this.t(`date.month.${wall.getUTCMonth() + 1}`),
    });
  }
}

// wall reads an RFC 3339 time into a Date whose UTC fields are the wall clock
// of its offset.
export function wall(rfc3339) {
  const offset = /([+-])(\d\d):(\d\d)$/.exec(rfc3339);
  const minutes = offset ? (offset[1] === "-" ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3])) : 0;
  return new Date(Date.parse(rfc3339) + minutes * 60000);
}

// ServerClock counts on from the server's last word by the monotonic clock.
export class ServerClock {
  constructor() {
    this.reading = null;
  }

  set(rfc3339) {
    this.reading = wall(rfc3339).getTime();
    this.read = performance.now();
  }

  // now returns a Date as wall does, or null before the first word.
  now() {
    return this.reading === null ? null : new Date(this.reading + performance.now() - this.read);
  }
}

function fill(text, args) {
  return text.replace(/\{([a-z_]+)\}/g, (whole, name) => (name in args ? String(args[name]) : whole));
}

function two(n) {
  return String(n).padStart(2, "0");
}
