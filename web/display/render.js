// Puts a view onto the glass. A view is {large, list, online, since, now,
// notice, sound, look, today}; it is the same whether the display program or board.js
// made it. Rendering never waits for anything.

import { markOn, paperOn, stageOn } from "./colours.js";
import * as fit from "./fit.js";
import { Idle } from "./idle.js";
import { partsOf } from "./label.js";
import { wall } from "./words.js";

const byID = (id) => document.getElementById(id);
const usuallyListed = 6;
const spokenKept = 3; // announcements that a screen reader may still be at

export class Renderer {
  constructor(words, clock) {
    this.words = words;
    this.clock = clock;
    this.idle = new Idle(words);
    this.seq = null;
    this.listed = "";
    this.label = partsOf("");
    const places = new ResizeObserver(() => this.fit());
    for (const id of ["screen", "stage", "idle", "queue", "lane"]) places.observe(byID(id));
    document.fonts?.ready.then(() => {
      fit.forget();
      this.fit();
    });
  }

  render(view) {
    if (view.now) this.clock.set(view.now);
    this.view = view;
    document.documentElement.toggleAttribute("data-night", Boolean(view.dark));
    if (view.theme) document.documentElement.dataset.theme = view.theme;
    this.words.use(view.look?.language);
    this.words.beside(view.look?.second?.language);
    this.words.saturday = view.look?.saturday ?? "";
    this.look(view.look, view.qr);
    this.call(view.large);
    this.connection(view);
    this.pairing(view);
    this.lane(view);
    byID("sound").hidden = view.sound !== "blocked";
    byID("mute").hidden = view.sound !== "no_device";
    this.tick();
    this.idle.render(view);
    this.fit();
  }

  call(large) {
    const screen = byID("screen");
    screen.dataset.state = large ? "call" : "idle";
    screen.toggleAttribute("data-again", Boolean(large?.again));
    screen.toggleAttribute("data-cleared", Boolean(large?.cleared));
    this.label = partsOf(large?.room.label ?? "");
    byID("room").querySelector(".word").textContent = before(this.label.word);
    byID("room").dataset.label = large?.room.label ?? "";
    write(byID("direction"), [this.label.extra, ...this.words.ofBoth(large?.direction)].filter(Boolean).join(" · "));
    this.words.both(byID("again"), "display.again");
    const seq = large?.seq ?? null;
    if (seq === this.seq) return;
    this.seq = seq;
    if (!large) {
      screen.removeAttribute("data-pulse");
      return;
    }
    byID("number").textContent = large.number;
    this.pulse(screen);
    this.announce(large);
  }

  pulse(screen) {
    screen.removeAttribute("data-pulse");
    void screen.offsetWidth; // restarts the animation
    screen.setAttribute("data-pulse", "");
  }

  // announce adds a line for screen readers. A new line and no changed text:
  // the second recall of a number has the words of the first.
  announce({ number, room, again }) {
    const line = document.createElement("p");
    line.textContent = this.words.t(again ? "display.announcement_again" : "display.announcement", { number, room: room.label });
    const live = byID("live");
    live.append(line);
    while (live.children.length > spokenKept) live.firstElementChild.remove();
  }

  // list writes the calls that have been large: in one list, or each office's in its own.
  list({ list, look }) {
    const columns = fit.columns(look?.columns ?? []);
    const rows = fit.rows(look?.listed || usuallyListed, columns.length, this.label);
    const upright = innerHeight > innerWidth;
    const used = upright && columns.length === 0 ? Math.min(rows, list.length) : rows;
    document.documentElement.style.setProperty("--rows", Math.max(1, used));
    const most = columns.length || upright ? used : 2 * used;
    const lists = columns.length ? columns.map((c, i) => ({ name: c.name, calls: ofColumn(list, columns, c, i).slice(0, most) })) : [{ calls: list.slice(0, most) }];
    byID("screen").dataset.listed = list.length === 0 ? "none" : upright && list.length < 3 ? "few" : "some";
    byID("screen").dataset.columns = columns.length;
    const shown = JSON.stringify([upright, lists.map((l) => [l.name, l.calls.map((c) => [c.number, c.room.label, c.cleared])])]);
    if (shown === this.listed) return;
    this.listed = shown;
    byID("last").replaceChildren(...(list.length === 0 ? [] : lists.map(listOf)));
  }

  // pairing shows the code of a screen that has no rights yet, or no longer.
  pairing(view) {
    byID("screen").toggleAttribute("data-pairing", Boolean(view.code));
    byID("pairing").hidden = !view.code;
    byID("code").textContent = view.code ? `${view.code.slice(0, 3)} ${view.code.slice(3)}` : "";
    byID("pairing-title").textContent = this.words.t(view.denied ? "display.revoked" : "display.pairing");
  }

  // lane shows who is next. Who is called already isn't.
  lane({ today, large, list }) {
    const called = new Set([large, ...list].filter((c) => c && !c.cleared).map((c) => c.number));
    const next = (today?.next ?? []).filter((n) => !called.has(n));
    byID("lane").hidden = next.length === 0;
    byID("next").replaceChildren(...next.map((n) => textIn("li", "", n)));
  }

  // look paints what the town chose: its name, logo and colours, and the code
  // that leads a phone to the branch's calls.
  look(look, qr) {
    byID("demonstration").hidden = !look?.demonstration;
    byID("town").hidden = !look;
    byID("town-name").textContent = look?.town ?? "";
    for (const id of ["logo", "arms"]) picture(byID(id), look?.logo);
    byID("queue").hidden = !qr;
    picture(byID("qr"), qr);
    this.colours(look);
    for (const e of document.querySelectorAll("[data-both]")) this.words.both(e, e.dataset.both);
  }

  // colours sets what the town chose; the theme of the ends of the scale has its own.
  colours(look) {
    const style = document.documentElement.style;
    for (const name of ["paper", "ink", "quiet", "line", "stage", "stage-ink", "stage-quiet", "pulse", "mark"]) style.removeProperty(`--${name}`);
    if (document.documentElement.dataset.theme === "contrast") return;
    const set = (colours) => Object.entries(colours).forEach(([name, colour]) => style.setProperty(`--${name}`, colour));
    if (look?.ground) set({ paper: look.ground, ...paperOn(look.ground) });
    const signal = look?.signal || look?.accent;
    if (!signal) return;
    const { ground, ink, pulse } = stageOn(signal);
    const now = getComputedStyle(document.documentElement);
    const of = (name) => now.getPropertyValue(name).trim();
    set({ stage: ground, "stage-ink": ink, "stage-quiet": ink, pulse, mark: markOn(signal, of("--paper"), of("--ink")) });
  }

  connection(view) {
    if (view.code) {
      show(byID("connection"), "");
      return;
    }
    if (view.denied) {
      show(byID("connection"), this.words.t("display.not_allowed"));
      return;
    }
    if (view.online) {
      show(byID("connection"), "");
      return;
    }
    show(byID("connection"), this.offline(view.since));
  }

  offline(since) {
    if (!since) return this.words.t("display.offline_never");
    const lost = wall(since);
    const now = this.clock.now();
    const today = now && now.toISOString().slice(0, 10) === lost.toISOString().slice(0, 10);
    const args = { time: this.words.time(lost), date: this.words.day(lost) };
    return this.words.t(today ? "display.offline" : "display.offline_date", args);
  }

  // tick writes the clock; the server's time, or none.
  tick() {
    const now = this.clock.now();
    write(byID("clock"), now ? this.words.time(now) : "");
    write(byID("date"), now ? this.words.day(now) : "");
  }

  // turn shows the next page of what an idle screen has to say.
  turn() {
    if (this.idle.turn()) this.fit();
  }

  // fit sizes what is written; what stands below the stage decides how much
  // of it is left.
  fit() {
    if (!this.view) return;
    fit.notice();
    this.list(this.view);
    fit.list();
    if (byID("screen").dataset.state === "call") fit.stage(this.label);
    fit.idle();
  }
}

// ofColumn returns the calls of an office's column; the first has those of no other.
function ofColumn(calls, columns, { id }, at) {
  const known = new Set(columns.map((c) => c.id));
  return calls.filter((c) => c.office === id || (at === 0 && !known.has(c.office)));
}

function listOf({ name, calls }) {
  const list = document.createElement("ol");
  list.className = "list";
  list.append(...calls.map(listed));
  if (!name) {
    list.id = "list";
    return list;
  }
  list.style.setProperty("--columns", 1);
  const column = document.createElement("section");
  column.append(textIn("h2", "", name), list);
  return column;
}

// listed is a call's line in the list. What a label says in brackets is left to the
// stage, where there is room for it.
function listed({ number, room, cleared }) {
  const item = document.createElement("li");
  item.toggleAttribute("data-cleared", cleared);
  const label = document.createElement("span");
  label.className = "room";
  const { word, name } = partsOf(room.label);
  Object.assign(label.dataset, { word, name });
  label.classList.toggle("pair", word !== "");
  if (word) label.append(textIn("span", "word", before(word)));
  label.append(textIn("span", "name", name));
  item.append(textIn("b", "", number), " ", label);
  return item;
}

// before gives a word the blank behind it, in the word's own small size.
function before(word) {
  return word && `${word} `;
}

function textIn(tag, style, text) {
  const element = document.createElement(tag);
  if (style) element.className = style;
  element.textContent = text;
  return element;
}

// picture shows an image where there is one that can be loaded.
function picture(element, address) {
  if (element.getAttribute("src") === (address ?? null)) return;
  if (!address) {
    element.hidden = true;
    element.removeAttribute("src");
    return;
  }
  element.onload = () => (element.hidden = false);
  element.onerror = () => (element.hidden = true);
  element.src = address;
}

function show(element, text) {
  element.hidden = !text;
  write(element, text ?? "");
}

// write touches the page only for news.
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
