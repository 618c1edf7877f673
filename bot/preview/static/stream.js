// What the server tells: messages, edits, that an answer is on its way, notices, other chats.
import { address } from "./post.js";
import { toast } from "./toast.js";

const PATIENCE = 2500; // milliseconds without a line before it is said
const HIDDEN_FOR = 30000; // a page nobody looks at gives its line back: browsers allow six

export function stream(log, people) {
  const line = document.getElementById("line");
  let since = document.body.dataset.cursor;
  let source = null;
  let lost;
  let leaving;

  const found = () => {
    clearTimeout(lost);
    lost = undefined;
    line.textContent = "";
  };
  const missing = () => {
    log.busy(false);
    if (!lost) lost = setTimeout(() => { line.textContent = "The server can't be reached. Trying again…"; }, PATIENCE);
    if (source && source.readyState === EventSource.CLOSED) setTimeout(reopen, PATIENCE);
  };
  const hear = (name, handle) => source.addEventListener(name, (event) => handle(JSON.parse(event.data), event));

  const open = () => {
    source = new EventSource(address("events", { since }));
    source.addEventListener("open", found);
    source.addEventListener("error", missing);
    hear("said", (data, event) => {
      since = event.lastEventId;
      log.show(data);
    });
    hear("present", (data) => log.keep(data.numbers));
    hear("busy", (data) => log.busy(data.on));
    hear("notice", (data) => toast(data.text));
    hear("chats", (data) => people.update(data.chats));
  };
  const close = () => {
    if (source) source.close();
    source = null;
  };
  function reopen() {
    close();
    open();
  }

  document.addEventListener("visibilitychange", () => {
    clearTimeout(leaving);
    if (document.hidden) leaving = setTimeout(close, HIDDEN_FOR);
    else if (!source) open();
  });
  addEventListener("pagehide", close);
  addEventListener("pageshow", () => { if (!source) open(); });
  open();
}
