// Follows a run while it runs, unless somebody is about to press something on its
// page. To look is no act of a person: the session locks all the same.

import { look } from "./look.js";

const soon = 1000;

async function again() {
  if (document.activeElement?.closest("form, a")) return setTimeout(again, soon);
  const page = await look(location.href, () => location.reload());
  if (page && !takeOver(page)) return location.reload();
  setTimeout(again, soon);
}

// takeOver shows what became of the run; false: it is over.
function takeOver(page) {
  if (!page.querySelector("progress")) return false;
  document.querySelector("main").replaceChildren(...page.querySelector("main").childNodes);
  return true;
}

setTimeout(again, soon);
