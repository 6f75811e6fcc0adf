// The list of concerns follows what is typed, and Enter leads to the first that fits
// what was typed by then. The arrow keys lead from the search to what was found, and
// from row to row within a column.

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
  if (answer?.status === 401) return document.dispatchEvent(new Event("aufruf:locked")); // it goes on where it was
  const text = answer?.ok && !answer.redirected ? await answer.text() : "";
  const next = new DOMParser().parseFromString(text, "text/html").getElementById("found");
  if (!next) return search.form.submit(); // the server says itself what is wrong
  if (wanted !== asked()) return;
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
document.addEventListener("aufruf:unlocked", follow);
search.form.addEventListener("submit", async (event) => {
  event.preventDefault();
  await follow();
  rows()[0]?.[0]?.focus();
});

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
