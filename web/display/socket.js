// A websocket to this server that comes back: the one that screens and desks
// stand on. Its handler is told of each message, when it opens, and when it is
// lost, with the close code; it says how long to wait before the next attempt.

// notAllowed is the close code for whoever has no right, or no longer.
export const notAllowed = 1008;

const heartbeat = 10000;
const patience = 5000;

export class Socket {
  // address returns where to connect, asked anew for each attempt.
  constructor(address, handler) {
    this.address = address;
    this.handler = handler;
    this.tries = 0; // attempts that failed since the last one that opened
  }

  open() {
    this.connect();
    setInterval(() => this.check(), heartbeat);
    addEventListener("offline", () => this.drop());
    addEventListener("online", () => this.hurry());
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

  connect() {
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

  lost(code) {
    this.socket = null;
    if (this.closed) return;
    this.tries++;
    const wait = this.handler.lost(code, this.tries);
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
      await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(patience) });
    } catch {
      if (socket === this.socket) this.drop();
    }
  }
}
