// The view as this browser makes it from the server's own messages: it keeps
// the board, rings by Web Audio and reports, as the display program would. The
// device's cookie signs it in.

import { Board, defaults } from "./board.js";
import { Socket, notAllowed } from "./socket.js";
import { Sound } from "./sound.js";

// What was reported this long before a connection broke is reported again: the
// server may not have kept it, and counts it only once.
const repeatWithin = 60000;
const maxRepeated = 16;

export function run({ config, show }) {
  const screen = new Screen(config, show);
  screen.start();
  return { test: () => screen.sound.ring({ sound: screen.board.settings.sound }) };
}

class Screen {
  constructor(config, show) {
    this.config = config;
    this.show = show;
    this.board = new Board({ ...defaults, theme: config.theme ?? "" });
    this.outbox = [];
    this.recent = []; // {at, report}, as they were sent
    this.failed = 0; // attempts since the last board
    this.socket = new Socket(() => this.address(), this);
    this.sound = new Sound(config, () => this.soundChanged());
  }

  start() {
    this.socket.open();
    this.sound.probe();
    // Any touch may unblock the sound, not only one on the bar.
    for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, () => this.sound.probe());
    setInterval(() => this.render(), 60000); // night hours begin and end
  }

  address() {
    const address = new URL("/api/v1/ws/display", location.href);
    if (this.config.language) address.searchParams.set("language", this.config.language);
    if (this.config.branch) address.searchParams.set("branch", this.config.branch);
    if (this.board.epoch) {
      address.searchParams.set("epoch", this.board.epoch);
      address.searchParams.set("after", this.board.seq);
    }
    return address;
  }

  receive(message) {
    const at = performance.now();
    switch (message.type) {
      case "board":
        this.failed = 0;
        this.repeat();
        this.apply(this.board.board(at, message));
        this.status(this.board.soundStands());
        break;
      case "call":
        this.apply(this.board.call(at, message));
        break;
      case "look":
        this.apply(this.board.restyle(at, message));
        break;
      case "clock":
        this.apply(this.board.clockSet(at, message));
        break;
      case "today":
        this.apply(this.board.today(at, message));
        break;
      case "test":
        this.apply(this.board.test(at, message));
        break;
      case "clear":
        this.apply(this.board.clear(at, message));
        break;
    }
  }

  // lost comes back at a random moment, so that a thousand screens don't knock
  // at once, and within two seconds, however long the server was away.
  lost(code) {
    const refused = code === notAllowed;
    this.apply(refused ? this.board.refused() : this.board.disconnected(performance.now()));
    if (refused || this.failed++ > 1) this.askWhetherAllowed();
    return (0.2 + 0.8 * Math.random()) * 1500;
  }

  // askWhetherAllowed leaves the page where the server knows this screen no
  // more, for the code by which it is signed in again. A refused websocket
  // doesn't tell a page why.
  async askWhetherAllowed() {
    const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
    if (!answer?.ok || (await answer.text()).includes('data-source="server"')) return;
    const form = document.createElement("form");
    form.method = "post";
    form.action = "/display/kopplung";
    document.body.append(form);
    form.submit();
  }

  apply(fx) {
    if (fx.changed) this.render();
    this.sound.prepare(this.board.settings.sound);
    this.sound.hush(fx.hush);
    this.sound.curtail(fx.curtail);
    for (const call of fx.ring) this.ring(call);
    for (const report of fx.send) this.send(report);
    this.schedule();
  }

  schedule() {
    clearTimeout(this.due);
    const wait = this.board.wake() - performance.now();
    if (Number.isFinite(wait)) {
      this.due = setTimeout(() => this.apply(this.board.tick(performance.now())), Math.max(0, wait));
    }
  }

  async ring(call) {
    const sound = await this.sound.ring(call);
    if (sound) this.apply(this.board.sounded(performance.now(), call.seq, sound));
  }

  soundChanged() {
    this.apply(this.board.soundState(performance.now(), this.sound.state));
  }

  status(sound) {
    if (sound) this.send({ type: "status", sound });
    else this.flush();
  }

  render() {
    const view = this.board.view(performance.now());
    if (view.look?.queue_url) view.qr = `${new URL(view.look.queue_url).pathname}/qr.svg`;
    this.show(view, (seq) => this.apply(this.board.painted(performance.now(), seq)));
  }

  send(said) {
    const report = said.type === "status" ? { ...said, version: this.config.version ?? "" } : said;
    this.outbox = report.type === "status" ? this.outbox.filter((r) => r.type !== "status") : this.outbox;
    this.outbox.push(report);
    this.outbox = this.outbox.slice(-200);
    this.flush();
  }

  flush() {
    if (!this.socket.ready || !this.board.online) return;
    const at = performance.now();
    for (const report of this.outbox) {
      this.socket.send(report);
      if (report.type !== "status") this.recent.push({ at, report });
    }
    this.recent = this.recent.slice(-maxRepeated);
    this.outbox = [];
  }

  repeat() {
    const since = performance.now() - repeatWithin;
    this.outbox.unshift(...this.recent.filter(({ at }) => at > since).map(({ report }) => report));
    this.recent = [];
  }
}
