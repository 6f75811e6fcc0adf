// What a page of staff asks for by itself, to show what is there now. To look is no
// act of a person: the session locks all the same.

// look returns a page, or nothing where there is none to be shown: without connection,
// and under a lock, for what was asked for before it may show what a person gave. ended
// is called where the session is over.
export async function look(address, ended) {
  const answer = await fetch(address, { redirect: "manual", cache: "no-store", headers: { "X-Aufruf-Look": "1" } }).catch(() => null);
  if (answer?.type === "opaqueredirect") ended?.();
  if (answer?.status === 401) lock();
  const html = answer?.ok ? await answer.text().catch(() => null) : null;
  return html === null || isLocked() ? null : new DOMParser().parseFromString(html, "text/html");
}

// lock has the page ask for the password; it goes on where it was.
export function lock() {
  document.dispatchEvent(new Event("aufruf:locked"));
}

export function isLocked() {
  return document.body.classList.contains("locked");
}

// renew puts the content of a part of a page in the place of what stands there,
// unless it is the same.
export function renew(old, fresh) {
  if (old && fresh && !old.isEqualNode(fresh)) old.replaceChildren(...fresh.childNodes);
}
