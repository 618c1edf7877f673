// Keeps the parts of a page that change while one looks: each says by `data-refresh` where it comes
// from. What comes with `data-over` changes no more; then the page is loaded once more as a whole.
"use strict";

const EVERY = 2000; // milliseconds

async function refresh(part) {
  try {
    const response = await fetch(part.dataset.refresh, { credentials: "same-origin" });
    if (response.ok && !response.redirected) part.innerHTML = await response.text();
  } catch {
    // The line is broken: what is shown stays until it is back.
  }
  if (part.querySelector("[data-over]")) location.reload();
  else setTimeout(refresh, EVERY, part);
}

for (const part of document.querySelectorAll("[data-refresh]")) setTimeout(refresh, EVERY, part);
