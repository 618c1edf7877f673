// Files: picked, dropped or pasted. What stands on the line goes with them as a caption.
import { toast } from "./toast.js";

const LARGEST = 20 * 1024 * 1024;

// The form that `attach` takes: the words before the file.
export function upload(writing, file, name, { voice = false } = {}) {
  if (file.size > LARGEST) {
    toast("That file is too big: 20 MB is the most.");
    return;
  }
  const form = new FormData();
  const text = writing.takeText();
  const reply = writing.replyTo();
  if (text) form.append("text", text);
  if (reply) form.append("reply_to", reply);
  if (voice) form.append("voice", "1");
  form.append("file", file, name);
  writing.send("attach", form, text ? `${name}\n${text}` : name);
}

export function attachments(writing) {
  const input = document.getElementById("file");
  let voice = false;

  const sendAll = (files) => [...files].forEach((file) => upload(writing, file, file.name, { voice }));
  const pick = (accept) => {
    voice = accept !== "";
    input.accept = accept;
    input.click();
  };

  document.getElementById("pick").addEventListener("click", () => pick(""));
  document.addEventListener("pick-voice", () => pick("audio/*"));
  input.addEventListener("change", () => {
    sendAll(input.files);
    input.value = "";
    voice = false;
    writing.rest();
  });
  for (const button of document.querySelectorAll("[data-share]")) {
    button.addEventListener("click", () => {
      const shown = { location: "A place", sticker: "A sticker" }[button.dataset.share];
      writing.send("share", { kind: button.dataset.share }, shown);
      writing.rest();
    });
  }
  writing.words.addEventListener("paste", (event) => {
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    sendAll(event.clipboardData.files);
  });
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    sendAll(event.dataTransfer.files);
  });
}
