// Follows a run while it runs, unless somebody is about to press something on its
// page. To look is no act of a person: the session locks all the same.

const soon = 1000;

async function again() {
  if (document.activeElement?.closest("form, a")) return setTimeout(again, soon);
  const answer = await fetch(location.href, { redirect: "manual", cache: "no-store", headers: { "X-Aufruf-Look": "1" } }).catch(() => null);
  if (answer?.status === 401) document.dispatchEvent(new Event("aufruf:locked"));
  if (answer?.type === "opaqueredirect") return location.reload(); // the session has ended
  if (answer?.ok && !takeOver(await answer.text())) return location.reload();
  setTimeout(again, soon);
}

// takeOver shows what became of the run; false: it is over.
function takeOver(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  if (!page.querySelector("progress")) return false;
  document.querySelector("main").replaceChildren(...page.querySelector("main").childNodes);
  return true;
}

setTimeout(again, soon);
