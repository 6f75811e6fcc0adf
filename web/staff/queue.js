// What the socket tells of a branch's queue, and the server's clock.

const lists = ["waiting", "parked", "open"];

// changed returns the state that a message makes of the one before, as
// docs/protocol.md says of queue_changes.
export function changed(state, message) {
  if (message.type === "queue") return message;
  const named = namedIn(message);
  const next = { ...state, seq: message.seq, now: message.now };
  for (const list of lists) {
    next[list] = state[list].filter(({ ticket }) => !named.has(ticket));
    for (const { after, ...entry } of message[list]) put(next[list], after, entry);
  }
  for (const part of ["paused", "seats", "screens", "catalogue"]) if (message[part] !== undefined) next[part] = message[part];
  return next;
}

// namedIn returns the tickets that a message is about.
export function namedIn(message) {
  const named = new Set(message.gone);
  for (const list of lists) for (const { ticket } of message[list]) named.add(ticket);
  return named;
}

function put(list, after, entry) {
  const before = after ? list.findIndex(({ ticket }) => ticket === after) : -1;
  list.splice(after && before < 0 ? list.length : before + 1, 0, entry);
}

// ServerClock goes on from what the server said last: this machine's clock may be
// wrong, and its zone another one.
export class ServerClock {
  hear(now) {
    this.said = Date.parse(now);
    this.heard = performance.now();
    const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(now) ?? [0, "+", 0, 0];
    this.ahead = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60000;
  }

  // now is in milliseconds since 1970.
  now() {
    return this.said + performance.now() - this.heard;
  }

  // local is the time of the branch, as an instant of the server is written.
  local() {
    return new Date(this.now() + this.ahead).toISOString();
  }
}
