// The connection with a branch. A command that had no answer when the
// connection broke is sent again with its id, which the server answers without
// a second effect.

import { Socket, notAllowed } from "../display/socket.js";

export class Link {
  constructor(path, handler) {
    this.handler = handler;
    this.waiting = new Map(); // id: { command, resolve }
    this.socket = new Socket(() => path, this);
  }

  open() {
    this.socket.open();
  }

  close() {
    this.socket.close();
  }

  // do sends a command and returns its answer, over lost connections too.
  do(command) {
    const full = { id: fresh(), ...command };
    return new Promise((resolve) => {
      this.waiting.set(full.id, { command: full, resolve });
      this.socket.send(full);
    });
  }

  opened() {
    for (const { command } of this.waiting.values()) this.socket.send(command);
    this.handler.opened();
  }

  receive(message) {
    switch (message.type) {
      case "queue":
      case "queue_changes":
        this.handler.queue(message);
        break;
      case "alarms":
        this.handler.alarms(message);
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
  lost(code, tries) {
    if (code === notAllowed) {
      this.handler.ended();
      return undefined;
    }
    this.handler.lost();
    const longest = Math.min(2000, 500 * 2 ** (tries - 1));
    return (0.3 + 0.7 * Math.random()) * longest;
  }
}

// fresh returns an id that is never used again. randomUUID is missing where a
// page comes without TLS from another machine.
function fresh() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
