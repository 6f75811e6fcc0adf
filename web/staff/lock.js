// Asks for the password where nobody did anything for as long as the town allows,
// in the page, so that nothing of what is typed is lost. The server decides: it
// is told what hands do here, and asked when the time is over.

const lock = document.getElementById("lock");
const unlock = document.getElementById("unlock-here");
const said = document.getElementById("lock-said");
const most = 30000; // between two reports of what hands do, in milliseconds
const least = 5000;
let every = most;
let told = -most;
let report; // timer of the next report
let end; // timer of the end
const away = []; // what was taken out of the page while it is locked: its place, and itself
let focused;

// ask tells or asks the server, which answers how many seconds are left.
async function ask(method, body) {
  let answer;
  try {
    answer = await fetch(lock.dataset.path, { method, body, redirect: "manual", cache: "no-store", headers: { "X-Aufruf-Look": "1" } });
  } catch {
    arm(10); // no connection: nothing can be done here either
    return;
  }
  if (answer.type === "opaqueredirect") over(method, body);
  else if (answer.ok) goOn(Number(await answer.text()));
  else stop(body && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".alert")?.textContent.trim());
}

// over is told that the session has ended. Whoever is typing goes on: what is sent
// is kept over the sign-in.
function over(method, body) {
  if (method === "GET" || body) location.reload();
}

function arm(seconds) {
  clearTimeout(end);
  end = setTimeout(() => ask("GET"), seconds * 1000 + 500);
}

function goOn(seconds) {
  every = Math.max(least, Math.min(most, (seconds * 1000) / 4));
  arm(seconds);
  if (!lock.open) return;
  lock.close();
  bringBack();
  document.body.classList.remove("locked");
  unlock.reset();
  focused?.focus({ preventScroll: true });
  document.dispatchEvent(new Event("aufruf:unlocked"));
}

function shows(element) {
  return getComputedStyle(element).visibility === "visible";
}

// takeAway takes out of the page what isn't to be seen in it: who looks at it without
// its styles, or at its source, finds no more there than on the glass.
function takeAway(element) {
  for (const child of [...element.childNodes]) {
    const inner = child.nodeType === Node.ELEMENT_NODE;
    if (inner && child.matches("input[type=hidden]")) continue; // goes with its form
    if (inner ? shows(child) || [...child.querySelectorAll("*")].some(shows) : shows(element)) {
      if (inner) takeAway(child);
      continue;
    }
    const place = document.createComment("");
    child.replaceWith(place);
    away.push([place, child]);
  }
}

function bringBack() {
  for (const [place, child] of away.splice(0)) place.replaceWith(child);
}

// stop takes away what a locked session doesn't show, until it goes on. Whoever types
// the password isn't disturbed by hearing again that the session is locked.
function stop(why) {
  if (lock.open && !why) return;
  said.hidden = !why;
  said.textContent = why ?? "";
  if (lock.open) {
    lock.querySelector("input[type=password]")?.select();
    return;
  }
  clearTimeout(report);
  clearTimeout(end);
  focused = document.activeElement;
  document.body.classList.add("locked");
  for (const part of document.querySelectorAll("main, .nav")) takeAway(part);
  lock.show();
  document.dispatchEvent(new Event("aufruf:locks"));
  (lock.querySelector("input[type=password]") ?? lock.querySelector("button")).focus();
}

// act reports what hands do, the last of it too.
function act() {
  if (lock.open || report) return;
  report = setTimeout(() => {
    report = undefined;
    told = performance.now();
    ask("POST");
  }, Math.max(0, told + every - performance.now()));
}

for (const kind of ["keydown", "pointerdown", "input"]) document.addEventListener(kind, act, { capture: true, passive: true });
document.addEventListener("aufruf:locked", () => stop());
// A page that the browser brings back from its memory shows nothing before the server
// was asked.
addEventListener("pagehide", (event) => event.persisted && stop());
addEventListener("pageshow", (event) => event.persisted && ask("GET"));
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && ask("GET"));
unlock.addEventListener("submit", (event) => {
  event.preventDefault();
  ask("POST", new URLSearchParams(new FormData(unlock)));
});
told = performance.now();
goOn(Number(lock.dataset.left));
