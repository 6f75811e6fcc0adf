// The page of the calls follows what the screens show; without script there is
// the button.
const every = 5000;

const calls = document.getElementById("calls");
const news = document.getElementById("news");

// A screen reader says the calls that are new and not the whole list again.
const said = () => [...calls.querySelectorAll("[data-said]")].map((row) => row.dataset.said);

setInterval(async () => {
  if (document.hidden) return;
  const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = fresh.getElementById("calls");
  if (!next || next.isEqualNode(calls)) return;
  const before = new Set(said());
  calls.replaceChildren(...next.childNodes);
  const fromOldest = said().filter((call) => !before.has(call)).reverse();
  if (fromOldest.length > 0) news.textContent = fromOldest.join(". ");
}, every);
