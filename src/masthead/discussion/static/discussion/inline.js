// Questions stand beside their passages: in the margin of wide screens, below the paragraph after a
// tap on narrow ones. Without this they are a list under the story, and its forms work.
"use strict";

(() => {
  const list = document.querySelector("[data-inline]");
  const body = document.querySelector(".story .body");
  if (!list || !body) return;
  const CONTEXT = 32;
  const wide = window.matchMedia("(min-width: 68rem)");
  const places = new Map();

  const paragraphOf = (node) => {
    let found = node;
    while (found.parentNode !== body) found = found.parentNode;
    return found;
  };

  const pairs = [...body.querySelectorAll(".passage-sign")]
    .map((sign) => ({ sign, note: document.getElementById(sign.hash.slice(1)) }))
    .filter(({ note }) => note);
  for (const { note } of pairs) {
    const place = document.createComment("");
    note.before(place);
    note.tabIndex = -1;
    places.set(note, place);
  }

  const showList = () => {
    list.hidden = !list.querySelector(".note, .remark-way");
  };

  const sendHome = ({ sign, note }) => {
    note.classList.remove("in-margin", "in-text");
    note.querySelector(".note-close")?.remove();
    places.get(note).after(note);
    sign.removeAttribute("aria-expanded");
  };

  const close = (pair) => {
    sendHome(pair);
    showList();
    pair.sign.setAttribute("aria-expanded", "false");
    pair.sign.focus({ preventScroll: true });
  };

  const open = (pair) => {
    const { sign, note } = pair;
    paragraphOf(sign).after(note);
    note.classList.add("in-text");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet note-close";
    button.textContent = "\u00d7";
    button.setAttribute("aria-label", list.dataset.close);
    button.addEventListener("click", () => close(pair));
    note.prepend(button);
    sign.setAttribute("aria-expanded", "true");
    showList();
    note.focus({ preventScroll: true });
    note.scrollIntoView({ block: "nearest" });
  };

  const arrange = () => {
    for (const pair of pairs) {
      const writes = pair.note.contains(document.activeElement) || pair.note.querySelector(".sent");
      if (writes && pair.note.parentNode === body) continue;
      sendHome(pair);
      if (wide.matches) {
        paragraphOf(pair.sign).before(pair.note);
        pair.note.classList.add("in-margin");
      } else pair.sign.setAttribute("aria-expanded", "false");
    }
    showList();
  };

  for (const pair of pairs) {
    pair.sign.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      if (pair.note.classList.contains("in-text")) close(pair);
      else if (pair.note.classList.contains("in-margin")) pair.note.focus();
      else open(pair);
    });
    pair.note.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      if (pair.note.classList.contains("in-text")) close(pair);
      else pair.sign.focus();
    });
  }
  wide.addEventListener("change", arrange);
  arrange();
  // Whoever came for a passage or a question sees it where it stands now.
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView({ block: "nearest" });

  // ---- Remarks on any words, where the newsroom wants them.
  const template = list.querySelector("[data-remark]");
  if (!template) return;

  const textOf = (range) => {
    const copy = range.cloneContents();
    for (const extra of copy.querySelectorAll(".passage-sign, .note, .remark-offer")) extra.remove();
    for (const line of copy.querySelectorAll("br")) line.replaceWith("\n");
    return copy.textContent;
  };

  const textBetween = (start, startAt, end, endAt) => {
    const range = document.createRange();
    range.setStart(start, startAt);
    range.setEnd(end, endAt);
    return textOf(range);
  };

  const offer = document.createElement("button");
  offer.type = "button";
  offer.className = "button secondary remark-offer";
  offer.textContent = template.dataset.remark;
  let marked = null;

  const write = () => {
    const { exact, prefix, suffix, paragraph } = marked;
    offer.remove();
    const note = document.createElement("aside");
    note.className = "note in-text";
    const form = template.content.firstElementChild.cloneNode(true);
    form.elements.exact.value = exact;
    form.elements.words_before.value = prefix;
    form.elements.words_after.value = suffix;
    form.elements.exact.addEventListener("input", () => {
      form.elements.words_before.value = form.elements.words_after.value = "";
    });
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet note-close";
    button.textContent = "\u00d7";
    button.setAttribute("aria-label", list.dataset.close);
    button.addEventListener("click", () => note.remove());
    note.addEventListener("keydown", (event) => {
      if (event.key === "Escape") note.remove();
    });
    for (const old of body.querySelectorAll("aside.note.in-text")) old.remove();
    note.append(button, form);
    paragraph.after(note);
    form.dataset.composer = "reply"; // gone once it is sent
    form.dispatchEvent(new Event("composer", { bubbles: true }));
    form.elements.text.focus();
  };
  offer.addEventListener("pointerdown", (event) => event.preventDefault()); // the words stay marked
  offer.addEventListener("click", write);

  const look = () => {
    const selection = document.getSelection();
    if (document.activeElement === offer) return;
    offer.remove();
    if (!selection.rangeCount || selection.isCollapsed) return;
    const range = selection.getRangeAt(0);
    const within = range.commonAncestorContainer;
    if (within === body || !body.contains(within)) return;
    const paragraph = paragraphOf(within);
    if (!paragraph.matches("p, ul, ol, blockquote, h2, h3, h4")) return;
    const exact = textOf(range).trim();
    if (!exact || exact.length > 600) return;
    marked = {
      exact,
      prefix: textBetween(body, 0, range.startContainer, range.startOffset).trimEnd().slice(-CONTEXT),
      suffix: textBetween(range.endContainer, range.endOffset, body, body.childNodes.length).trimStart().slice(0, CONTEXT),
      paragraph,
    };
    paragraph.after(offer);
    // Beside the words where there is a margin, else below the paragraph: it covers no word of it.
    const rows = wide.matches ? range.getBoundingClientRect().top : paragraph.getBoundingClientRect().bottom;
    offer.style.insetBlockStart = `${rows - body.getBoundingClientRect().top}px`;
  };
  document.addEventListener("selectionchange", look);
})();
