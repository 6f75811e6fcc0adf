// The page of the waiting-room screen. Two sources feed the same rendering:
// the display program on this machine ("local"), or, in any browser, the
// server itself ("server").

import { Renderer } from "./render.js";
import { ServerClock, Words } from "./words.js";

const config = JSON.parse(document.body.dataset.config);
const clock = new ServerClock();
const renderer = new Renderer(new Words(config.texts, config.language), clock);

// show paints a view and calls painted with the seq of the large call, and of those
// that are new in the list, once that frame is on the glass: the second frame after
// the change follows the paint of the first.
function show(view, painted) {
  renderer.render(view);
  const inList = view.list.map((call) => call.seq);
  const seqs = [view.large?.seq, ...inList.filter((seq) => !listed.has(seq))].filter((seq) => seq !== undefined);
  listed = new Set(inList);
  if (seqs.length > 0) {
    requestAnimationFrame(() => requestAnimationFrame(() => seqs.forEach(painted)));
  }
}

let listed = new Set();

const { run } = await import(document.body.dataset.source === "local" ? "./source-local.js" : "./source-server.js");
const source = run({ clock, config, show });

setInterval(() => {
  renderer.tick();
  renderer.turn();
}, 1000);

// Whoever puts up the screen hears by "t" whether it sounds.
addEventListener("keydown", (event) => {
  if (event.key === "t" && !event.ctrlKey && !event.altKey && !event.metaKey) source.test();
});

// A slow shift of a few pixels keeps edges from burning in.
const shift = 2 * 60 * 1000;
const path = [[0, 0], [1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0], [-1, -1], [0, -1], [1, -1]];
let step = 0;
setInterval(() => {
  step = (step + 1) % path.length;
  const [x, y] = path[step];
  document.getElementById("screen").style.transform = `translate(${x * 0.3}vmin, ${y * 0.3}vmin)`;
}, shift);
