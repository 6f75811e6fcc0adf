// A room's label as it is set: the word that everybody knows, the name that is
// looked for, and what is added. "Zimmer 2.03 (Anbau, 1. Etage)" is "Zimmer",
// "2.03" and "Anbau, 1. Etage"; "Trauzimmer" is a name alone.

const withAddition = /^(.*\S)\s*\(([^()]+)\)$/;
const pair = /^(\p{L}[\p{L}.-]*) (\S{1,6})$/u;
const short = /\d|^\p{L}$/u; // "2.03", "4b", "A"

export function partsOf(label) {
  const [, main = label, extra = ""] = withAddition.exec(label) ?? [];
  const [, word, name] = pair.exec(main) ?? [];
  return name && short.test(name) ? { word, name, extra } : { word: "", name: main, extra };
}
