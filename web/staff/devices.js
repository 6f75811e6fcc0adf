// Keeps the list of devices up to date while nobody is at work in it: a screen
// that is lost, or whose sound fails, is seen within a second.

const often = 1000;
const list = document.getElementById("devices");

const atWork = () => list.contains(document.activeElement) || list.querySelector("details[open]") !== null;

async function look() {
  if (!document.hidden && !atWork()) await ask().catch(() => {}); // without connection the list stays as it is
  setTimeout(look, often);
}

async function ask() {
  const answer = await fetch(location.pathname, { redirect: "error", headers: { "X-Aufruf-Look": "1" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("devices");
  if (fresh && !atWork()) list.replaceChildren(...fresh.childNodes);
}

setTimeout(look, often);
