// The view as the display program on this machine makes it: it keeps the
// board, rings and reports; the page paints and says so.

const heartbeat = 5000;

export function run({ clock, show }) {
  let last = { large: null, list: [], online: false, since: null, notice: "" };
  const events = new EventSource("/events");
  events.addEventListener("view", (event) => {
    last = JSON.parse(event.data);
    if (last.look?.queue_url) last.qr = `/qr.svg?to=${encodeURIComponent(last.look.queue_url)}`;
    show(last, painted);
  });
  // The program on this machine is gone: its last word may be out of date.
  events.addEventListener("error", () => {
    if (last.online) last = { ...last, online: false, now: null, since: sinceNow(clock) };
    show(last, () => {});
  });
  setInterval(() => fetch("/alive", { method: "POST" }).catch(() => {}), heartbeat);
  return { test: () => fetch("/test", { method: "POST" }).catch(() => {}) };
}

function painted(seq) {
  fetch("/shown", { method: "POST", body: JSON.stringify({ seq }), keepalive: true }).catch(() => {});
}

function sinceNow(clock) {
  return clock.now()?.toISOString() ?? null;
}
