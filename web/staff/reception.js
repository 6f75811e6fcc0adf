// The list of concerns follows what is typed. Enter takes the only one that fits what
// was typed by then: a number, with Shift an appointment; of several it leads to the
// first. The arrow keys lead from the search to what was found, and from row to row
// within a column. Who is here, and what the hall shows, follow by themselves.

import { Socket, notAllowed } from "../display/socket.js";
import { isLocked, lock, look } from "./look.js";

const search = document.getElementById("q");
let shown = asked();
let latest = Promise.resolve();

function asked() {
  return new URLSearchParams(new FormData(search.form)).toString();
}

// follow has the list show what is typed now. Until it does, none of its buttons can
// be pressed: they would be for another word.
function follow() {
  const wanted = asked();
  found().inert = wanted !== shown;
  if (wanted !== shown) latest = latest.then(() => (wanted === asked() && wanted !== shown ? load(wanted) : undefined));
  return latest;
}

async function load(wanted) {
  const answer = await fetch(`${search.form.action}?${wanted}`).catch(() => null);
  if (wanted !== asked()) return;
  if (answer?.status === 401) return lock();
  const text = answer?.ok && !answer.redirected ? await answer.text() : "";
  const next = new DOMParser().parseFromString(text, "text/html").getElementById("found");
  if (!next) return search.form.submit(); // the server says itself what is wrong
  if (wanted !== asked() || isLocked()) return;
  for (const focus of next.querySelectorAll("[autofocus]")) focus.removeAttribute("autofocus");
  found().replaceWith(next);
  shown = wanted;
}

function found() {
  return document.getElementById("found");
}

function rows() {
  return [...document.querySelectorAll("#found .found li")].map((row) => [...row.querySelectorAll("a, button")]);
}

search.addEventListener("input", follow);
document.addEventListener("aufruf:unlocked", () => Promise.all([follow(), renew()]));
search.form.addEventListener("submit", (event) => {
  event.preventDefault();
  take(0);
});
search.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  if (!event.repeat) take(event.shiftKey ? 1 : 0);
});
document.getElementById("q-hint").hidden = false;

// take presses a control of the only row, or leads to that of the first.
async function take(column) {
  await follow();
  const all = rows();
  const control = all[0]?.[column];
  if (all.length === 1 && search.value.trim()) control.click();
  else control?.focus();
}

document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
  const all = rows();
  const row = all.findIndex((controls) => controls.includes(document.activeElement));
  if (row < 0 && document.activeElement !== search) return;
  const column = Math.max(all[row]?.indexOf(document.activeElement) ?? 0, 0);
  const next = row + step < 0 ? search : all[row + step]?.[column];
  if (!next) return;
  event.preventDefault();
  next.focus();
});

// Who is here and what the hall shows is made anew when the branch says that something
// changed, at most three times a second.
const now = document.getElementById("now");
let due = 0;
const telling = new Socket(() => now.dataset.follow, {
  receive: () => (due ||= setTimeout(renew, 300)),
  lost: (code, tries) => (code === notAllowed ? undefined : (0.3 + 0.7 * Math.random()) * Math.min(5000, 500 * 2 ** (tries - 1))),
});
telling.open();

async function renew() {
  due = 0;
  const next = (await look(location.href))?.getElementById("now");
  if (next) now.replaceChildren(...next.childNodes);
}
