// Makes what is written as large as its place. Where the places are is the
// style sheet's; sizes are font sizes in pixels.

const byID = (id) => document.getElementById(id);

// Shares of the screen's short side, as in display.css.
const hint = { least: 0.04, most: 0.07 };
const line = { least: 0.036, most: 0.066, height: 0.16 };

// stage fits the number into its place, then the way there, then the room into
// what is left: its word above its name or before it, whichever makes the name
// larger.
export function stage() {
  const place = byID("stage");
  const style = getComputedStyle(place);
  const [columns, rows] = [tracks(style.gridTemplateColumns), tracks(style.gridTemplateRows)];
  const height = rows.at(-1);
  const number = byID("number");
  const most = proportional(number, innerHeight, number, columns[0], rows[0]);
  const where = byID("where");
  const room = byID("room");
  const direction = byID("direction");
  if (!direction.hidden) {
    largest(direction, hint.least * short(), hint.most * short(), () => direction.offsetHeight <= height * 0.4);
  }
  const fits = () => where.scrollWidth <= where.clientWidth && where.offsetHeight <= height && lines(room) <= 2;
  const sizes = [false, true].map((inline) => {
    room.toggleAttribute("data-inline", inline);
    return largest(room, 10, most, fits);
  });
  const inline = sizes[1] > sizes[0];
  room.toggleAttribute("data-inline", inline);
  room.style.fontSize = `${sizes[Number(inline)]}px`;
}

// list gives "Platz 1" and its like one size for all, and each other label its
// own.
export function list() {
  const rooms = [...byID("list").querySelectorAll(".room")].filter((r) => r.offsetParent);
  if (rooms.length === 0) return;
  const row = parseFloat(getComputedStyle(byID("list")).gridTemplateRows);
  const most = parseFloat(getComputedStyle(byID("list").querySelector("b")).fontSize);
  const size = (room) => largest(room, 6, most, () => room.scrollWidth <= room.clientWidth && room.offsetHeight <= row && lines(room) <= 2);
  const wide = (room) => proportional(room, most, room.querySelector(".name"), room.clientWidth, row);
  const pairs = rooms.filter((r) => r.matches(".pair:not(:has(.extra))"));
  const common = Math.min(...pairs.map(wide));
  for (const room of rooms) {
    if (pairs.includes(room)) room.style.fontSize = `${common}px`;
    else size(room);
    room.parentElement.toggleAttribute("data-tall", room.matches(":has(.extra)") || lines(room) > 1);
  }
}

// notice is a line where it can be, and as many as its share allows.
export function notice() {
  const text = byID("notice");
  if (!text.offsetParent) return; // hidden, or another line has its place
  largest(text, line.least * short(), line.most * short(), () => text.offsetHeight <= line.height * short());
}

// proportional sets what never breaks: its size follows from one measurement.
function proportional(element, most, end, width, height) {
  element.style.fontSize = `${most}px`;
  const reach = end.getBoundingClientRect().right - element.getBoundingClientRect().left;
  const size = most * Math.min(1, width / reach, height / element.offsetHeight);
  element.style.fontSize = `${size}px`;
  return size;
}

function largest(element, least, most, fits) {
  let [low, high] = [least, most];
  for (let i = 0; i < 10; i++) {
    const size = i === 0 ? high : (low + high) / 2;
    element.style.fontSize = `${size}px`;
    if (fits()) low = size;
    else high = size;
    if (low === high) break;
  }
  element.style.fontSize = `${low}px`;
  return low;
}

// lines counts those of a label's name, which is one box a line.
function lines(room) {
  return room.querySelector(".name").getClientRects().length;
}

function tracks(list) {
  return list.split(" ").map(parseFloat);
}

function short() {
  return Math.min(innerWidth, innerHeight);
}
