// One key for each step, never while typing, and only while they are switched
// on (WCAG 2.1.4): the choice stays in this browser.

const kept = "aufruf-keys";

// keyboard lets letters press the button of a step, or lead to a field.
// missing is told of a step that has no button now. acts are carried out without
// a button.
export function keyboard(steps, fields, acts, missing) {
  const dialog = document.getElementById("keys");
  const on = document.getElementById("keys-on");
  const show = document.getElementById("show-keys");
  on.checked = localStorage.getItem(kept) !== "off";
  const shown = () => document.body.classList.toggle("no-keys", !on.checked);
  on.addEventListener("change", () => {
    localStorage.setItem(kept, on.checked ? "on" : "off");
    shown();
  });
  shown();
  show.hidden = false;
  show.addEventListener("click", () => dialog.showModal());

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || dialog.open || document.body.classList.contains("locked") || typing(event.target)) {
      if (event.key === "Escape" && typing(event.target)) event.target.blur();
      return;
    }
    if (event.key === "?") {
      event.preventDefault();
      dialog.showModal();
      return;
    }
    const key = event.key.toLowerCase();
    if (!on.checked) return;
    if (key in acts) {
      event.preventDefault();
      acts[key]();
    }
    if (key in fields) {
      event.preventDefault();
      const field = document.getElementById(fields[key]);
      if (field && !field.disabled) field.focus();
      else missing(fields[key]);
    }
    if (key in steps) {
      event.preventDefault();
      const button = document.getElementById(`do-${steps[key]}`);
      if (button) button.click();
      else missing(steps[key]);
    }
  });
}

function typing(element) {
  return element instanceof HTMLElement && (element.isContentEditable || element.matches("input:not([type=checkbox]), textarea, select"));
}
