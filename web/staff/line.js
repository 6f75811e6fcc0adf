// Who still is to be called to a room, as the page shows it: from what the socket
// tells, the same that the server renders on the first load
// (internal/web/staff/deskline.go). A test compares the two.

const slow = 600; // ms within which a row that has moved is nobody's aim

// groups sorts a queue for a desk: who is here, who was put aside, whose time is
// over, who is still to come; beside them how many wait for others, and who is next.
export function groups(queue, now, desk, phrases) {
  const found = { here: [], aside: [], overdue: [], expected: [], others: 0, next: undefined };
  for (const entry of queue.waiting) sort(entry, groupOf(entry, now, desk));
  for (const entry of queue.parked) sort(entry, "aside");
  return found;

  function sort(entry, group) {
    if (!reaches(entry, desk.room, desk.offices)) {
      if (group === "here") found.others++;
      return;
    }
    const row = rowOf(entry, group, now, desk, phrases);
    if (!found.next && group !== "aside" && reaches(entry, desk.room, desk.serves) && !(Date.parse(entry.callable_from) > now)) {
      row.class = `coming ${row.class}`.trim();
      found.next = { ...row, about: [row.what, ...reasons(entry, false, desk, phrases)].join(", ") };
    }
    found[group].push(row);
  }
}

function groupOf({ here, start, office }, now, desk) {
  if (here) return "here";
  return now > Date.parse(start) + (desk.grace[office] ?? 0) * 60000 ? "overdue" : "expected";
}

function reaches({ only_room: only, office }, room, offices) {
  return only ? only === room : offices.includes(office);
}

function rowOf(entry, group, now, desk, phrases) {
  const away = group === "expected" || group === "overdue";
  const row = { of: entry.ticket, number: entry.number, what: what(entry, desk, phrases), class: "" };
  const why = reasons(entry, away, desk, phrases);
  row.wait = away ? phrases.at(entry.start) : phrases.t("line.minutes", { count: minutes(Date.parse(entry.since), now) });
  if (group === "here" && Date.parse(entry.callable_from) > now) {
    why.push(phrases.t("line.from", { time: phrases.at(entry.callable_from) }));
    row.class = "later";
  }
  const waits = Math.max(Date.parse(entry.since), entry.start ? Date.parse(entry.start) : 0);
  if (!away && minutes(waits, now) > (desk.aims[entry.office] ?? 0)) row.class = `${row.class} long`.trim();
  row.why = why.join(", ");
  return row;
}

function minutes(since, now) {
  return Math.floor(Math.max(0, now - since) / 60000);
}

function what({ service, services }, desk, phrases) {
  return (services ?? [{ id: service, quantity: 1 }])
    .map(({ id, quantity }) => {
      const name = desk.services[id] ?? id;
      return quantity > 1 ? phrases.t("booking.times", { name, count: quantity }) : name;
    })
    .join(", ");
}

// reasons are those of queue.Reasons, in its order.
function reasons(entry, away, desk, phrases) {
  const words = [];
  const room = (id) => ({ room: desk.rooms[id] ?? id });
  if (entry.priority > 0) words.push(phrases.t("why.priority"));
  if (entry.only_room) words.push(phrases.t("why.room", room(entry.only_room)));
  if (entry.sent_on) words.push(phrases.t("why.sent_on", room(entry.sent_from)));
  else if (entry.kind === "walk_in") words.push(phrases.t("why.walk_in"));
  else if (Date.parse(entry.due) > Date.parse(entry.start)) words.push(phrases.t("why.late", { due: phrases.at(entry.start) }));
  else if (!away) words.push(phrases.t("why.appointment", { due: phrases.at(entry.start) }));
  if (entry.overbooked) words.push(phrases.t("why.overbooked"));
  return words;
}

// LineView shows groups in the page.
export class LineView {
  constructor(desk, phrases) {
    this.desk = desk;
    this.phrases = phrases;
    this.blank = { row: blank("row"), room: blank("room") }; // before a locked page loses them
    this.places = new WeakMap(); // row: where it stands
    this.moved = new WeakMap(); // row: when it came there
    this.settle();
  }

  show(queue, now) {
    const { phrases } = this;
    const found = groups(queue, now, this.desk, phrases);
    const focused = document.activeElement;
    for (const key of ["here", "aside", "overdue", "expected"]) this.group(key, found[key]);
    const empty = document.querySelector("#line-here .empty");
    empty.hidden = found.here.length > 0;
    say(empty, phrases.t(found.next && !found.here.length ? "line.nobody_yet" : "line.empty"));
    this.rooms(queue);
    const others = document.getElementById("others");
    others.hidden = found.others === 0;
    say(others, found.others ? phrases.n("line.others", found.others) : "");
    const [label, number, rest] = document.getElementById("ahead").children;
    say(label, phrases.t(found.next ? "desk.next_is" : "desk.nobody"));
    say(number, found.next?.number ?? "");
    say(rest, found.next?.about ?? "");
    this.settle();
    if (focused?.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
    return found;
  }

  group(key, rows) {
    const box = document.getElementById(`line-${key}`);
    box.hidden = rows.length === 0 && key !== "here";
    say(box.querySelector(".count"), String(rows.length));
    this.patch(box.querySelector("ol"), rows, "row", (li, row) => {
      li.dataset.of = row.of;
      if (li.className !== row.class) li.className = row.class;
      say(li.querySelector(".number"), row.number);
      say(li.querySelector(".what"), row.what);
      say(li.querySelector(".hint"), row.why);
      say(li.querySelector(".wait"), row.wait);
      const button = li.querySelector("button");
      if (!button) return; // a locked page has none
      button.id = `call-${row.number}`;
      button.value = row.number;
      say(button.querySelector(".vh"), ` ${row.number}`);
    });
  }

  rooms(queue) {
    const { desk, phrases } = this;
    const open = queue.open.filter(({ room }) => room.id !== desk.room);
    const busy = new Set(open.map(({ room }) => room.id));
    const paused = queue.paused.filter((id) => id !== desk.room && !busy.has(id));
    const by = new Map(queue.seats.map((seat) => [seat.room, seat.by ?? ""]));
    const free = queue.seats.filter(({ room }) => room !== desk.room && !busy.has(room) && !paused.includes(room));
    const row = (of, label, number, state) => ({ of, label, by: by.get(of) ?? "", number, state });
    const rows = open.map(({ room, number, state }) => row(room.id, room.label, number, phrases.t(`state.${state}`)));
    for (const id of paused) rows.push(row(id, desk.rooms[id] ?? id, "", phrases.t("state.paused")));
    for (const { room, at } of free) rows.push(row(room, desk.rooms[room] ?? room, "", phrases.t("line.free", { time: phrases.at(at) })));
    const box = document.getElementById("rooms");
    box.hidden = rows.length === 0;
    this.patch(box.querySelector("ul"), rows, "room", (li, row) => {
      li.dataset.of = row.of;
      say(li.querySelector(".number"), row.number);
      say(li.querySelector(".where"), row.label);
      say(li.querySelector(".by"), row.by);
      say(li.querySelector(".hint"), row.state);
    });
  }

  // patch makes a list show rows: what stays isn't touched, so that focus and hand
  // find it where it was.
  patch(list, rows, kind, fill) {
    const there = new Map([...list.children].map((li) => [li.dataset.of, li]));
    const wanted = new Set(rows.map(({ of }) => of));
    for (const [of, li] of there) if (!wanted.has(of)) li.remove();
    let place = list.firstElementChild;
    for (const row of rows) {
      const li = there.get(row.of) ?? this.blank[kind].cloneNode(true);
      fill(li, row);
      if (li === place) place = place.nextElementSibling;
      else list.insertBefore(li, place);
    }
  }

  // settle notes which rows came to another place.
  settle() {
    for (const li of document.querySelectorAll("#line .line li")) {
      const top = li.offsetTop;
      if (this.places.get(li) === top) continue;
      this.places.set(li, top);
      this.moved.set(li, performance.now());
    }
  }

  // aimed reports whether a button was where a hand saw it.
  aimed(button) {
    return performance.now() - (this.moved.get(button.closest("li")) ?? 0) >= slow;
  }
}

function blank(id) {
  return document.getElementById(id).content.firstElementChild;
}

function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
