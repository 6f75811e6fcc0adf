// Finds the number whose SHA-256 with the salt is the challenge, away from the
// page, so that typing stays smooth.
"use strict";

const hex = (bytes) => [...new Uint8Array(bytes)].map((b) => b.toString(16).padStart(2, "0")).join("");

self.addEventListener("message", async ({ data }) => {
  const { algorithm, challenge, maxnumber, salt, signature } = data;
  const encoder = new TextEncoder();
  for (let number = 0; number <= maxnumber; number++) {
    if (hex(await crypto.subtle.digest(algorithm, encoder.encode(salt + number))) !== challenge) continue;
    self.postMessage(btoa(JSON.stringify({ algorithm, challenge, number, salt, signature })));
    return;
  }
});
