// The arrow keys lead from the search to what was found, and from row to row
// within a column.

const search = document.getElementById("q");
const rows = [...document.querySelectorAll(".found li")].map((row) => [...row.querySelectorAll("a, button")]);

document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
  const row = rows.findIndex((controls) => controls.includes(document.activeElement));
  if (row < 0 && document.activeElement !== search) return;
  const column = Math.max(rows[row]?.indexOf(document.activeElement) ?? 0, 0);
  const next = row + step < 0 ? search : rows[row + step]?.[column];
  if (!next) return;
  event.preventDefault();
  next.focus();
});
