// What the pages can do beyond what they do without script: search while
// typing, arrow keys in the calendar, the time that is left, the place in line.
"use strict";

// Search: the server searches, the page shows what it found.
function search(input) {
  let newest = 0, timer;
  const look = async () => {
    const mine = ++newest;
    const url = new URL(input.form.action);
    url.searchParams.set("q", input.value);
    try {
      const answer = await fetch(url);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (mine !== newest || !answer.ok) return;
      for (const part of ["found", "results"]) {
        const old = document.getElementById(part), now = page.getElementById(part);
        old.replaceChildren(...now.childNodes);
      }
    } catch { /* no connection: the button still asks the server */ }
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, 120);
  });
}

// Calendar: one stop for the tab key, arrows in between. Full and closed days
// are stops too, so that their reason is read out: as links that lead nowhere.
function calendar(table) {
  const days = [...table.querySelectorAll(".day")];
  const keys = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7, Home: "first", End: "last" };
  table.setAttribute("role", "grid");
  const hint = document.createElement("span");
  hint.className = "vh";
  hint.textContent = " " + table.dataset.keys;
  table.caption.append(hint);
  for (const day of days) {
    if (day.matches("a")) continue;
    day.setAttribute("role", "link");
    day.setAttribute("aria-disabled", "true");
  }
  const first = days.find((d) => d.matches("a")) || days[0];
  const stopAt = (day) => days.forEach((d) => { d.tabIndex = d === day ? 0 : -1; });
  stopAt(first);
  table.addEventListener("keydown", (event) => {
    const at = days.indexOf(document.activeElement.closest(".day"));
    const step = keys[event.key];
    if (at < 0 || step === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const row = [...document.activeElement.closest("tr").querySelectorAll(".day")];
    const target = step === "first" ? row[0] : step === "last" ? row.at(-1) : days[at + step];
    if (target) {
      stopAt(target);
      target.focus();
      return;
    }
    document.querySelector(`.turn a[rel~=${step < 0 ? "prev" : "next"}]`)?.focus();
  });
}

// Says a sentence once: what stays the same is neither painted nor read again.
function say(element, sentence) {
  if (element.textContent !== sentence) element.textContent = sentence;
}

// Hold: counts from the seconds that the server gave, by whichever of the
// page's clocks ran further: one of them rests while a phone sleeps.
function hold(box) {
  const text = box.querySelector("[data-hold-text]");
  const alert = box.querySelector("[data-hold-alert]");
  const button = box.querySelector("[data-hold-extend]");
  const warning = 120;
  let began, kept, warned, timer;
  const left = () => Math.round(kept - Math.max(performance.now() - began.page, Date.now() - began.wall) / 1000);
  const keep = (seconds) => {
    began = { page: performance.now(), wall: Date.now() };
    kept = seconds;
    warned = false;
    box.classList.remove("soon", "over");
    clearTimeout(timer);
    tick();
  };
  // Whole minutes: a clock that ticks beside a form disturbs who fills it in.
  function tick() {
    const seconds = left();
    if (seconds <= 0) {
      box.classList.remove("soon");
      box.classList.add("over");
      say(alert, box.dataset.over);
      say(text, box.dataset.over);
      if (button) say(button, box.dataset.again);
      return;
    }
    say(text, seconds > 60 ? box.dataset.left.replace("{left}", Math.ceil(seconds / 60)) : box.dataset.last);
    if (seconds <= warning && !warned) {
      warned = true;
      box.classList.add("soon");
      say(alert, box.dataset.soon);
    }
    timer = setTimeout(tick, 1000);
  }
  if (box.classList.contains("over")) return;
  keep(Number(box.dataset.seconds));
  if (!button) return;
  button.addEventListener("click", async (event) => {
    if (left() <= 0) return; // the form asks whether the time is still free
    event.preventDefault();
    try {
      const answer = await fetch(box.dataset.extend, { method: "POST", headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.status);
      keep(Number(box.dataset.full));
      say(alert, box.dataset.extended);
    } catch {
      button.form.noValidate = true;
      button.form.action = button.formAction;
      button.form.submit();
    }
  });
}

// Proof of work: computes while the person types, and books once it is done. Where
// it can't, the server has the mail address confirmed instead.
function proof(form) {
  if (!window.Worker || !window.crypto.subtle) return;
  let solved = false;
  const worker = new Worker(form.dataset.worker);
  const done = new Promise((resolve) => {
    worker.addEventListener("message", (event) => { form.elements.loesung.value = event.data; resolve(); });
    worker.addEventListener("error", resolve);
  }).then(() => { solved = true; worker.terminate(); });
  worker.postMessage(JSON.parse(form.dataset.proof));
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (solved || (button && button.hasAttribute("formaction"))) return;
    event.preventDefault();
    done.then(() => form.requestSubmit(button));
  });
}

// Own page: looks now and then whether something changed, and shows the page
// anew. Quicker once one's turn is near.
function ticket(state) {
  let last;
  const look = async () => {
    let ahead = 9;
    try {
      const answer = await fetch(state.dataset.ticket, { headers: { Accept: "application/json" }, cache: "no-store" });
      if (answer.ok) {
        const now = await answer.json();
        ahead = now.ahead;
        const seen = JSON.stringify([now.state, now.ahead, now.wait_minutes, now.room]);
        if (last !== undefined && seen !== last) {
          if (now.state !== state.dataset.state && now.state === "called" && navigator.vibrate) navigator.vibrate([300, 200, 300]);
          await refresh();
        }
        last = seen;
      }
    } catch { /* no connection: the next look will tell */ }
    setTimeout(look, ahead > 3 ? 20000 : 5000);
  };
  async function refresh() {
    const answer = await fetch(location.pathname + location.search, { cache: "no-store" });
    if (!answer.ok) return location.reload();
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of [".state", ".standing", ".change"]) {
      const old = document.querySelector(part), now = fresh.querySelector(part);
      if (old && now) old.replaceChildren(...now.childNodes);
      else if (old) old.remove();
    }
    const now = fresh.querySelector(".state");
    if (now) {
      state.className = now.className;
      state.dataset.state = now.dataset.state;
      document.title = state.textContent;
    }
  }
  look();
}

// In a frame: tells the town's page how high this one is, so that nobody has to
// scroll in two places, and that another page begins. It says nothing else, and
// only origins that may frame it hear it.
function frame(body) {
  if (parent === window) return;
  let begins = !location.hash;
  new ResizeObserver(() => {
    parent.postMessage({ aufruf: "height", height: Math.ceil(body.getBoundingClientRect().height), begins }, "*");
    begins = false;
  }).observe(body);
}

const on = (selector, act) => document.querySelectorAll(selector).forEach(act);
on("[data-search]", search);
on("[data-sheet]", calendar);
on("[data-hold]", hold);
on("[data-proof]", proof);
on("[data-ticket]", ticket);
on("body.framed", frame);
