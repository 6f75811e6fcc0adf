// The colours of the glass where a town chose its own: each is darkened or
// lightened until what stands on it, or beside it, can be read.

const readable = 7; // WCAG 2.2, 1.4.6
const seen = 4.5; // a mark beside text: more than the 3 of 1.4.11
const [black, white] = ["#10151a", "#ffffff"];

// stageOn returns the colours of what is called now: its ground, its writing, and
// the other ground of the pulse, which is never read worse.
export function stageOn(colour) {
  const ink = contrast(colour, white) >= 3 ? white : black;
  const away = ink === white ? "#000000" : white;
  const ground = until(colour, away, (c) => contrast(c, ink) >= readable);
  return { ground, ink, pulse: mix(ground, away, 0.45) };
}

// paperOn returns the colours of a ground of the town's own.
export function paperOn(ground) {
  const ink = contrast(ground, white) >= contrast(ground, black) ? white : black;
  return {
    ink,
    quiet: until(mix(ink, ground, 0.35), ink, (c) => contrast(c, ground) >= readable),
    line: until(mix(ink, ground, 0.8), ink, (c) => contrast(c, ground) >= 1.6),
  };
}

// markOn returns a colour as a mark that is seen on a paper.
export function markOn(colour, paper, ink) {
  return until(colour, ink, (c) => contrast(c, paper) >= seen);
}

function until(colour, end, fits) {
  for (let step = 0; step < 20; step++) {
    const mixed = mix(colour, end, step / 20);
    if (fits(mixed)) return mixed;
  }
  return end;
}

function mix(one, other, share) {
  const [a, b] = [parts(one), parts(other)];
  return `#${a.map((v, i) => Math.round(v + (b[i] - v) * share).toString(16).padStart(2, "0")).join("")}`;
}

function contrast(one, other) {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function luminance(colour) {
  const [r, g, b] = parts(colour).map((v) => {
    const c = v / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function parts(colour) {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}
