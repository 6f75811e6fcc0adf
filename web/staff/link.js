// The connection with a branch. A command that had no answer when the
// connection broke is sent again with its id, which the server answers without
// a second effect.

const notAllowed = 1008;
const heartbeat = 10000;
const patience = 5000;

export class Link {
  constructor(path, handler) {
    this.path = path;
    this.handler = handler;
    this.waiting = new Map(); // id: { command, resolve }
    this.tries = 0;
  }

  open() {
    this.connect();
    setInterval(() => this.check(), heartbeat);
    addEventListener("offline", () => this.drop());
    addEventListener("online", () => this.hurry());
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    this.socket?.close();
  }

  // do sends a command and returns its answer, over lost connections too.
  do(command) {
    const full = { id: fresh(), ...command };
    return new Promise((resolve) => {
      this.waiting.set(full.id, { command: full, resolve });
      this.send(full);
    });
  }

  send(command) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(command));
  }

  connect() {
    const address = new URL(this.path, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address, ["aufruf.v1"]);
    this.socket = socket;
    socket.addEventListener("message", (event) => {
      if (socket === this.socket) this.receive(JSON.parse(event.data));
    });
    socket.addEventListener("close", (event) => {
      if (socket === this.socket) this.lost(event.code);
    });
    socket.addEventListener("open", () => {
      this.tries = 0;
      for (const { command } of this.waiting.values()) this.send(command);
      this.handler.opened();
    });
  }

  receive(message) {
    switch (message.type) {
      case "queue":
        this.handler.queue(message);
        break;
      case "alarm":
        this.handler.alarm(message);
        break;
      case "delivery":
        this.handler.delivery(message);
        break;
      case "done":
      case "failed":
        this.waiting.get(message.id)?.resolve(message);
        this.waiting.delete(message.id);
        break;
    }
  }

  // lost comes back at a random moment, so that all desks don't knock at once.
  lost(code) {
    this.socket = null;
    if (this.closed) return;
    if (code === notAllowed) {
      this.handler.ended();
      return;
    }
    this.handler.lost();
    const longest = Math.min(5000, 500 * 2 ** this.tries++);
    this.timer = setTimeout(() => this.connect(), (0.3 + 0.7 * Math.random()) * longest);
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

// fresh returns an id that is never used again. randomUUID is missing where a
// page comes without TLS from another machine.
function fresh() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
