// Keeps the list of devices up to date while nobody is at work in it: a screen
// that is lost, or whose sound fails, is seen within a second.

import { look, renew } from "./look.js";

const often = 1000;
const list = document.getElementById("devices");

const atWork = () => list.contains(document.activeElement) || list.querySelector("details[open]") !== null;

async function follow() {
  const page = document.hidden || atWork() ? null : await look(location.pathname); // without connection the list stays as it is
  if (page && !atWork()) renew(list, page.getElementById("devices"));
  setTimeout(follow, often);
}

setTimeout(follow, often);
