// How long a sentence about a step is true: until somebody, in another tab perhaps,
// has done something else with the number that it names.

const over = ["done", "no_show", "cancelled"];

// holds returns whether a queue still agrees with what a command was answered. One
// from before the step says nothing of it.
export function holds(command, { seq, ticket }, room) {
  return (queue) => {
    if (queue.seq < seq) return true;
    if (ticket) return agrees(queue, ticket);
    if (["pause", "resume"].includes(command.type)) return queue.paused.includes(room) === (command.type === "pause");
    return true;
  };
}

function agrees(queue, { ticket, version, state }) {
  const now = [...queue.open, ...queue.waiting, ...queue.parked].find((entry) => entry.ticket === ticket);
  return now ? now.version <= version : over.includes(state);
}
