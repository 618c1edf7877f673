// The buttons under messages: pressing, copying, sharing one's number.
import { post } from "./post.js";
import { toast } from "./toast.js";

async function press(button) {
  const item = button.closest(".said");
  button.setAttribute("aria-busy", "true");
  try {
    await post("press", { number: Number(item.dataset.number), token: button.dataset.token });
    item.querySelectorAll(".chosen").forEach((other) => other.classList.remove("chosen"));
    button.classList.add("chosen");
  } catch (error) {
    toast(error.message);
  } finally {
    button.removeAttribute("aria-busy");
  }
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(`Copied: ${text}`);
  } catch (error) {
    toast(`Copy this yourself: ${text}`);
  }
}

export function choices(writing) {
  const number = document.getElementById("number");
  const phone = document.getElementById("phone");

  document.getElementById("log").addEventListener("click", (event) => {
    const button = event.target.closest("button.key");
    if (!button) return;
    if (button.dataset.token) press(button);
    else if (button.dataset.copy) copy(button.dataset.copy);
    else {
      number.hidden = false;
      phone.focus();
    }
  });

  const close = () => {
    number.hidden = true;
    writing.rest();
  };
  number.addEventListener("submit", (event) => {
    event.preventDefault();
    writing.send("share", { kind: "contact", phone: phone.value.trim() }, phone.value.trim());
    close();
  });
  number.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  document.querySelector("[data-close=number]").addEventListener("click", close);

  const start = document.getElementById("start");
  if (start) start.addEventListener("click", () => {
    writing.say(start.dataset.say);
    writing.rest();
  });
}
