// What a hall reads while nobody is called: the town and the branch, today's hours,
// about how long one waits, how calling works; in turn with it the town's slides, and
// a long notice page by page. While a call is large nothing of this moves.

import * as fit from "./fit.js";

const byID = (id) => document.getElementById(id);
const own = 16; // seconds of our own page
const slide = 10; // of a slide
const page = 7; // of a page of the notice

export class Idle {
  constructor(words) {
    this.words = words;
    this.at = { slide: -1, page: 0 }; // -1: our own page
    this.left = { slide: own, page };
    this.pages = [""];
  }

  render(view) {
    this.view = view;
    const { look, today, large } = view;
    byID("welcome-town").textContent = look?.town ?? "";
    byID("welcome-branch").textContent = look?.branch ?? "";
    this.hours(today?.offices ?? []);
    if (large || this.slides().length === 0) this.at.slide = -1;
    this.paint();
    this.notice();
  }

  slides() {
    return this.view.look?.slides ?? [];
  }

  // turn lets a second pass, and reports whether something else is to be seen.
  turn() {
    if (!this.view || this.view.large || this.view.code) return false;
    return [this.turnSlide(), this.turnNotice()].some(Boolean);
  }

  turnSlide() {
    const count = this.slides().length;
    if (count === 0 || --this.left.slide > 0) return false;
    this.at.slide = this.at.slide + 1 < count ? this.at.slide + 1 : -1;
    this.left.slide = this.at.slide < 0 ? own : slide;
    this.paint();
    return true;
  }

  turnNotice() {
    if (this.pages.length < 2 || --this.left.page > 0) return false;
    this.left.page = page;
    this.at.page = (this.at.page + 1) % this.pages.length;
    this.notice();
    return true;
  }

  paint() {
    const now = this.view.large ? undefined : this.slides()[this.at.slide];
    byID("screen").toggleAttribute("data-slide", Boolean(now));
    byID("slide").hidden = !now;
    const picture = byID("picture");
    picture.hidden = !now?.picture;
    if (now?.picture) {
      picture.alt = now.text;
      if (picture.getAttribute("src") !== now.picture) picture.src = now.picture;
      picture.onerror = () => (this.left.slide = 0); // one that can't be had gives its time to the next
    }
    byID("slide-text").hidden = !now || Boolean(now.picture);
    if (now && !now.picture) this.words.write(byID("slide-text"), now.text, now.second);
  }

  // notice is whole where it fits; else, while nobody is called, page by page.
  notice() {
    const { notice, look, large } = this.view;
    const element = byID("notice");
    const whole = [notice, look?.second?.notice].filter(Boolean).join(" · ");
    element.hidden = !whole;
    write(element, whole);
    if (!whole) return;
    fit.notice();
    this.pages = large || element.scrollHeight <= element.clientHeight + 1 ? [whole] : fit.pages(whole, element);
    this.at.page %= this.pages.length;
    write(element, this.pages[this.at.page]);
  }

  hours(offices) {
    byID("today").hidden = offices.length === 0;
    const lines = offices.map((o) => this.office(o, offices.length > 1));
    byID("hours").replaceChildren(...lines);
  }

  office({ name, hours, wait_minutes: wait }, named) {
    const item = document.createElement("li");
    if (named) item.append(text("span", "office", name));
    const spans = hours.map((h) => h.replace("-", "–")).join(", ");
    item.append(text("b", "", spans ? this.words.t("display.hours", { spans }) : this.words.t("display.closed")));
    if (wait) item.append(this.waiting(wait));
    return item;
  }

  waiting({ low, high }) {
    const line = text("span", "wait", "");
    const key = high <= 5 ? "display.wait_short" : low === high ? "display.wait_about" : "display.wait";
    this.words.both(line, key, { low, high });
    return line;
  }
}

function text(tag, style, content) {
  const element = document.createElement(tag);
  if (style) element.className = style;
  element.textContent = content;
  return element;
}

function write(element, content) {
  if (element.textContent !== content) element.textContent = content;
}
