// The list of leads: ticking all of the page, and only the fields that what is to be done needs.
"use strict";

{
  const form = document.getElementById("bulk");
  const action = document.getElementById("action");
  const boxes = () => [...document.querySelectorAll("input[name=lead]")];

  const showFields = () => {
    for (const it of form.querySelectorAll("[data-for]")) {
      it.hidden = !it.dataset.for.split(" ").includes(action.value);
    }
  };

  const count = () => {
    const ticked = boxes().filter((it) => it.checked).length;
    document.getElementById("ticked").textContent = ticked ? `${ticked} ticked` : "";
    const all = document.getElementById("tick-all");
    if (all) {
      all.checked = ticked > 0 && ticked === boxes().length;
      all.indeterminate = ticked > 0 && ticked < boxes().length;
    }
  };

  const prepare = () => {
    const all = document.getElementById("tick-all");
    if (!all) return;
    all.closest("[hidden]")?.removeAttribute("hidden");
    all.addEventListener("change", () => {
      for (const it of boxes()) it.checked = all.checked;
      count();
    });
    count();
  };

  if (form && action) {
    action.addEventListener("change", showFields);
    form.addEventListener("change", (event) => {
      if (event.target.name === "lead") count();
    });
    document.addEventListener("refreshed", prepare);
    showFields();
    prepare();
  }
}
