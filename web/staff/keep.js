// Has the day list kept in this browser for the hour when the server is away:
// on opening a page, and every five minutes. Signing out forgets it.

const often = 5 * 60 * 1000;
const list = document.body.dataset.list;

if ("serviceWorker" in navigator) {
  if (list) {
    await navigator.serviceWorker.register("/staff/offline.js", { scope: "/staff/" });
    const { active } = await navigator.serviceWorker.ready;
    const keep = () => active.postMessage({ keep: list });
    keep();
    setInterval(keep, often);
    document.querySelector("form[action='/staff/abmelden']")?.addEventListener("submit", () => active.postMessage({ forget: true }));
  }
}

for (const age of document.querySelectorAll("[data-made]")) age.classList.toggle("old", !navigator.onLine);
