// Who types another time means it: the choice beside it follows.

const other = document.getElementById("andere");
for (const id of ["datum", "uhrzeit"]) {
  document.getElementById(id).addEventListener("input", () => {
    other.checked = true;
  });
}
