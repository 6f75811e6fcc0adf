// Loads the page of a run anew while it runs, unless somebody is about to press
// something on it.

const soon = 1000;

function again() {
  if (document.activeElement?.closest("form, a")) return setTimeout(again, soon);
  location.reload();
}

setTimeout(again, soon);
