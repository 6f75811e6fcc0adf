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
  if (answer.type === "opaqueredirect") location.reload(); // the session has ended
  else if (answer.ok) goOn(Number(await answer.text()));
  else stop(body && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".alert")?.textContent.trim());
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
  document.body.classList.remove("locked");
  unlock.reset();
  focused?.focus({ preventScroll: true });
  document.dispatchEvent(new Event("aufruf:unlocked"));
}

// stop hides what a locked session doesn't show. It stays in the page. Whoever types
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
  lock.show();
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
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && ask("GET"));
unlock.addEventListener("submit", (event) => {
  event.preventDefault();
  ask("POST", new URLSearchParams(new FormData(unlock)));
});
told = performance.now();
goOn(Number(lock.dataset.left));
