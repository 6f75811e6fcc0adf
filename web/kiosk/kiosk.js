// What the kiosk does by itself: a page that nobody touches gives way to the
// first one, a ticket is printed where a printer is connected, a code waits to
// be typed elsewhere, digits and letters are typed in place, and no page is left
// for one that nobody serves. Everything else works without script.

import { answers } from "../display/answers.js";
import { keypad, search } from "./typing.js";

const pause = 3000;

// whenThere leaves the page once the server answers: a browser's own page of errors
// would stay for ever.
async function whenThere(leave) {
  if (await answers()) return leave();
  setTimeout(() => whenThere(leave), pause);
}

const idle = document.querySelector("[data-idle]");
if (idle) {
  let timer;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => whenThere(() => location.assign(idle.dataset.home)), idle.dataset.idle * 1000);
  };
  for (const sign of ["pointerdown", "keydown", "scroll"]) addEventListener(sign, wait, { passive: true });
  wait();
}

// One touch leaves a page: what is touched after it, while the next one comes, does
// nothing. Whoever comes back finds the page as it was.
let leaving = false;
const wait = document.querySelector("[data-wait]");
function leave(how) {
  if (leaving) return;
  leaving = true;
  const shown = setTimeout(() => { if (wait) wait.hidden = false; }, 700);
  how(() => clearTimeout(shown));
}
addEventListener("pageshow", () => {
  leaving = false;
  if (wait) wait.hidden = true;
});

// send sends a form until somebody answers it. Each has a key, so that what was done
// already isn't done again, and its answer comes back.
async function send(form, fields) {
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(fields), cache: "no-store" });
    if (answer.redirected) return location.assign(answer.url);
    if (answer.status < 500) return again(form, fields);
  } catch { /* nobody answers yet */ }
  setTimeout(() => whenThere(() => send(form, fields)), pause);
}

// again has the browser itself send what was answered with a page, to show that page.
function again(form, fields) {
  for (const [name, value] of fields) {
    let field = form.querySelector(`input[name="${name}"]`);
    if (!field) {
      field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      form.append(field);
    }
    field.value = value;
  }
  form.submit();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.closest(".pair")) return;
  event.preventDefault();
  leave(() => send(form, [...new FormData(form, event.submitter)]));
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || event.defaultPrevented || link.closest(".pair")) return;
  event.preventDefault();
  leave(() => whenThere(() => location.assign(link.href)));
});

const button = document.getElementById("print");
const printed = "aufruf-printed";
if (button) {
  button.hidden = false;
  button.addEventListener("click", () => print());
  if (button.hasAttribute("data-now") && sessionStorage.getItem(printed) !== location.pathname) {
    sessionStorage.setItem(printed, location.pathname); // going back prints nothing again
    print();
  }
}

// A device that has shown a code shows the next one when that is over: nobody
// need be there to ask for it.
const waiting = "aufruf-waiting";
const ask = document.querySelector("form[data-ask]");
if (document.querySelector("[data-code]")) {
  sessionStorage.setItem(waiting, "1");
  setTimeout(() => whenThere(() => location.reload()), 4000);
} else if (ask && sessionStorage.getItem(waiting)) {
  setTimeout(() => whenThere(() => ask.submit()), 4000);
}

// A scanner types like a keyboard, digits and then Enter, wherever the focus is.
const scan = document.querySelector("form[data-scan]");
if (scan) {
  let typed = "";
  let at = 0;
  addEventListener("keydown", (event) => {
    if (event.target === scan.elements.number) return;
    if (event.timeStamp - at > 3000) typed = "";
    at = event.timeStamp;
    if (/^\d$/.test(event.key)) typed += event.key;
    if (event.key !== "Enter" || !typed) return;
    event.preventDefault();
    event.stopPropagation(); // the key under the focus isn't meant
    scan.elements.number.value = typed;
    scan.requestSubmit();
  }, true);
}

document.querySelectorAll("[data-keypad]").forEach(keypad);
document.querySelectorAll("[data-search]").forEach(search);
