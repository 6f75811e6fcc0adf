// The desk's page with script: it follows the branch over the websocket and sends
// each step as a command. Who waits is drawn from what the socket tells (line.js);
// whom this room has open, with what only this desk may read, the server words, and
// is asked for when that has changed. Without script the same forms do the same work.

import { Link } from "./link.js";
import { Phrases, arrival } from "./phrases.js";
import { keyboard } from "./keys.js";
import { attend, calm, come, heard } from "./alarms.js";
import { LineView } from "./line.js";
import { Notice } from "./notice.js";
import { ServerClock, changed, namedIn } from "./queue.js";
import { holds } from "./said.js";
import { lock, look, renew } from "./look.js";

const desk = document.getElementById("desk");
const config = JSON.parse(desk.dataset.script);
const phrases = new Phrases(config.texts);
const connection = document.getElementById("connection");
const status = document.getElementById("status");
const problem = document.getElementById("problem");
const deliveries = new Map(); // seq of a call: what the screens reported
const versions = new Map(); // ticket: its version, as the last answer had it
const clock = new ServerClock();
clock.hear(config.now);
const line = new LineView(config, phrases);
const notice = new Notice(phrases);
let queue; // as the socket told it last
let opened = null; // ticket that the last answer left open here, "" for none; null: the page knows

// This room

const serving = document.getElementById("serving");
const undoText = document.getElementById("undo-label"); // a locked page loses it for a while, as much else
let known = serving.dataset.open; // what the page, or the last answer, says is open here
let asking = false;
let again = false;
let answers = 0; // to commands, so far

// refresh asks for what this room has open, one request at a time. What was asked
// for before the last command's answer shows what is over: it is asked for again.
async function refresh() {
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  const before = answers;
  try {
    const page = await look(config.own, ended);
    if (page && answers === before) takeOver(page);
  } finally {
    asking = false;
    if (again) {
      again = false;
      refresh();
    }
  }
}

function takeOver(page) {
  const fresh = page.getElementById("serving");
  const before = serving.dataset.ticket;
  for (const name of Object.keys(fresh.dataset)) serving.dataset[name] = fresh.dataset[name];
  replace("who", fresh);
  replace("nav", page);
  if (before && before !== serving.dataset.ticket) forget();
  opened = null;
  known = serving.dataset.open;
  if (refused) refusedAt ??= known;
  settle();
  showArrival(fresh.querySelector("#arrived"));
  showScreens();
  notify();
}

function replace(id, page) {
  renew(document.getElementById(id), page.querySelector(`#${id}`));
}

// forget empties what was typed for somebody who isn't here any more.
function forget() {
  for (const field of document.querySelectorAll("#asides input:not([type=hidden]), #asides select")) field.value = "";
}

// settle has the buttons mean what is open now. They stay where they are.
function settle() {
  const { may, usual, ticket, version, undo, undoVersion, undoLabel } = serving.dataset;
  const can = new Set(may.split(" "));
  for (const button of document.querySelectorAll("[data-step]")) {
    const able = can.has(button.dataset.step);
    if (button.matches("button")) {
      button.disabled = false;
      button.ariaDisabled = able && !away() ? null : "true";
    } else if (button.disabled === able) button.disabled = !able;
  }
  for (const button of document.querySelectorAll("button[data-usual]")) button.classList.toggle("main", button.dataset.usual === usual);
  for (const form of document.querySelectorAll("form[data-about=open]")) set(form, { ticket, version });
  for (const form of document.querySelectorAll("form[data-about=undo]")) set(form, { ticket: undo, version: undoVersion });
  for (const field of document.querySelectorAll("input[name=open]")) field.value = ticket;
  undoText.textContent = undoLabel;
}

function set(form, values) {
  for (const [name, value] of Object.entries(values)) form.elements[name].value = value;
}

let holding; // whether what is said still holds, by a queue; nothing: until the next sentence

function say(text, until) {
  status.className = text ? "news" : "status";
  status.textContent = text;
  holding = until;
}

let refused = ""; // the key of what stands there
let refusedAt; // what was open here once the page had caught up with that

function refuse(text, form, key = "") {
  problem.replaceChildren();
  refused = key;
  refusedAt = key === "state" ? known : undefined;
  if (!text) return;
  const alert = document.createElement("div");
  alert.className = "alert";
  alert.role = "alert";
  alert.textContent = text;
  problem.append(alert);
  if (form) alert.append(" ", form);
  say("");
}

// Calls and their arrival, and the screens

const arrived = document.getElementById("arrived");
const screens = document.getElementById("screens");

// showArrival says how the call came into the hall: as a screen has just reported,
// else as the server knew.
function showArrival(fresh) {
  const report = deliveries.get(Number(serving.dataset.call));
  if (report && serving.dataset.state === "called") {
    const { text, warn } = arrival(phrases, report);
    put(arrived, text, warn);
  } else if (fresh) {
    put(arrived, fresh.textContent, fresh.classList.contains("warn"));
    arrived.classList.toggle("fetch", fresh.classList.contains("fetch"));
  }
}

// showScreens says how the screens stand, unless the call's own line does.
function showScreens() {
  if (!queue?.screens) return;
  const { connected, silent = [] } = queue.screens;
  const warn = connected === 0 || silent.length > 0;
  if (warn && arrived.classList.contains("warn")) put(screens, "", false);
  else if (connected === 0) put(screens, phrases.t("screens.none"), warn);
  else put(screens, warn ? phrases.t("screens.silent", { names: silent.join(", ") }) : phrases.n("screens.fine", connected), warn);
}

function put(element, text, warn) {
  if (element.textContent !== text) element.textContent = text;
  element.classList.toggle("warn", warn);
}

// The line

// told takes what the socket says of the queue.
function told(message) {
  const about = message.type === "queue" ? null : namedIn(message);
  queue = changed(queue, message);
  clock.hear(queue.now);
  if (holding && !holding(queue)) say("");
  if (refusedAt !== undefined && openHere() !== refusedAt) refuse("");
  draw();
  if (queue.catalogue !== config.catalogue) rename();
  else if (openHere() !== known || (about ? about.has(serving.dataset.undo) : String(queue.seq) !== serving.dataset.seq)) refresh();
}

// openHere is what the queue says of this room, as the server words it in the page.
function openHere() {
  const open = queue.open.filter(({ room }) => room.id === config.room).map(({ ticket, version }) => `${ticket}:${version}`);
  if (queue.paused.includes(config.room)) open.push("paused");
  return open.join(" ");
}

const clockText = document.getElementById("clock");
let present = 0;
let minute = "";

function draw() {
  const found = line.show(queue, clock.now());
  present = found.here.length;
  if (found.next && refused === "queue.empty") refuse("");
  showScreens();
  notify();
}

function notify() {
  notice.show(serving.dataset.ticket ? 0 : present);
}

setInterval(() => {
  if (!queue) return;
  const now = phrases.at(clock.local());
  if (now === minute) return;
  minute = now;
  clockText.textContent = now;
  draw();
}, 1000);

// rename takes over names and lists of a catalogue that has changed.
async function rename() {
  const page = await look(location.pathname, ended);
  if (!page) return;
  Object.assign(config, JSON.parse(page.getElementById("desk").dataset.script));
  for (const id of ["target", "second"]) {
    const list = document.getElementById(id);
    const chosen = list.value;
    replace(id, page);
    list.value = chosen;
  }
  takeOver(page);
  draw();
}

// The link

let lostAt = null;
let over = false;
let cried = false; // this room asks for help

const following = {
  opened() {
    if (lostAt) say(phrases.t("link.back"), () => lostAt === null);
    lostAt = null;
    if (refused === "offline") refuse("");
    showLink();
  },
  lost() {
    lostAt ??= clock.local();
    if (queue && holding && !holding(queue)) say("");
    showLink();
    refresh(); // finds out whether the session has ended
  },
  ended,
  queue: told,
  alarms(message) {
    heard(config.branch, message);
    const cries = message.alarms.some(({ room }) => room.id === config.room);
    if (cried && !cries && status.textContent === phrases.t("done.alarm")) say("");
    cried = cries;
  },
  delivery(report) {
    if (report.test) {
      showTest(report);
      return;
    }
    const known = deliveries.get(report.seq);
    deliveries.set(report.seq, known && report.late ? { ...known, late: known.shown === 0 } : report);
    if (deliveries.size > 50) deliveries.delete(deliveries.keys().next().value);
    showArrival();
    showScreens();
  },
};
let link = new Link(config.socket, following);

// showTest says how the sound arrived that this desk asked for.
const test = new URLSearchParams(location.search).get("probe");

function showTest({ seq, screens: count, sounded }) {
  if (String(seq) !== test) return;
  const all = Math.max(count, sounded);
  say(phrases.t(all === 1 ? "screens.tested.one" : "screens.tested.other", { sounded, count: all }));
}

// Somebody may have signed in anew for the lock, with whose session it is connected then.
document.addEventListener("aufruf:unlocked", () => {
  if (over) {
    over = false;
    link = new Link(config.socket, following);
    link.open();
    showLink();
  }
  refresh();
  if (queue && queue.catalogue !== config.catalogue) rename();
});

function ended() {
  over = true;
  link.close();
  showLink();
}

function away() {
  return over || lostAt !== null;
}

function showLink() {
  connection.hidden = !away();
  if (over) {
    const again = document.createElement("a");
    again.href = location.pathname;
    again.textContent = phrases.t("link.ended");
    connection.replaceChildren(again);
  } else if (lostAt) {
    const text = phrases.t("link.lost", { time: phrases.at(lostAt) });
    if (connection.textContent !== text) connection.textContent = text;
  }
  for (const button of document.querySelectorAll("form[data-command] button:not([data-step])")) button.ariaDisabled = away() ? "true" : null;
  settle();
}

// Steps

const unable = { undo: "desk.nothing_to_undo", pause: "desk.paused", resume: "desk.not_paused" };

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-command]")) return;
  event.preventDefault();
  if (away()) {
    refuse(phrases.t(over ? "link.ended" : "link.offline_step"), null, "offline");
    return;
  }
  const { submitter } = event;
  const step = submitter?.dataset.step;
  if (step && submitter.ariaDisabled === "true") {
    refuse(phrases.t(unable[step] ?? "desk.nothing_open"), null, "state");
    return;
  }
  if (submitter?.closest(".line") && event.isTrusted && !line.aimed(submitter)) {
    refuse(phrases.t("line.moved"));
    return;
  }
  perform(commandOf(new FormData(form, submitter)), form);
});

// commandOf makes a command of a form's fields.
function commandOf(data) {
  const type = data.get("type");
  const command = { type };
  if (["call_next", "call", "pause", "resume", "alarm"].includes(type)) command.room = config.room;
  if (type === "call") command.number = data.get("number").trim();
  if (data.get("ticket")) command.ticket = data.get("ticket");
  if (type === "park" && data.get("note").trim()) command.note = data.get("note").trim();
  if (type === "transfer") {
    const [kind, target] = [data.get("target").slice(0, 1), data.get("target").slice(2)];
    command[kind === "o" ? "office" : "room"] = target;
  }
  if (type === "send_on") command.service = data.get("service");
  if (data.get("take_over")) command.take_over = true;
  if (data.get("sure")) return { ...command, sure: true };
  return { ...command, ...seen(command, data) };
}

// seen is what a step is meant for, so that one which comes too late is refused
// with what has happened instead of acting on something else.
function seen({ type, ticket }, data) {
  if (["call_next", "call"].includes(type)) return { open: opened ?? serving.dataset.ticket };
  const version = Math.max(Number(data.get("version")), versions.get(ticket) ?? 0);
  return version ? { version } : {};
}

// A key that is held presses the focused button thirty times a second. Once is
// meant.
document.addEventListener(
  "keydown",
  (event) => {
    if (event.repeat && (event.key === "Enter" || event.key === " ") && event.target.matches("button, summary, a, input, select")) event.preventDefault();
  },
  true,
);

const under = new Set(); // steps under way: a second press of the same is none

async function perform(command, form) {
  const key = JSON.stringify(command);
  if (under.has(key)) return;
  under.add(key);
  refuse("");
  try {
    const answer = await link.do(command);
    if (answer.type === "done") done(command, answer, form);
    else failed(command, answer.problem);
  } finally {
    under.delete(key);
  }
}

function done(command, answer, form) {
  const { ticket } = answer;
  answers += 1;
  if (ticket) {
    versions.set(ticket.ticket, ticket.version);
    opened = ticket.room?.id === config.room ? ticket.ticket : "";
    known = opened ? `${opened}:${ticket.version}` : "";
  }
  for (const field of form?.querySelectorAll("input:not([type=hidden]), select") ?? []) field.value = "";
  // Typing is over: the letters are keys again.
  if (form?.querySelector("input:focus, select:focus")) document.getElementById("do-call_next").focus();
  const number = ticket?.number ?? "";
  const fetched = ticket?.call_mode === "pickup" && ["call_next", "call", "recall"].includes(command.type);
  const until = holds(command, answer, config.room);
  if (!fetched) say(phrases.t(`done.${command.type}`, { number }), until);
  else if (ticket.meeting_point) say(phrases.t("desk.fetch_at", { number, place: ticket.meeting_point }), until);
  else say(phrases.t("desk.fetch", { number }), until);
  refresh();
}

function failed(command, reason) {
  if (reason.key === "session.locked") return lock();
  if (reason.status === 401) return ended();
  let button;
  if (reason.key === "room.taken" && ["call_next", "call"].includes(command.type)) {
    button = deliberately(desk.dataset.takeOver, { ...command, take_over: true });
  }
  if (reason.key === "call.too_soon") button = deliberately(desk.dataset.sure, { ...command, sure: true });
  refuse(reason.title, button, reason.key);
  refresh();
}

// deliberately is a button for what was refused. It doesn't take the focus: the
// second press of whatever was pressed twice would press it.
function deliberately(label, command) {
  const button = document.createElement("button");
  button.type = "button";
  button.id = "do-again";
  button.textContent = label;
  button.addEventListener("click", () => {
    perform(command);
    document.getElementById("do-call_next").focus();
  });
  return button;
}

// Keys

// rest begins or ends the pause, by whichever button there is for it now; not both
// for one pressed twice.
let rested = -Infinity;
const twice = 600; // ms within which a second press is a slip

function rest() {
  const button = ["do-pause", "do-resume"].map((id) => document.getElementById(id)).find(({ ariaDisabled }) => ariaDisabled !== "true");
  if (performance.now() - rested < twice) return;
  rested = performance.now();
  button?.click();
}

keyboard(
  { n: "call_next", s: "start", f: "finish", r: "recall", x: "no_show", z: "undo", "!": "alarm" },
  { p: "note", t: "target", w: "second", c: "number" },
  { k: come, h: calm, b: rest, o: () => document.getElementById("do-again")?.click() },
  () => refuse(phrases.t("desk.nothing_open"), null, "state"),
);

settle();
attend(config.branch, (command) => link.do(command));
link.open();
