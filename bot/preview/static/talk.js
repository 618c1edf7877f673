// The log: messages by number, those still on their way, and staying at the newest.
const NEAR = 80; // pixels from the bottom that count as being there
const TYPING_AFTER = 150; // milliseconds; quicker answers need no sign

export function talk() {
  const log = document.getElementById("log");
  const scroller = document.getElementById("scroller");
  const newest = document.getElementById("newest");
  const typing = document.getElementById("typing");
  const welcome = document.getElementById("welcome");
  const pending = document.getElementById("pending");
  let typingTimer;
  let following = true; // the newest stays in view until one scrolls up
  let top = 0;

  const atEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;
  const toEnd = () => {
    scroller.scrollTop = scroller.scrollHeight;
    following = true;
    newest.hidden = true;
  };
  const followed = (change) => {
    change();
    welcome.hidden = log.childElementCount > 0 && !("link" in welcome.dataset);
    if (following) toEnd();
  };

  // Before the first message with a higher number, or with none yet.
  const place = (item, number) => {
    const later = [...log.children].find((other) => !other.dataset.number || Number(other.dataset.number) > number);
    log.insertBefore(item, later || null);
  };

  const replace = (old, item) => {
    const token = old.contains(document.activeElement) ? document.activeElement.dataset.token : null;
    old.replaceWith(item);
    if (token === null) return;
    const same = item.querySelector(`[data-token="${CSS.escape(token || "")}"]`);
    (same || document.getElementById("words")).focus();
  };

  const show = ({ number, changed, html }) => {
    const old = document.getElementById(`m${number}`);
    if (old && old.dataset.changed === String(changed)) return;
    const template = document.createElement("template");
    template.innerHTML = html.trim(); // made and escaped by the server
    const item = template.content.firstElementChild;
    followed(() => {
      if (old) replace(old, item);
      else {
        item.classList.add("fresh");
        place(item, number);
      }
    });
    if (!following && !old) newest.hidden = false;
  };

  // The log holds no others than these (and what is still on its way).
  const keep = (numbers) => {
    const known = new Set(numbers);
    followed(() => {
      for (const item of [...log.children]) {
        if (item.dataset.changed && !known.has(Number(item.dataset.number))) item.remove();
      }
    });
  };

  const busy = (on) => {
    clearTimeout(typingTimer);
    typingTimer = setTimeout(() => followed(() => { typing.hidden = !on; }), on ? TYPING_AFTER : 0);
  };

  // Words that were sent and are not in the history yet.
  const expect = (words) => {
    const item = pending.content.firstElementChild.cloneNode(true);
    const state = item.querySelector(".state");
    item.querySelector(".words").textContent = words;
    log.append(item);
    delete welcome.dataset.link; // what the address asked for is done, or something else is
    welcome.hidden = true;
    toEnd();
    return {
      arrived(number) {
        if (document.getElementById(`m${number}`)) item.remove();
        else {
          item.id = `m${number}`;
          item.dataset.number = number;
          state.textContent = "Sent";
          item.removeAttribute("aria-hidden");
        }
      },
      failed(why) {
        item.removeAttribute("aria-hidden");
        state.classList.add("failed");
        state.textContent = `Not sent. ${why}`;
      },
    };
  };

  newest.addEventListener("click", toEnd);
  scroller.addEventListener("scroll", () => {
    const up = scroller.scrollTop < top;
    top = scroller.scrollTop;
    if (atEnd()) {
      following = true;
      newest.hidden = true;
    } else if (up) following = false;
  }, { passive: true });
  const sizes = new ResizeObserver(() => { if (following) toEnd(); }); // pictures grow when they come
  sizes.observe(log);
  sizes.observe(scroller);
  toEnd();
  return { show, keep, busy, expect };
}
