// A word processor's top heading is a subhead here: the headline stands above the text.
// Draftail keeps h2 and h3 and would make plain paragraphs of all others.
const OTHER_HEADINGS = /<(\/?)h([1456])\b/gi;

document.addEventListener(
  "paste",
  (event) => {
    const html = event.clipboardData.getData("text/html");
    if (!event.target.closest(".public-DraftEditor-content") || html.search(OTHER_HEADINGS) < 0) {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const data = new DataTransfer();
    data.setData("text/plain", event.clipboardData.getData("text/plain"));
    data.setData(
      "text/html",
      html.replace(OTHER_HEADINGS, (_tag, slash, level) => `<${slash}h${level === "1" ? 2 : 3}`),
    );
    event.target.dispatchEvent(
      new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
    );
  },
  true,
);
