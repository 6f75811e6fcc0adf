// Digits and letters that are touched, typed in place: the page stays, the focus
// stays on the key, and what is typed is said. Without script each key is a link to
// a page of its own.

const most = 3;

// enable makes a key of a link that has no address, or the other way round.
function enable(key, enabled) {
  if (!key.hasAttribute("role")) key.setAttribute("role", "link");
  if (enabled) key.removeAttribute("aria-disabled");
  else key.setAttribute("aria-disabled", "true");
  key.removeAttribute("href");
  key.tabIndex = 0;
}

// pressed tells of each key that is touched, or pressed while it has the focus.
function pressed(root, selector, act) {
  const handle = (event) => {
    const key = event.target.closest(selector);
    if (!key || !root.contains(key)) return;
    event.preventDefault();
    if (key.getAttribute("aria-disabled") !== "true") act(key);
  };
  root.addEventListener("click", handle);
  root.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") handle(event); });
}

// keypad takes the three digits of a number.
export function keypad(main) {
  let typed = main.dataset.keypad;
  const said = main.querySelector("[data-said]");
  const slots = main.querySelectorAll(".typed > span");
  const digits = main.querySelectorAll("[data-digit]");
  const last = main.querySelector("[data-delete]");
  const confirm = main.querySelector("[data-confirm]");
  const field = confirm.form.elements.number;
  const show = () => {
    slots.forEach((slot, i) => { slot.textContent = typed[i] || ""; });
    digits.forEach((key) => enable(key, typed.length < most));
    enable(last, typed !== "");
    field.value = typed;
    confirm.disabled = typed.length < most;
    confirm.querySelector("[data-shown]").textContent = typed;
  };
  const type = (now) => {
    typed = now;
    show();
    said.textContent = said.dataset.said.replace("{digits}", [...typed].join(" ") || "–");
    if (!confirm.disabled) confirm.focus();
  };
  pressed(main, "[data-digit]", (key) => type(typed + key.dataset.digit));
  pressed(main, "[data-delete]", () => type(typed.slice(0, -1)));
  show();
}

// search finds concerns by their letters.
export function search(main) {
  let typed = main.querySelector("[data-typed]").dataset.typed;
  let asking;
  const letters = main.querySelector("[data-letters]");
  const last = main.querySelector("[data-delete]");
  const show = () => {
    letters.textContent = typed;
    main.querySelectorAll("[data-letter]").forEach((key) => enable(key, true));
    enable(last, typed !== "");
  };
  const look = async () => {
    if (asking) asking.abort();
    asking = new AbortController();
    const address = new URL(location.href);
    address.searchParams.set("w", typed);
    address.searchParams.delete("seite");
    try {
      const answer = await fetch(address, { cache: "no-store", signal: asking.signal });
      if (!answer.ok || answer.redirected) return;
      const found = new DOMParser().parseFromString(await answer.text(), "text/html");
      main.querySelector("[data-hits]").replaceChildren(...found.querySelector("[data-hits]").childNodes);
      main.querySelector("[data-found]").textContent = found.querySelector("[data-found]").textContent;
    } catch { /* another letter came, or nobody answers: the next letter asks again */ }
  };
  const type = (now) => {
    typed = now;
    show();
    look();
  };
  pressed(main, "[data-letter]", (key) => type(typed + key.dataset.letter));
  pressed(main, "[data-delete]", () => type(typed.slice(0, -1)));
  show();
}
