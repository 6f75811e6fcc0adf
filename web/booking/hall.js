// The page of the calls follows what the screens show; without script there is
// the button.
const every = 5000;

setInterval(async () => {
  if (document.hidden) return;
  const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const calls = document.getElementById("calls");
  const next = fresh.getElementById("calls");
  if (next && !next.isEqualNode(calls)) calls.replaceChildren(...next.childNodes);
}, every);
