// Who asks for help, on every page of the staff: what stands is said until it is
// over, in the title too, and that it was seen is told once it was painted on a
// page that somebody can see. It lies at the lower edge and moves nothing.

import { Link } from "./link.js";
import { Phrases } from "./phrases.js";
import { announce } from "./title.js";

const box = document.getElementById("alarms");
const config = JSON.parse(box.dataset.watch);
const phrases = new Phrases(config.texts);
const told = new Map(); // branch: its alarms, as the server said last
const sends = new Map(); // branch: how to send a command there
const seen = new Set();
const lines = new Map(); // alarm: its element
const slow = 800; // ms within which a button that appears is nobody's aim
let moved = 0;

// attend follows the alarms of a branch over a connection that a page has anyway.
export function attend(branch, send) {
  sends.set(branch, send);
}

// heard takes what the server says of a branch's alarms.
export function heard(branch, message) {
  told.set(branch, message);
  draw();
}

box.replaceChildren(); // what the page came with is said anew in a moment

function draw() {
  const standing = [...told].flatMap(([branch, { alarms, dial }]) => alarms.map((alarm) => ({ branch, dial, alarm })));
  const now = new Set(standing.map(({ alarm }) => alarm.alarm));
  for (const [id, line] of lines) {
    if (now.has(id)) continue;
    line.remove();
    lines.delete(id);
    moved = performance.now();
  }
  for (const cry of standing) show(cry);
  const waits = standing.find((cry) => !own(cry) && !cry.alarm.coming);
  announce("alarm", waits ? phrases.t("alarms.tab", { room: waits.alarm.room.label }) : "");
  report(standing);
}

function show(cry) {
  let line = lines.get(cry.alarm.alarm);
  if (!line) {
    line = document.createElement("div");
    line.className = "cry";
    line.append(document.createElement("p"), button());
    lines.set(cry.alarm.alarm, line);
    box.append(line);
    moved = performance.now();
  }
  const [text, answer] = line.children;
  if (text.textContent !== says(cry)) text.textContent = says(cry);
  const type = locked() || (!own(cry) && cry.alarm.coming) ? "" : own(cry) ? "alarm_end" : "alarm_take";
  answer.hidden = !type;
  answer.textContent = phrases.t(own(cry) ? "alarms.end" : "alarms.take");
  answer.dataset.type = type;
  answer.dataset.alarm = cry.alarm.alarm;
  answer.dataset.branch = cry.branch;
}

function button() {
  const answer = document.createElement("button");
  answer.type = "button";
  answer.addEventListener("click", () => {
    if (performance.now() - moved < slow) return;
    const { type, alarm, branch } = answer.dataset;
    sends.get(branch)(command(type, alarm, branch));
  });
  return answer;
}

function command(type, alarm, branch) {
  return branch === config.branch && config.room ? { type, alarm, room: config.room } : { type, alarm };
}

// locked reports whether the page asks for the password: what is answered needs it,
// and nobody was here for long who could have seen anything.
function locked() {
  return config.locked || document.body.classList.contains("locked");
}

function own({ branch, alarm }) {
  return branch === config.branch && alarm.room.id === config.room;
}

function says(cry) {
  const { alarm, dial } = cry;
  if (!own(cry)) {
    const wanted = phrases.t("alarm", { room: alarm.room.label, time: phrases.at(alarm.at) });
    return alarm.coming ? `${wanted} ${comes(cry)}` : wanted;
  }
  if (alarm.coming) return comes(cry);
  if (alarm.unseen) return phrases.t(dial ? "alarms.unseen" : "alarms.unseen_no_dial", { dial });
  if (alarm.seen === 0) return phrases.t("alarms.sent");
  return phrases.t(alarm.seen === 1 ? "alarms.seen.one" : "alarms.seen.other", { count: alarm.seen });
}

function comes({ branch, alarm }) {
  const room = alarm.coming.room;
  if (!room) return phrases.t("alarms.comes_other");
  if (branch === config.branch && room.id === config.room) return phrases.t("alarms.i_come");
  return phrases.t("alarms.comes", { room: room.label });
}

// report tells what was painted, once the frame that holds it is out. A page that
// nobody can see waits until somebody can.
function report(standing) {
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      if (document.visibilityState !== "visible" || locked()) return;
      for (const cry of standing) {
        const id = cry.alarm.alarm;
        if (own(cry) || seen.has(id) || !lines.get(id)?.isConnected) continue;
        seen.add(id);
        sends.get(cry.branch)(command("alarm_seen", id, cry.branch));
      }
    }),
  );
}

for (const event of ["visibilitychange", "aufruf:unlocked", "aufruf:locks"]) document.addEventListener(event, draw);

// come answers the first cry that nobody has answered: the key for it.
export function come() {
  const waiting = [...lines.values()].map((line) => line.children[1]).find((answer) => answer.dataset.type === "alarm_take");
  if (waiting) sends.get(waiting.dataset.branch)(command("alarm_take", waiting.dataset.alarm, waiting.dataset.branch));
  return Boolean(waiting);
}

// calm ends this room's own cry: the key for it.
export function calm() {
  const mine = [...lines.values()].map((line) => line.children[1]).find((answer) => answer.dataset.type === "alarm_end");
  if (mine) sends.get(mine.dataset.branch)(command("alarm_end", mine.dataset.alarm, mine.dataset.branch));
}

const nothing = () => {};

for (const [branch, path] of Object.entries(config.sockets)) {
  const link = new Link(path, {
    opened: nothing,
    lost: nothing,
    ended: nothing,
    queue: nothing,
    delivery: nothing,
    alarms: (message) => heard(branch, message),
  });
  attend(branch, (command) => link.do(command));
  link.open();
}
