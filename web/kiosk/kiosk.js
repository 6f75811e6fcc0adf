// What the kiosk does by itself: a page that nobody touches gives way to the
// first one, a ticket is printed where a printer is connected, a code waits to
// be typed elsewhere. Everything else works without script.

import { answers } from "../display/answers.js";

const pause = 3000;

// whenThere leaves the page once the server answers: a browser's own page of errors
// would stay for ever.
async function whenThere(leave) {
  if (await answers()) leave();
  else setTimeout(() => whenThere(leave), pause);
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
    scan.elements.number.value = typed;
    scan.submit();
  });
}
