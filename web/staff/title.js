// The page's title: what it is called, and before that what must be seen although
// another window is in front.

const name = document.querySelector("title").dataset.name;
const before = new Map(); // by whom: text

// announce puts a text before the title; empty takes it away.
export function announce(by, text) {
  if (text) before.set(by, text);
  else before.delete(by);
  const title = [...before.values(), called].join(" – ");
  if (document.title !== title) document.title = title;
}

let called = name;

// call gives the page another name.
export function call(text) {
  called = text;
  announce("", "");
}
