// Short notices that go by themselves. The container is a live region.
const SHOWN_FOR = 5000;

export function toast(words) {
  const note = document.createElement("p");
  note.className = "toast";
  note.textContent = words;
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), SHOWN_FOR);
}
