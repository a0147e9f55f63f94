// Shows how far a letter has come, until it is sent. Without it the page tells the same when loaded.
(() => {
  const shown = document.getElementById("letter-progress");
  if (!shown) return;
  const look = async () => {
    if (shown.querySelector("[data-over='yes']")) return;
    if (!shown.contains(document.activeElement)) {
      const answer = await fetch(shown.dataset.address).catch(() => null);
      if (answer && answer.ok) shown.innerHTML = await answer.text();
    }
    setTimeout(look, 2000);
  };
  setTimeout(look, 2000);
})();
