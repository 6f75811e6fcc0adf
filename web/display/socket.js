// A websocket to this server that comes back: the one that screens and desks
// stand on. Its handler is told of each message, when it opens, and when it is
// lost, with the close code; it says how long to wait before the next attempt.

import { answers, ask } from "./answers.js";

// notAllowed is the close code for whoever has no right, or no longer.
export const notAllowed = 1008;

const heartbeat = 10000;
const goodbye = 2000; // within which a page that is being left is gone

export class Socket {
  // address returns where to connect, asked anew for each attempt.
  constructor(address, handler) {
    this.address = address;
    this.handler = handler;
    this.tries = 0; // attempts that failed since the last one that opened
    this.leaving = -Infinity; // when the page began to give way to another
  }

  open() {
    this.connect();
    setInterval(() => this.check(), heartbeat);
    addEventListener("offline", () => this.drop());
    addEventListener("online", () => this.hurry());
    addEventListener("beforeunload", () => (this.leaving = performance.now()));
  }

  // close ends it for good.
  close() {
    this.closed = true;
    clearTimeout(this.timer);
    this.socket?.close();
  }

  get ready() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  send(message) {
    if (this.ready) this.socket.send(JSON.stringify(message));
  }

  // connect opens a socket. After one that was lost it asks first whether the
  // server answers: a browser holds new sockets back the longer, the more of them
  // have failed, and a question that fails is held back by none.
  async connect() {
    const attempt = {};
    this.attempt = attempt;
    const there = this.tries === 0 || (await answers());
    if (attempt !== this.attempt || this.closed) return;
    if (there) this.dial();
    else this.lost(0);
  }

  dial() {
    const address = new URL(this.address(), location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address, ["aufruf.v1"]);
    this.socket = socket;
    socket.addEventListener("message", (event) => {
      if (socket === this.socket) this.handler.receive(JSON.parse(event.data));
    });
    socket.addEventListener("close", (event) => {
      if (socket === this.socket) this.lost(event.code);
    });
    socket.addEventListener("open", () => {
      if (socket !== this.socket) return;
      this.tries = 0;
      this.handler.opened?.();
    });
  }

  // lost tells the handler, but not on a page that is being left: some browsers end
  // its sockets while it is still to be seen. Where it stays after all, the next
  // attempt tells.
  lost(code) {
    this.socket = null;
    if (this.closed) return;
    this.tries++;
    const left = this.leaving + goodbye - performance.now();
    const wait = left > 0 ? left : this.handler.lost(code, this.tries);
    if (wait !== undefined) this.timer = setTimeout(() => this.connect(), wait);
  }

  drop() {
    const socket = this.socket;
    if (!socket) return;
    socket.close();
    this.lost(0);
  }

  hurry() {
    if (this.socket || this.closed) return;
    clearTimeout(this.timer);
    this.connect();
  }

  // check finds the connection that is dead without having been closed: a page
  // isn't told of the server's pings, so it asks by another way.
  async check() {
    const socket = this.socket;
    if (this.closed || !socket) return;
    try {
      await ask();
    } catch {
      if (socket === this.socket) this.drop();
    }
  }
}
