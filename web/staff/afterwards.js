// Typing a list quickly: Enter leads to the next line's number instead of
// sending, a new line grows when the last one is begun, and Ctrl+Enter sends.

const form = document.querySelector("[data-afterwards]");
const lines = form.querySelector("[data-lines]");

form.querySelector("[data-typing]").hidden = false;

form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.matches("button")) return;
  event.preventDefault();
  if (event.ctrlKey) {
    form.requestSubmit();
    return;
  }
  const row = event.target.closest("tr");
  (row.nextElementSibling ?? (lines.contains(row) ? grow() : null))?.querySelector("input, select").focus();
});

lines.addEventListener("input", (event) => {
  if (event.target.closest("tr") === lines.lastElementChild) grow();
});

// grow adds an empty line like the last one.
function grow() {
  const last = lines.lastElementChild;
  const fresh = last.cloneNode(true);
  const number = lines.children.length;
  fresh.classList.remove("wrong");
  fresh.querySelector(".error")?.remove();
  for (const field of fresh.querySelectorAll("input, select")) {
    field.ariaLabel = field.ariaLabel.replace(String(number), String(number + 1));
    for (const name of ["aria-invalid", "aria-describedby", "autofocus"]) field.removeAttribute(name);
    if (field.matches("input")) field.value = "";
    else field.selectedIndex = 0;
  }
  lines.append(fresh);
  return fresh;
}
