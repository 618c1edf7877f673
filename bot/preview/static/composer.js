// The line one writes on: sending, replying to a message, and changing one's own.
import { post } from "./post.js";
import { toast } from "./toast.js";

const EXCERPT = 80;

export function composer(log) {
  const form = document.getElementById("write");
  const words = document.getElementById("words");
  const context = document.getElementById("context");
  const contextWords = document.getElementById("context-words");
  let about = null; // { act: "reply" | "edit", number }

  const fit = () => {
    words.style.height = "auto";
    words.style.height = `${words.scrollHeight + 2}px`;
  };
  const write = (text) => {
    words.value = text;
    fit();
  };
  const focus = () => words.focus({ preventScroll: true });
  // Ready to write on, where that does not bring up a keyboard that nobody asked for.
  const rest = () => { if (matchMedia("(hover: hover)").matches) focus(); };

  const forget = () => {
    about = null;
    context.hidden = true;
  };

  const begin = (link) => {
    const item = link.closest(".said");
    const { act, source } = link.dataset;
    about = { act, number: Number(item.dataset.number) };
    const said = item.querySelector(".words");
    const excerpt = (said ? said.textContent : "").trim().slice(0, EXCERPT);
    contextWords.textContent = `${act === "edit" ? "Changing" : "Replying to"}: ${excerpt}`;
    context.hidden = false;
    if (act === "edit") write(source);
    focus();
  };

  // What the next thing sent replies to; asked once.
  const replyTo = () => {
    const number = about && about.act === "reply" ? about.number : null;
    forget();
    return number;
  };

  // Send, and show it at once; the server's own version takes its place.
  const send = async (path, body, shown) => {
    const sent = log.expect(shown);
    try {
      sent.arrived((await post(path, body)).numbers[0]);
    } catch (error) {
      sent.failed(error.message);
    }
  };

  const say = (text) => {
    const number = replyTo();
    send("say", number ? { text, reply_to: number } : { text }, text);
  };

  const edit = async (text) => {
    const { number } = about;
    try {
      await post("edit", { number, text });
      forget();
    } catch (error) {
      write(text);
      toast(error.message);
    }
  };

  const submit = () => {
    const text = words.value.trim();
    if (!text) return;
    write("");
    if (about && about.act === "edit") edit(text);
    else say(text);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
    focus();
  });
  words.addEventListener("input", fit);
  words.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    } else if (event.key === "Escape" && about) {
      if (about.act === "edit") write("");
      forget();
    }
  });
  document.getElementById("context-drop").addEventListener("click", () => {
    if (about && about.act === "edit") write("");
    forget();
    focus();
  });
  document.getElementById("log").addEventListener("click", (event) => {
    const link = event.target.closest("[data-act]");
    if (!link) return;
    event.preventDefault();
    begin(link);
  });

  const takeText = () => {
    const text = words.value.trim();
    write("");
    return text;
  };
  return { say, send, replyTo, takeText, write, focus, rest, words };
}
