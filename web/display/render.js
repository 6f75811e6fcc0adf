// Puts a view onto the glass. A view is {large, list, online, since, now,
// notice, blocked}; it is the same whether the display program or board.js
// made it. Rendering never waits for anything.

import * as fit from "./fit.js";
import { partsOf } from "./label.js";
import { wall } from "./words.js";

const byID = (id) => document.getElementById(id);
const usuallyListed = 6;
const spokenKept = 3; // announcements that a screen reader may still be at

export class Renderer {
  constructor(words, clock) {
    this.words = words;
    this.clock = clock;
    this.seq = null;
    this.listed = "";
    new ResizeObserver(() => this.fit()).observe(byID("screen"));
    document.fonts?.ready.then(() => this.fit());
  }

  render(view) {
    if (view.now) this.clock.set(view.now);
    document.documentElement.toggleAttribute("data-night", Boolean(view.dark));
    if (view.theme) document.documentElement.dataset.theme = view.theme;
    this.words.use(view.look?.language);
    this.words.saturday = view.look?.saturday ?? "";
    this.look(view.look, view.qr);
    this.call(view.large);
    this.list(view.list);
    this.connection(view);
    this.pairing(view);
    show(byID("notice"), view.notice);
    byID("sound").hidden = !view.blocked;
    this.tick();
    this.fit();
  }

  call(large) {
    const screen = byID("screen");
    screen.dataset.state = large ? "call" : "idle";
    screen.toggleAttribute("data-again", Boolean(large?.again));
    screen.toggleAttribute("data-cleared", Boolean(large?.cleared));
    const { word, name, extra } = partsOf(large?.room.label ?? "");
    byID("where").querySelector(".word").textContent = before(word);
    byID("where").querySelector(".name").textContent = name;
    show(byID("direction"), [extra, this.words.of(large?.direction)].filter(Boolean).join(". "));
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

  list(calls) {
    const shown = JSON.stringify(calls.map((c) => [c.number, c.room.label, c.cleared]));
    if (shown === this.listed) return;
    this.listed = shown;
    byID("list").replaceChildren(...calls.map(listed));
  }

  // pairing shows the code of a screen that has no rights yet, or no longer.
  pairing(view) {
    byID("screen").toggleAttribute("data-pairing", Boolean(view.code));
    byID("pairing").hidden = !view.code;
    byID("code").textContent = view.code ? `${view.code.slice(0, 3)} ${view.code.slice(3)}` : "";
    byID("pairing-title").textContent = this.words.t(view.denied ? "display.revoked" : "display.pairing");
  }

  // look paints what the town chose: its name, logo and colour, and the code
  // that leads a phone to the branch's calls.
  look(look, qr) {
    byID("demonstration").hidden = !look?.demonstration;
    byID("town").hidden = !look;
    byID("town-name").textContent = look?.town ?? "";
    picture(byID("logo"), look?.logo);
    byID("queue").hidden = !qr;
    picture(byID("qr"), qr);
    const style = document.documentElement.style;
    const listed = look?.listed || usuallyListed;
    style.setProperty("--listed", listed);
    style.setProperty("--half", Math.ceil(listed / 2));
    if (look?.accent) {
      style.setProperty("--accent", look.accent);
      style.setProperty("--accent-ink", inkOn(look.accent));
    } else {
      style.removeProperty("--accent");
      style.removeProperty("--accent-ink");
    }
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

  // fit sizes what is written; what stands below the stage decides how much
  // of it is left.
  fit() {
    fit.notice();
    fit.list();
    if (byID("screen").dataset.state === "call") fit.stage();
  }
}

// listed is a call's line in the list.
function listed({ number, room, cleared }) {
  const item = document.createElement("li");
  item.toggleAttribute("data-cleared", cleared);
  const label = document.createElement("span");
  label.className = "room";
  const { word, name, extra } = partsOf(room.label);
  label.classList.toggle("pair", word !== "");
  if (word) label.append(textIn("span", "word", before(word)));
  label.append(textIn("span", "name", name));
  if (extra) label.append(" ", textIn("small", "extra", extra));
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

// inkOn returns the one of black and white that is read better on a colour, by
// the relative luminance of WCAG.
function inkOn(hex) {
  const part = (at) => {
    const c = parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  const luminance = 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
  return luminance > 0.179 ? "#10151a" : "#ffffff";
}

function show(element, text) {
  element.hidden = !text;
  write(element, text ?? "");
}

// write touches the page only for news.
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
