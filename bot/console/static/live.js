// Says that something happened while a page is open, and shows it in place when asked to: what is
// marked data-live is put in anew, and what somebody types or has ticked stays.
"use strict";

{
  const bar = document.getElementById("live");
  let count = 0;
  let since = bar ? bar.dataset.since : "";
  let source = null;

  const listen = () => {
    const address = new URL(bar.dataset.stream, location.href);
    address.searchParams.set("since", since);
    source = new EventSource(address);
    source.addEventListener("changes", (event) => {
      since = event.lastEventId;
      count += JSON.parse(event.data).count;
      tell();
    });
    source.addEventListener("over", stop);
  };

  const stop = () => {
    if (source) source.close();
    source = null;
  };

  const tell = () => {
    const words = document.createElement("span");
    words.textContent = count === 1 ? "1 change" : `${count} changes`;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-outline-secondary btn-sm";
    button.textContent = "Show";
    button.addEventListener("click", show);
    bar.replaceChildren(words, button);
  };

  const show = async () => {
    const response = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!response.ok || response.redirected) {
      location.reload();
      return;
    }
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    const known = fresh.getElementById("live");
    if (!known) {
      location.reload();
      return;
    }
    replaceAll(fresh);
    if (Number(known.dataset.since) > Number(since)) since = known.dataset.since;
    count = 0;
    bar.replaceChildren();
  };

  const replaceAll = (fresh) => {
    const ticked = new Set([...document.querySelectorAll("[data-live] input:checked")].map((it) => it.value));
    for (const part of document.querySelectorAll("[data-live]")) {
      const other = fresh.querySelector(`[data-live="${CSS.escape(part.dataset.live)}"]`);
      if (!other) continue;
      part.replaceWith(other);
      other.classList.add("fresh");
    }
    for (const box of document.querySelectorAll("[data-live] input[type=checkbox]")) {
      box.checked = ticked.has(box.value);
    }
    const seen = fresh.querySelector("input[name=seen]");
    if (seen) for (const it of document.querySelectorAll("input[name=seen]")) it.value = seen.value;
    const first = document.querySelector("[data-live]");
    first.tabIndex = -1;
    first.focus({ preventScroll: true });
    document.dispatchEvent(new Event("refreshed"));
  };

  // A browser keeps few connections to one place: pages that nobody looks at let theirs go.
  if (bar && "EventSource" in window) {
    listen();
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) stop();
      else if (!source) listen();
    });
    addEventListener("pagehide", stop);
    addEventListener("pageshow", (event) => {
      if (event.persisted && !source) listen();
    });
  }
}
