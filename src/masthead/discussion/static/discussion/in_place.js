// Moderation on the story itself. Loaded for those alone whose browser has shown the queue; what it
// shows comes from the desk, which answers moderators and nobody else.
"use strict";

(() => {
  const acts = document.getElementById("acts");
  const { story, inPlaceStyles, moderate } = acts.dataset;
  const ADDRESS = "/desk/discussion/in-place/";
  const place = document.querySelector("[data-threads], .discussion .threads");

  const ask = async (address, options) => {
    const answer = await fetch(address, options);
    // Whoever is signed out is led to the entrance, and is no moderator here any more.
    if (answer.ok && new URL(answer.url).pathname === ADDRESS) return answer.text();
    localStorage.removeItem("moderates");
    for (const each of document.querySelectorAll("[data-moderation]")) each.remove();
    return "";
  };

  let panels = 0;
  const panelAt = (address, className) => {
    const undo = `undo-${++panels}`;
    const panel = document.createElement("div");
    panel.className = `in-place ${className}`;
    panel.dataset.moderation = "";
    panel.tabIndex = -1;
    const show = async (options, where = address) => {
      panel.innerHTML = await ask(where, options);
      // Each panel takes back its own decisions.
      panel.querySelector("#undo")?.setAttribute("id", undo);
      for (const each of panel.querySelectorAll("[form='undo']")) each.setAttribute("form", undo);
    };
    panel.addEventListener("submit", async (event) => {
      event.preventDefault();
      const body = new URLSearchParams(new FormData(event.target));
      if (event.submitter?.name) body.set(event.submitter.name, event.submitter.value);
      await show({ method: "POST", body }, event.target.action);
      panel.focus();
    });
    return [panel, show()];
  };

  // One panel is open at a time.
  const closeOthers = () => {
    for (const each of document.querySelectorAll(".in-place-one")) each.remove();
    for (const each of document.querySelectorAll("[data-moderation][aria-expanded]")) {
      each.setAttribute("aria-expanded", "false");
    }
  };
  const open = async (button, item) => {
    const isOpen = button.getAttribute("aria-expanded") === "true";
    closeOthers();
    if (isOpen) return;
    const [panel, shown] = panelAt(`${ADDRESS}?comment=${item.id.slice(2)}`, "in-place-one");
    button.setAttribute("aria-expanded", "true");
    button.closest("p").after(panel);
    await shown;
    panel.focus();
  };
  const offer = () => {
    for (const item of document.querySelectorAll(".threads li[id^='c-']")) {
      const line = item.querySelector(":scope > .acts, :scope > .gone");
      if (!line || line.querySelector("[data-moderation]")) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = moderate;
      button.dataset.moderation = "";
      button.setAttribute("aria-expanded", "false");
      button.addEventListener("click", () => open(button, item));
      line.append(" ", button);
    }
  };

  for (const href of inPlaceStyles.split(" ")) {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = href;
    document.head.append(link);
  }
  acts.after(panelAt(`${ADDRESS}?story=${story}`, "in-place-waiting")[0]);
  offer();
  if (place) new MutationObserver(offer).observe(place, { childList: true });
})();
