// Words that are marked in the text come into the form, with what stands around them.
"use strict";

(() => {
  const CONTEXT = 32;
  const words = document.querySelector("[data-words]");
  const form = document.querySelector("[data-marked]");
  if (!words || !form) return;

  const textOf = (range) => {
    const copy = range.cloneContents();
    for (const line of copy.querySelectorAll("br")) line.replaceWith("\n");
    return [...copy.children].some((each) => each.tagName === "P")
      ? [...copy.children].map((each) => each.textContent).join("\n")
      : copy.textContent;
  };

  const between = (start, startAt, end, endAt) => {
    const range = document.createRange();
    range.setStart(start, startAt);
    range.setEnd(end, endAt);
    return textOf(range);
  };

  const take = () => {
    const selection = document.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return;
    const range = selection.getRangeAt(0);
    if (!words.contains(range.commonAncestorContainer)) return;
    const exact = textOf(range).trim();
    if (!exact || exact.length > form.elements.exact.maxLength) return;
    form.elements.exact.value = exact;
    const last = words.childNodes.length;
    form.elements.words_before.value = between(words, 0, range.startContainer, range.startOffset).slice(-CONTEXT);
    form.elements.words_after.value = between(range.endContainer, range.endOffset, words, last).slice(0, CONTEXT);
  };

  document.addEventListener("selectionchange", take);
  // What was typed by hand has no context that is known.
  form.elements.exact.addEventListener("input", () => {
    form.elements.words_before.value = form.elements.words_after.value = "";
  });

  for (const anew of document.querySelectorAll("[data-anew]")) {
    anew.addEventListener("submit", () => {
      for (const name of ["exact", "words_before", "words_after"]) {
        anew.elements[name].value = form.elements[name].value;
      }
    });
  }
})();
