// Tells whoever looks elsewhere that somebody waits while this desk is free: in the
// window's title, and by the browser's own notification where that is allowed.

import { announce } from "./title.js";

export class Notice {
  constructor(phrases) {
    this.phrases = phrases;
    this.waiting = 0;
    const button = document.getElementById("ask-notice");
    if (!("Notification" in window) || Notification.permission !== "default" || !isSecureContext) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await Notification.requestPermission();
      button.hidden = Notification.permission !== "default";
    });
  }

  // show is told how many wait for a free desk: none where it isn't free.
  show(waiting) {
    const text = waiting ? this.phrases.n("desk.tab", waiting) : "";
    announce("waiting", text);
    if (waiting && !this.waiting && !document.hasFocus()) this.notify(text);
    this.waiting = waiting;
  }

  notify(text) {
    if (!("Notification" in window) || Notification.permission !== "granted") return;
    this.shown?.close();
    this.shown = new Notification(text, { body: document.querySelector("title").dataset.name, tag: "aufruf-desk" });
    this.shown.addEventListener("click", () => window.focus());
  }
}
