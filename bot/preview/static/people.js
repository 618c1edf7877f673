// The chats at the side: who is there, and where something is new.
const { here, as } = document.body.dataset;
const SEEN = "preview-seen";

// Storage may be switched off; then nothing is remembered between pages.
function remembered() {
  try {
    return JSON.parse(localStorage.getItem(SEEN)) || {};
  } catch (error) {
    return {};
  }
}
function remember(seen) {
  try {
    localStorage.setItem(SEEN, JSON.stringify(seen));
  } catch (error) {
    // as above
  }
}

export function people() {
  const side = document.getElementById("people");
  const toggle = document.getElementById("people-toggle");
  const tab = document.getElementById("tab");
  const anyUnread = document.getElementById("any-unread");
  const links = () => [...side.querySelectorAll("[data-name]")];

  const open = (on) => {
    side.classList.toggle("open", on);
    toggle.setAttribute("aria-expanded", String(on));
  };

  const add = ({ kind, name, title, tone }) => {
    const item = tab.content.firstElementChild.cloneNode(true);
    const link = item.querySelector("a");
    const isGroup = kind === "group";
    const who = as === "staff" ? "sam" : as;
    const query = isGroup ? { as: who, in: name.split(":")[1] } : { as: name };
    link.href = `/?${new URLSearchParams(query)}`;
    link.dataset.name = name;
    link.querySelector(".name").textContent = title;
    link.querySelector(".avatar").textContent = title[0];
    link.querySelector(".avatar").className = `avatar tone-${tone}${isGroup ? " square" : ""}`;
    document.getElementById(isGroup ? "groups" : "residents").append(item);
    return link;
  };

  const mark = () => {
    const seen = remembered();
    for (const link of links()) {
      const { name, latest } = link.dataset;
      if (name === here) seen[name] = Number(latest);
      link.querySelector(".unread").hidden = Number(latest) <= (seen[name] || 0);
    }
    remember(seen);
    anyUnread.hidden = links().every((link) => link.querySelector(".unread").hidden);
  };

  const update = (chats) => {
    for (const chat of chats) {
      const link = links().find((other) => other.dataset.name === chat.name) || add(chat);
      link.dataset.latest = chat.latest;
    }
    mark();
  };

  toggle.addEventListener("click", () => {
    const on = toggle.getAttribute("aria-expanded") !== "true";
    open(on);
    if (on) links()[0].focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && side.classList.contains("open")) {
      open(false);
      toggle.focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#people, #people-toggle")) open(false);
  });
  mark();
  return { update };
}
