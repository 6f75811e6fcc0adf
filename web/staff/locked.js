// A page that asks for the password follows what stays visible of its room.

import { Socket, notAllowed } from "../display/socket.js";
import { renew } from "./look.js";

const floor = document.getElementById("floor");

// refresh takes over what the room shows now. Where the session goes on meanwhile,
// in another tab perhaps, whatever is typed here stays until it is sent.
async function refresh() {
  const answer = await fetch(location.href, { redirect: "manual", cache: "no-store", headers: { "X-Aufruf-Look": "1" } }).catch(() => null);
  if (answer?.status !== 401) return;
  renew(floor, new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("floor"));
}

const socket = new Socket(() => floor.dataset.socket, {
  opened: refresh,
  receive: refresh,
  lost: (code, tries) => (code === notAllowed ? undefined : Math.min(2000, 500 * 2 ** (tries - 1))),
});
socket.open();
