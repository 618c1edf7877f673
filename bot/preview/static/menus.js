// What opens above the line: the commands, and what can be attached.
export function menus(writing) {
  const { words } = writing;
  const commands = document.getElementById("commands");
  const toggles = [...document.querySelectorAll("[data-menu]")];
  const menuOf = (toggle) => document.getElementById(toggle.dataset.menu);
  const choicesOf = (menu) => [...menu.querySelectorAll("button:not([hidden])")];

  const set = (toggle, open) => {
    menuOf(toggle).hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
  };
  const closeAll = () => toggles.forEach((toggle) => set(toggle, false));
  const toggleOf = (menu) => toggles.find((toggle) => menuOf(toggle) === menu);

  // As one types a command, those that begin so.
  const filter = (typed) => {
    for (const choice of commands.children) choice.hidden = !choice.dataset.command.startsWith(typed);
  };
  const suggest = () => {
    const typed = words.value;
    if (!/^\/\w*$/.test(typed)) return set(toggleOf(commands), false);
    filter(typed);
    return set(toggleOf(commands), choicesOf(commands).length > 0);
  };

  const step = (menu, by) => {
    const choices = choicesOf(menu);
    const at = choices.indexOf(document.activeElement);
    choices[(at + by + choices.length) % choices.length].focus();
  };

  for (const toggle of toggles) {
    toggle.addEventListener("click", () => {
      const menu = menuOf(toggle);
      const open = menu.hidden;
      closeAll();
      if (menu === commands) filter("/");
      set(toggle, open);
      if (open) choicesOf(menu)[0].focus();
    });
    menuOf(toggle).addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") step(menuOf(toggle), 1);
      else if (event.key === "ArrowUp") step(menuOf(toggle), -1);
      else if (event.key === "Escape") {
        closeAll();
        toggle.focus();
      } else return;
      event.preventDefault();
    });
    menuOf(toggle).addEventListener("click", (event) => {
      if (event.target.closest("button")) closeAll();
    });
  }

  // In the menu, and where the assistant names one in its words.
  document.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-command]");
    if (!choice) return;
    event.preventDefault();
    const needsMore = choice.dataset.command === "/done";
    if (needsMore) {
      writing.write("/done ");
      writing.focus();
    } else {
      writing.write("");
      writing.say(choice.dataset.command);
      writing.rest();
    }
  });
  words.addEventListener("input", suggest);
  words.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === "Escape") closeAll();
    else if (event.key === "ArrowDown" && !commands.hidden) {
      event.preventDefault();
      choicesOf(commands)[0].focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".menu, [data-menu], #words")) closeAll();
  });
}
