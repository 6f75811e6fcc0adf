// Puts a view onto the glass. A view is {large, list, online, since, now,
// notice, blocked}; it is the same whether the display program or board.js
// made it. Rendering never waits for anything.

import { wall } from "./words.js";

const byID = (id) => document.getElementById(id);

export class Renderer {
  constructor(words, clock) {
    this.words = words;
    this.clock = clock;
    this.seq = null;
    new ResizeObserver(() => this.fit()).observe(byID("stage"));
    document.fonts?.ready.then(() => this.fit());
  }

  render(view) {
    if (view.now) this.clock.set(view.now);
    document.documentElement.toggleAttribute("data-night", Boolean(view.dark));
    if (view.theme) document.documentElement.dataset.theme = view.theme;
    this.words.use(view.look?.language);
    this.words.saturday = view.look?.saturday ?? "";
    this.call(view.large);
    this.list(view.list);
    this.connection(view);
    this.pairing(view);
    this.look(view.look, view.qr);
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
    show(byID("direction"), large ? this.words.of(large.direction) : "");
    const seq = large?.seq ?? null;
    if (seq === this.seq) return;
    this.seq = seq;
    if (!large) {
      screen.removeAttribute("data-pulse");
      return;
    }
    byID("number").textContent = large.number;
    const [word, name] = split(large.room.label);
    byID("room-word").textContent = word;
    byID("room-name").textContent = name;
    this.pulse(screen);
    byID("live").textContent = this.words.t(large.again ? "display.announcement_again" : "display.announcement", {
      number: large.number,
      room: large.room.label,
    });
  }

  pulse(screen) {
    screen.removeAttribute("data-pulse");
    void screen.offsetWidth; // restarts the animation
    screen.setAttribute("data-pulse", "");
  }

  list(calls) {
    byID("list").replaceChildren(
      ...calls.map((c) => {
        const item = document.createElement("li");
        item.toggleAttribute("data-cleared", c.cleared);
        const number = document.createElement("b");
        number.textContent = c.number;
        const room = document.createElement("span");
        room.textContent = c.room.label;
        item.append(number, " ", room);
        return item;
      }),
    );
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
    byID("clock").textContent = now ? this.words.time(now) : "";
    byID("date").textContent = now ? this.words.day(now) : "";
  }

  // fit gives number and room the largest size that their places hold. The
  // digits are 0.66 of the font size high, so the line box may overlap the
  // stage's edge without cutting one off.
  fit() {
    if (byID("screen").dataset.state !== "call") return;
    const stage = byID("stage").getBoundingClientRect();
    const portrait = innerHeight > innerWidth;
    const width = portrait ? stage.width : stage.width * 0.57;
    const height = portrait ? stage.height * 0.58 : stage.height;
    fill(byID("number"), width, height / 0.8);
    const roomWidth = portrait ? stage.width * 0.96 : stage.width * 0.39;
    const hint = byID("direction").getBoundingClientRect().height;
    const roomHeight = (portrait ? stage.height * 0.38 : stage.height * 0.86) - hint;
    fill(byID("room"), roomWidth, roomHeight);
  }
}

function fill(element, width, height) {
  element.style.fontSize = "100px";
  const box = element.getBoundingClientRect();
  if (!box.width || !box.height) return;
  const natural = Math.max(...[element, ...element.children].map((e) => e.scrollWidth), 1);
  element.style.fontSize = `${Math.floor(100 * Math.min(width / natural, height / box.height))}px`;
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

// split puts the word before a name on a line of its own: "Zimmer", "2.03".
function split(label) {
  const at = label.indexOf(" ");
  return at < 0 ? ["", label] : [label.slice(0, at), label.slice(at + 1)];
}

function show(element, text) {
  element.hidden = !text;
  if (element.textContent !== text) element.textContent = text ?? "";
}
