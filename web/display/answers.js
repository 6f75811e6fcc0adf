// Whether the server answers, before anything is tried that costs more when it
// fails: a socket, or leaving the page.

const patience = 5000;

// ask returns what the server answers, and fails where nobody does.
export function ask() {
  return fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(patience) });
}

// answers reports whether the server answers. A proxy that has lost it says so with
// a status of its own.
export async function answers() {
  try {
    return (await ask()).status < 500;
  } catch {
    return false;
  }
}
