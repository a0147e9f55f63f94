// Keys for whoever looks at many comments; everything works without them.
"use strict";

(() => {
  try {
    // From now on this browser offers decisions on the stories themselves.
    localStorage.setItem("moderates", "yes");
  } catch {
    // Without a memory the queue has to do.
  }

  // Asked anew each time: this may run before the page is whole.
  const cards = () => [...document.querySelectorAll("[data-card]")];
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-choose-all]")) return;
    for (const box of document.querySelectorAll("[data-choose]")) box.checked = event.target.checked;
  });

  const here = () => cards().findIndex((card) => card.contains(document.activeElement));
  const move = (by) => {
    const next = cards()[Math.min(Math.max(here() + by, 0), cards().length - 1)];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };
  const press = (verdict) => {
    const card = cards()[here()];
    card?.querySelector(`.mod-acts button[value="${verdict}"]`)?.click();
  };
  const keys = {
    j: () => move(1),
    k: () => move(-1),
    a: () => press("approve"),
    h: () => press("hold"),
    r: () => {
      const details = cards()[here()]?.querySelector(".mod-reject");
      if (!details) return;
      details.open = true;
      details.querySelector("[name=reason]").focus();
    },
    x: () => cards()[here()]?.querySelector("[data-choose]")?.click(),
    u: () => document.querySelector("[data-undo]")?.click(),
    "/": () => document.querySelector("[data-search]")?.focus(),
  };
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
})();
