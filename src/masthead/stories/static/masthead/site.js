// Improvements only: every page works without this.
"use strict";

// An embed's player is asked for after a click, and not before.
for (const offer of document.querySelectorAll("[data-embed-offer]")) {
  const button = offer.querySelector("button");
  offer.hidden = false;
  button.addEventListener("click", () => {
    const player = document.createElement("iframe");
    player.src = button.dataset.player;
    player.title = button.dataset.title;
    player.allow = "fullscreen; encrypted-media; picture-in-picture";
    player.allowFullscreen = true;
    const figure = offer.closest("[data-embed]");
    figure.querySelector("picture, img, .no-picture")?.remove();
    figure.prepend(player);
    offer.remove();
    player.focus();
  });
}

// One clip at a time.
document.addEventListener(
  "play",
  (event) => {
    for (const video of document.querySelectorAll("video")) {
      if (video !== event.target) video.pause();
    }
  },
  true,
);

// What happened within a day is told as how long ago; the page itself names the moment.
const ago = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
const tellAges = () => {
  for (const time of document.querySelectorAll("time.recent")) {
    const minutes = Math.floor((Date.now() - Date.parse(time.dateTime)) / 60_000);
    time.title ||= time.textContent;
    const isRecent = minutes >= 0 && minutes < 24 * 60;
    const told = () => (minutes < 60 ? ago.format(-minutes, "minute") : ago.format(-Math.floor(minutes / 60), "hour"));
    time.textContent = isRecent ? told() : time.title;
  }
};
tellAges();
setInterval(tellAges, 60_000);
