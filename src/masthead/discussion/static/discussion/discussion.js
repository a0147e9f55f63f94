// Improvements only: every comment can be written, answered, liked and reported without this.
"use strict";

(() => {
  const area = document.querySelector("[data-discussion]");
  const memory = (() => {
    try {
      return window.localStorage;
    } catch {
      return { getItem: () => null, setItem: () => {}, removeItem: () => {} };
    }
  })();
  const NAME = "comments as";
  const words = area ? area.dataset : {};
  const make = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  };

  // ---- The composer: drafts survive a reload, whoever is known says so once, sending stays here.
  const draftOf = (form) => `draft ${form.getAttribute("action")}`;

  const showName = (form) => {
    const fields = form.querySelector("[data-identity]");
    const name = memory.getItem(NAME);
    form.querySelector(".known")?.remove();
    fields.hidden = Boolean(name);
    for (const field of fields.querySelectorAll("input")) field.disabled = Boolean(name);
    if (!name || !words.as) return;
    const known = make("p", "known");
    const shown = make("span", "", `${words.as} `);
    const bold = make("b", "", name);
    bold.dir = "auto";
    shown.append(bold);
    const other = make("button", "quiet", words.notYou);
    other.type = "button";
    other.addEventListener("click", () => {
      memory.removeItem(NAME);
      showName(form);
      fields.querySelector("input").focus();
    });
    known.append(shown, other);
    fields.before(known);
  };

  const showErrors = (form, errors) => {
    for (const old of form.querySelectorAll("[data-error]")) old.remove();
    for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    let first = null;
    for (const [name, messages] of Object.entries(errors)) {
      const told = make("p", "errors", messages[0]);
      told.dataset.error = "";
      const field = form.elements[name];
      if (!field || field.type === "hidden" || field.disabled) {
        told.setAttribute("role", "alert");
        form.prepend(told);
        // What was remembered here is not known there any more.
        if (field?.disabled) {
          memory.removeItem(NAME);
          showName(form);
        }
        continue;
      }
      told.id = `${field.id}-told`;
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", told.id);
      field.after(told);
      first ??= field;
    }
    first?.focus();
  };

  const showSent = (form, answer) => {
    const sent = make("div", "sent");
    sent.tabIndex = -1;
    form.querySelector(".preview")?.remove();
    sent.append(make("p", "message", answer.message));
    const who = make("p", "who");
    const link = make("a", "", answer.name);
    link.href = answer.address;
    who.append(link);
    const said = make("div", "said");
    said.dir = "auto";
    said.innerHTML = answer.html; // made by the server, which lets nothing through but text
    sent.append(who, said);
    form.after(sent);
    sent.focus();
    memory.removeItem(draftOf(form));
    memory.setItem(NAME, answer.name);
    if (form.dataset.composer === "reply") form.remove();
    else {
      form.reset();
      form.begun = 0;
      showName(form);
    }
  };

  const showPreview = (form, html) => {
    form.querySelector(".preview")?.remove();
    const preview = make("div", "preview");
    preview.setAttribute("role", "status");
    const said = make("div", "said");
    said.dir = "auto";
    said.innerHTML = html; // made by the server, as above
    preview.append(make("p", "hint", words.preview), said);
    form.querySelector(".send").before(preview);
  };

  const send = async (form, pressed) => {
    const body = new FormData(form);
    const isPreview = pressed?.name === "preview";
    if (isPreview) body.set("preview", "1");
    if (form.begun) body.set("seconds", ((Date.now() - form.begun) / 1000).toFixed(1));
    const button = pressed || form.querySelector(".send button");
    button.disabled = true;
    try {
      const answer = await fetch(form.getAttribute("action"), {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
      });
      const told = await answer.json();
      if (answer.ok && isPreview) showPreview(form, told.html);
      else if (answer.ok) showSent(form, told);
      else showErrors(form, told.errors);
    } catch {
      showErrors(form, { __all__: [words.failed || ""] });
    } finally {
      button.disabled = false;
    }
  };

  const begin = (form) => {
    const text = form.elements.text;
    text.value ||= memory.getItem(draftOf(form)) || "";
    text.addEventListener("input", () => {
      form.begun ||= Date.now();
      memory.setItem(draftOf(form), text.value);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(form, event.submitter);
    });
    showName(form);
  };

  const blank = area?.querySelector("[data-composer]")?.cloneNode(true);
  for (const form of area?.querySelectorAll("[data-composer]") ?? []) begin(form);
  document.addEventListener("composer", (event) => begin(event.target));

  // ---- Replies in place.
  const replyTo = (link) => {
    const item = link.closest("li");
    const open = item.querySelector(":scope > [data-composer]");
    if (open) return open.elements.text.focus();
    const form = blank.cloneNode(true);
    const own = link.pathname.split("/")[2];
    for (const field of form.querySelectorAll("[id]")) field.id += own;
    for (const label of form.querySelectorAll("label")) label.htmlFor += own;
    for (const field of form.querySelectorAll("[aria-describedby]")) {
      field.setAttribute("aria-describedby", field.getAttribute("aria-describedby") + own);
    }
    form.setAttribute("action", link.pathname);
    form.dataset.composer = "reply";
    const cancel = make("button", "quiet", words.cancel);
    cancel.type = "button";
    cancel.addEventListener("click", () => {
      form.remove();
      link.focus();
    });
    const quote = make("button", "quiet", words.quote);
    quote.type = "button";
    quote.addEventListener("click", () => {
      const said = item.querySelector(":scope > .said").innerText.slice(0, 1000);
      const lines = said.split("\n").map((line) => `> ${line}`.trimEnd());
      form.elements.text.value = `${lines.join("\n")}\n\n${form.elements.text.value}`;
      form.elements.text.focus();
    });
    form.querySelector(".send").append(quote, cancel);
    link.closest(".acts").after(form);
    begin(form);
    form.elements.text.focus();
  };

  // ---- Likes.
  const showLikes = (button, likes) => {
    const count = button.querySelector("span") || button.appendChild(make("span"));
    if (!count.previousSibling?.textContent.endsWith(" ")) count.before(" ");
    count.textContent = likes || "";
  };
  const like = async (button) => {
    button.disabled = true;
    try {
      const answer = await fetch(button.formAction, {
        method: "POST",
        headers: { Accept: "application/json" },
      });
      if (!answer.ok) return;
      const told = await answer.json();
      button.setAttribute("aria-pressed", String(told.is_liked));
      showLikes(button, told.likes);
    } finally {
      button.disabled = false;
    }
  };
  document.getElementById("acts")?.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter) like(event.submitter);
  });

  // ---- What somebody ignores is hidden on this device, and nobody else learns of it.
  const acts = document.getElementById("acts");
  const ignored = new Set((memory.getItem("ignored") || "").split("\n").filter(Boolean));
  const hideIgnored = () => {
    for (const row of document.querySelectorAll(".threads li > .acts")) {
      const by = row.parentElement.querySelector(":scope > .who").dataset.by;
      if (!by) continue;
      let button = row.querySelector("[data-person]");
      if (!button) {
        button = make("button");
        button.type = "button";
        button.dataset.person = by;
        row.append(button);
      }
      const isIgnored = ignored.has(by);
      row.parentElement.querySelector(":scope > .said").hidden = isIgnored;
      row.classList.toggle("ignored", isIgnored);
      button.textContent = isIgnored ? acts.dataset.ignored : acts.dataset.ignore;
    }
  };
  document.addEventListener("click", (event) => {
    const by = event.target.closest?.("[data-person]")?.dataset.person;
    if (!by) return;
    if (!ignored.delete(by)) ignored.add(by);
    memory.setItem("ignored", [...ignored].join("\n"));
    hideIgnored();
  });
  if (acts) hideIgnored();

  // ---- Sharing: the device's own way, or the address in the clipboard.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("[data-share]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!navigator.share && !navigator.clipboard) return;
    event.preventDefault();
    try {
      if (navigator.share) await navigator.share({ url: link.href });
      else {
        await navigator.clipboard.writeText(link.href);
        link.textContent = acts.dataset.copied;
      }
    } catch (error) {
      if (error.name !== "AbortError") location.assign(link.href);
    }
  });

  // ---- Moderators decide in place: what that takes is loaded for nobody else.
  if (acts?.dataset.inPlace && memory.getItem("moderates")) {
    const script = make("script");
    script.src = acts.dataset.inPlace;
    document.head.append(script);
  }

  if (!area) return;

  // ---- The invitation stays closed on this device once it was closed.
  const invitation = area.querySelector("[data-invitation]");
  if (memory.getItem("invitation closed")) invitation?.remove();
  else if (invitation) {
    const close = make("button", "quiet", "\u00d7");
    close.type = "button";
    close.setAttribute("aria-label", words.close);
    close.addEventListener("click", () => {
      memory.setItem("invitation closed", "yes");
      invitation.remove();
    });
    invitation.append(close);
  }

  area.addEventListener("click", (event) => {
    const link = event.target.closest(".acts a[href$='/reply/']");
    if (!link || !blank || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    replyTo(link);
  });

  // ---- New comments are announced, never pushed under the reader's eyes.
  const announced = area.querySelector("[data-announced]");
  const threads = area.querySelector("[data-threads]");
  let shown = Number(words.comments);
  // Milliseconds between two looks at the counter, a file that costs nobody anything: quick while
  // the discussion is in view and moves.
  const IN_VIEW = 1000;
  const ELSEWHERE = 15000;
  const QUIET = 600000;
  let isInView = false;
  let moved = Date.now();
  let next = 0;

  const showNew = async (count) => {
    const answer = await fetch(words.newest);
    if (!answer.ok) return;
    threads.innerHTML = await answer.text();
    hideIgnored();
    shown = count;
    announced.replaceChildren();
    threads.querySelector("a")?.focus({ preventScroll: true });
  };

  const look = async () => {
    if (document.hidden || area.querySelector("[data-composer='reply']")) return;
    const answer = await fetch(words.counter).catch(() => null);
    if (!answer?.ok) return;
    const { comments: count, likes = {} } = await answer.json();
    for (const [name, each] of Object.entries(likes)) {
      const button = document.querySelector(`#c-${name} > .acts button[formaction]`);
      if (button) showLikes(button, each);
    }
    if (count <= shown || announced.firstChild) return;
    moved = Date.now();
    const button = make("button", "button secondary", words.new);
    button.type = "button";
    button.addEventListener("click", () => showNew(count));
    announced.append(button);
  };
  const keepLooking = async () => {
    clearTimeout(next);
    await look();
    clearTimeout(next);
    next = setTimeout(keepLooking, isInView && Date.now() - moved < QUIET ? IN_VIEW : ELSEWHERE);
  };
  new IntersectionObserver((entries) => {
    isInView = entries.some((entry) => entry.isIntersecting);
    if (isInView) moved = Date.now();
    keepLooking();
  }).observe(area);
})();
