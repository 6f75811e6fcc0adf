// The desk's page with script: it follows the branch over the websocket, sends
// each step as a command and takes over what has changed in the page. Without
// script the same forms do the same work.

import { Link } from "./link.js";
import { Phrases, arrival } from "./phrases.js";
import { keyboard } from "./keys.js";
import { attend, come, heard } from "./alarms.js";

const desk = document.getElementById("desk");
const config = JSON.parse(desk.dataset.script);
const phrases = new Phrases(config.texts);
const parts = ["nav", "ahead", "serving", "screens", "line", "today", "pause"];
const connection = document.getElementById("connection");
const status = document.getElementById("status");
const problem = document.getElementById("problem");
const deliveries = new Map(); // seq of a call: what the screens reported
const versions = new Map(); // ticket: its version, as the last answer had it
let opened = null; // ticket that the last answer left open here, "" for none; null: the page knows

// The page

const shown = new Map(parts.map((id) => [id, content(document.getElementById(id))]));
let asked = 0;
let asking = false;
let again = false;
let answers = 0; // to commands, so far

// refresh asks for the page again, one request at a time, and takes over the
// parts that have changed. Focus stays where it was. A page that was asked for
// before the last command's answer shows what is over: it is asked for again.
async function refresh() {
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  const before = answers;
  try {
    const answer = await fetch(location.pathname, { redirect: "manual", cache: "no-store", headers: { "X-Aufruf-Look": "1" } });
    if (answer.type === "opaqueredirect") return ended();
    const html = await answer.text();
    if (answer.status === 401) locked();
    if ((answer.ok || answer.status === 401) && answers === before) takeOver(html);
  } catch {
    // No connection: the link says so, and comes back.
  } finally {
    asking = false;
    if (again) {
      again = false;
      refresh();
    }
  }
}

function takeOver(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const focused = document.activeElement?.id;
  const typed = unsent();
  for (const id of parts) {
    const old = document.getElementById(id);
    const fresh = page.getElementById(id);
    if (!old || !fresh || shown.get(id) === content(fresh)) continue;
    shown.set(id, content(fresh));
    old.className = fresh.className;
    old.replaceChildren(...fresh.childNodes);
  }
  for (const [id, value] of typed) {
    const field = document.getElementById(id);
    if (field) field.value = value;
  }
  opened = null;
  refocus(focused);
  showArrivals();
  showLink();
  asked = performance.now();
}

// content is what a part says, without the ids for commands by form, which
// each look draws anew.
function content(part) {
  return part.className + part.innerHTML.replaceAll(/name="id" value="[^"]*"/g, "");
}

// unsent returns what was typed into the parts that are about to change, while
// the same ticket is open.
function unsent() {
  return [...document.querySelectorAll("#serving input:not([type=hidden]), #serving select")].map((field) => [field.id, field.value]);
}

function refocus(id) {
  if (!id || document.activeElement?.id === id) return;
  const target = document.getElementById(id) ?? document.getElementById("do-call_next");
  target?.focus({ preventScroll: true }); // a locked page has neither
}

function say(text) {
  status.className = "news";
  status.textContent = text;
}

function refuse(text, form) {
  problem.replaceChildren();
  if (!text) return;
  const alert = document.createElement("div");
  alert.className = "alert";
  alert.role = "alert";
  alert.textContent = text;
  problem.append(alert);
  if (form) alert.append(" ", form);
  status.textContent = "";
}

// Calls and their arrival

function showArrivals() {
  for (const open of document.querySelectorAll("#serving .open")) {
    const line = open.querySelector("[data-arrived]");
    const report = deliveries.get(Number(open.dataset.call));
    if (!line || !report) continue;
    const { text, warn } = arrival(phrases, report);
    if (line.textContent !== text) line.textContent = text;
    line.classList.toggle("warn", warn);
  }
}

// The link

let lostAt = null;
let over = false;

const following = {
  opened() {
    if (lostAt) say(phrases.t("link.back"));
    lostAt = null;
    showLink();
  },
  lost() {
    lostAt ??= new Date();
    showLink();
    refresh(); // finds out whether the session has ended
  },
  ended,
  queue: refresh,
  alarms: (message) => heard(config.branch, message),
  delivery(report) {
    if (report.test) {
      showTest(report);
      return;
    }
    const known = deliveries.get(report.seq);
    deliveries.set(report.seq, known && report.late ? { ...known, late: known.shown === 0 } : report);
    if (deliveries.size > 50) deliveries.delete(deliveries.keys().next().value);
    showArrivals();
  },
};
let link = new Link(config.socket, following);

// showTest says how the sound arrived that this desk asked for.
const test = new URLSearchParams(location.search).get("probe");

function showTest({ seq, screens, sounded }) {
  if (String(seq) !== test) return;
  const count = Math.max(screens, sounded);
  say(phrases.t(count === 1 ? "screens.tested.one" : "screens.tested.other", { sounded, count }));
}

// locked has the page ask for the password; it goes on where it was. Somebody may
// have signed in anew for that, with whose session it is connected then.
function locked() {
  document.dispatchEvent(new Event("aufruf:locked"));
}

document.addEventListener("aufruf:unlocked", () => {
  if (over) {
    over = false;
    link = new Link(config.socket, following);
    link.open();
    showLink();
  }
  refresh();
});

function ended() {
  over = true;
  link.close();
  showLink();
}

function showLink() {
  const down = over || lostAt !== null;
  connection.hidden = !down;
  if (over) {
    const again = document.createElement("a");
    again.href = location.pathname;
    again.textContent = phrases.t("link.ended");
    connection.replaceChildren(again);
  } else if (lostAt) {
    const text = phrases.t("link.lost", { time: phrases.clock(lostAt) });
    if (connection.textContent !== text) connection.textContent = text;
  }
  for (const button of document.querySelectorAll("form[data-command] button")) {
    if (down) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
}

// Steps

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-command]")) return;
  event.preventDefault();
  if (over || lostAt) {
    refuse(phrases.t(over ? "link.ended" : "link.offline_step"));
    return;
  }
  const command = commandOf(new FormData(form, event.submitter));
  perform(command, form);
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
  if (["call_next", "call"].includes(type)) return { open: opened ?? document.querySelector("#serving .open")?.dataset.ticket ?? "" };
  const version = Math.max(Number(data.get("version")), versions.get(ticket) ?? 0);
  return version ? { version } : {};
}

// A key that is held presses the focused button thirty times a second. Once is
// meant.
document.addEventListener(
  "keydown",
  (event) => {
    if (event.repeat && (event.key === "Enter" || event.key === " ") && event.target.matches("button, summary, a")) event.preventDefault();
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

function done(command, { ticket }, form) {
  answers += 1;
  if (ticket) {
    versions.set(ticket.ticket, ticket.version);
    opened = ticket.room?.id === config.room ? ticket.ticket : "";
  }
  for (const field of form?.querySelectorAll("input:not([type=hidden])") ?? []) field.value = "";
  // Typing is over: the letters are keys again.
  if (form?.querySelector("input:focus, select:focus")) document.getElementById("do-call_next").focus();
  const number = ticket?.number ?? "";
  const fetched = ticket?.call_mode === "pickup" && ["call_next", "call", "recall"].includes(command.type);
  if (!fetched) say(phrases.t(`done.${command.type}`, { number }));
  else if (ticket.meeting_point) say(phrases.t("desk.fetch_at", { number, place: ticket.meeting_point }));
  else say(phrases.t("desk.fetch", { number }));
  refresh();
}

function failed(command, reason) {
  if (reason.key === "session.locked") return locked();
  if (reason.status === 401) return ended();
  let button;
  if (reason.key === "room.taken" && ["call_next", "call"].includes(command.type)) {
    button = deliberately(desk.dataset.takeOver, { ...command, take_over: true });
  }
  if (reason.key === "call.too_soon") button = deliberately(desk.dataset.sure, { ...command, sure: true });
  refuse(reason.title, button);
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

// Keys, and the page's own pulse

keyboard({ n: "call_next", s: "start", f: "finish", r: "recall", x: "no_show", z: "undo", b: "pause", "!": "alarm" }, { p: "note", t: "target", w: "second", c: "number" }, { k: come }, (step) => {
  refuse(phrases.t(step === "undo" ? "desk.nothing_to_undo" : "desk.nothing_open"));
});

setInterval(() => {
  if (!over && performance.now() - asked > 30000) refresh();
}, 10000);

showArrivals();
attend(config.branch, (command) => link.do(command));
link.open();
