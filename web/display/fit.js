// Makes what is written as large as its place. Where the places are is the
// style sheet's. Widths are measured once a text; sizes follow by arithmetic, so
// that a call costs no trial and error.

const byID = (id) => document.getElementById(id);

// Shares of the screen's short side, as in display.css: what is read from 8 m.
const floor = { number: 0.202, room: 0.144 };
const line = { least: 0.044, most: 0.058 };
const digits = 0.72; // of a font's size: a digit with a little air
const word = { most: 0.1, share: 0.5 }; // "Platz", beside or above "1"
const row = 0.123; // of the list

const widths = new Map();

// widthOf returns the width of a text at a font size of 1, by its weight.
function widthOf(text, weight = 700) {
  const key = `${weight} ${text}`;
  if (!widths.has(key)) {
    if (widths.size > 500) widths.clear();
    const pen = byID("pen");
    pen.style.fontWeight = weight;
    pen.textContent = text;
    widths.set(key, pen.getBoundingClientRect().width / 100);
  }
  return widths.get(key);
}

// forget measures anew: the font has come.
export function forget() {
  widths.clear();
}

// stage shares the stage among number and room. The number has half of it, or less
// where that lets a long name be read; neither gets smaller than its floor while the
// other has more. In portrait each has its own row.
export function stage(label) {
  const place = byID("stage");
  const upright = innerHeight > innerWidth;
  const style = getComputedStyle(place);
  const gap = parseFloat(style.columnGap) || 0;
  const width = place.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  const rows = tracks(style.gridTemplateRows);
  const three = widthOf("000");
  if (upright) {
    const below = byID("direction").offsetHeight + 0.084 * short();
    const free = place.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom) - below;
    const number = Math.min(width / three, (free * 0.5) / digits);
    size(byID("number"), number);
    set(label, roomIn(label, width, free - number * 0.78 - 0.02 * short() - 0.034 * short(), width));
    return;
  }
  const height = rows[0] - 0.034 * short();
  const plans = [50, 42, 35].map((share) => {
    const number = Math.min(height / digits, ((width - gap) * share) / 100 / three);
    return { share, number, room: roomIn(label, ((width - gap) * (100 - share)) / 100, height, number) };
  });
  const readable = (p) => p.number >= floor.number * short();
  const best = plans.find((p) => p.room.size >= Math.max(floor.room * short(), p.number * 0.6) && readable(p))
    ?? plans.filter(readable).reduce((a, b) => (a && a.room.size >= b.room.size ? a : b), null) ?? plans[0];
  place.style.setProperty("--share", `${best.share}fr`);
  place.style.setProperty("--rest", `${100 - best.share}fr`);
  size(byID("number"), best.number);
  set(label, best.room);
}

// roomIn finds the largest that a room's name can be: its word above it or before it,
// in a line or in two.
function roomIn({ word: before, name }, width, height, most) {
  const small = Math.min(word.most * short(), height * 0.3);
  const above = before ? small * 1.26 : 0;
  const candidates = [];
  for (const lines of breaks(name)) {
    const wide = Math.max(...lines.map((l) => widthOf(l)));
    const high = lines.length === 1 ? 0.78 : lines.length - 0.22;
    candidates.push({ lines, inline: false, word: small, size: Math.min(most, width / wide, (height - above) / high) });
    if (before && lines.length === 1) {
      const beside = widthOf(`${before} `, 400) * small;
      candidates.push({ lines, inline: true, word: small, size: Math.min(most, (width - beside) / wide, height / high) });
    }
  }
  const best = candidates.reduce((a, b) => (b.size > a.size * 1.02 ? b : a));
  const least = Math.min(floor.room * short(), height / 0.78);
  if (best.size >= least) return best;
  return { lines: shortened(name, width, least, height), inline: false, word: small, size: least };
}

// breaks are the ways to write a name: in one line, or in two that are about as long.
function breaks(name) {
  const words = name.split(" ");
  const ways = [[name]];
  if (words.length > 1) {
    const two = words.slice(1).map((_, i) => [words.slice(0, i + 1).join(" "), words.slice(i + 1).join(" ")]);
    ways.push(two.reduce((a, b) => (longest(b) < longest(a) ? b : a)));
  }
  return ways;
}

function longest(lines) {
  return Math.max(...lines.map((l) => widthOf(l)));
}

// shortened writes what fits of a name in two lines of a size, or in one, and shows
// that something is missing.
function shortened(name, width, size, height) {
  const lines = [""];
  const most = height >= size * 1.8 ? 2 : 1;
  const fits = (text) => widthOf(text) * size <= width;
  for (const next of name.split(" ")) {
    const joined = lines.at(-1) ? `${lines.at(-1)} ${next}` : next;
    if (fits(joined)) lines[lines.length - 1] = joined;
    else if (lines.at(-1) && lines.length < most) lines.push(next);
    else return [...lines.slice(0, -1), cut(joined, fits)];
    if (!fits(lines.at(-1))) return [...lines.slice(0, -1), cut(lines.at(-1), fits)];
  }
  return lines;
}

function cut(text, fits) {
  let kept = text.length;
  while (kept > 1 && !fits(`${text.slice(0, kept).trimEnd()}…`)) kept--;
  return `${text.slice(0, kept).trimEnd()}…`;
}

function set(label, plan) {
  const room = byID("room");
  room.toggleAttribute("data-inline", plan.inline);
  size(room, plan.size);
  room.querySelector(".word").style.fontSize = `${plan.word}px`;
  write(room.querySelector(".name"), plan.lines);
}

// write sets lines, each whole, where they aren't there.
function write(element, lines) {
  if ([...element.children].map((e) => e.textContent).join("\n") === lines.join("\n") && element.children.length) return;
  element.replaceChildren(...lines.flatMap((text, i) => (i > 0 ? [" ", span(text)] : [span(text)])));
}

function span(text) {
  const element = document.createElement("span");
  element.className = "line";
  element.textContent = text;
  return element;
}

// columns are those that fit beside each other: three need a wide screen.
export function columns(wanted) {
  const narrow = innerWidth > innerHeight && innerWidth / innerHeight <= 1.5;
  return narrow && wanted.length > 2 ? [] : wanted;
}

// rows says how many rows a list has, or each of the offices' lists: as many as are
// wanted, and leave the stage its place.
export function rows(listed, offices, label) {
  const screen = byID("screen");
  const upright = innerHeight > innerWidth;
  const narrow = innerWidth / innerHeight <= 1.5;
  const [head, foot, queue, lane] = [screen.querySelector("header"), screen.querySelector("footer"), byID("queue"), byID("lane")].map((e) => e.offsetHeight);
  const below = narrow ? Math.max(foot, queue, lane) : foot;
  const stacked = upright ? Math.max(1, offices) : 1; // lists above one another
  const headings = offices ? stacked * 0.062 * short() : 0;
  const long = widthOf(label.name) * floor.room * short() > 0.6 * innerWidth; // needs two lines
  const stage = (upright ? 0.72 : long ? 0.46 : 0.33) * short();
  const free = screen.clientHeight - head - below - stage - headings - 0.1 * short();
  const wanted = upright || offices ? listed : Math.ceil(listed / 2);
  return Math.max(1, Math.min(wanted, Math.floor(free / (row * short()) / stacked)));
}

// list gives each room of the list the size that its column leaves it: the name of
// "Platz 1" that of the number, with its word where that has room.
export function list() {
  const items = [...document.querySelectorAll(".list li")].filter((li) => li.offsetParent);
  if (items.length === 0) return;
  const most = parseFloat(getComputedStyle(items[0].querySelector("b")).fontSize);
  const high = parseFloat(getComputedStyle(items[0].parentElement).gridTemplateRows);
  const places = items.map((li) => {
    const room = li.querySelector(".room");
    const { word: before, name } = room.dataset;
    return { li, room, before, name, width: room.clientWidth };
  });
  for (const { li, room, before, name, width } of places) {
    if (before) {
      const worded = widthOf(name) + widthOf(`${before} `, 400) * 0.42;
      room.classList.toggle("narrow", worded > width / most);
      size(room, Math.min(most, width / (worded > width / most ? widthOf(name) : worded)));
      continue;
    }
    const plan = nameIn(name, width, most, high);
    size(room, plan.size);
    write(room.querySelector(".name"), plan.lines);
    li.toggleAttribute("data-tall", plan.lines.length > 1);
  }
}

// nameIn writes a name that has no word: in a line while it is not much smaller than
// the number, else in two, and shortened rather than tiny.
function nameIn(name, width, most, high) {
  const ways = breaks(name).map((lines) => ({ lines, size: Math.min(most, width / longest(lines), high / lines.length / 0.98) }));
  const one = ways[0];
  if (one.size >= most * 0.5) return one;
  const best = ways.reduce((a, b) => (b.size > a.size ? b : a));
  const least = most * 0.38;
  if (best.size >= least) return best;
  return { lines: shortened(name, width, least, high), size: least };
}

// notice is a line where it can be, and two at most.
export function notice() {
  const text = byID("notice");
  if (!text.offsetParent) return; // hidden, or another line has its place
  const most = line.most * short();
  size(text, most);
  if (text.scrollHeight <= most * 1.3) return;
  const wide = text.clientWidth;
  const length = widthOf(text.textContent, 400);
  size(text, Math.max(line.least * short(), Math.min(most, (wide * 0.98) / length)));
}

// pages parts a notice into what two lines can hold each.
export function pages(text, element) {
  const two = (element.clientWidth * 1.86) / parseFloat(getComputedStyle(element).fontSize);
  const all = [""];
  for (const next of text.split(" ")) {
    const joined = all.at(-1) ? `${all.at(-1)} ${next}` : next;
    if (all.at(-1) && widthOf(joined, 400) > two) all.push(next);
    else all[all.length - 1] = joined;
  }
  return all;
}

// idle makes what an idle screen says as large as its place.
export function idle() {
  const place = byID("idle");
  if (!place.offsetParent) return;
  let [low, high] = [0.026 * short(), 0.062 * short()];
  for (let i = 0; i < 7; i++) {
    const middle = (low + high) / 2;
    place.style.setProperty("--idle", `${middle}px`);
    if (place.scrollHeight <= place.clientHeight + 1 && place.scrollWidth <= place.clientWidth + 1) low = middle;
    else high = middle;
  }
  place.style.setProperty("--idle", `${low}px`);
}

function size(element, pixels) {
  element.style.fontSize = `${pixels.toFixed(2)}px`;
}

function tracks(list) {
  return list.split(" ").map(parseFloat);
}

function short() {
  return Math.min(innerWidth, innerHeight);
}
