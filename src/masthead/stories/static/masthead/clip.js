// A clip that follows the line. Without this script, or in a browser that knows such lists by
// itself, a clip plays all the same: the sources stand in the page.
"use strict";

const LIST = "application/vnd.apple.mpegurl";
let player;

// Nothing of the player is asked for before a reader presses play.
function load(address) {
  player ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", () => resolve(window.Hls));
    script.addEventListener("error", reject);
    document.head.append(script);
  });
  return player;
}

async function follow(video) {
  const list = video.querySelector(`source[type="${LIST}"]`).src;
  const file = video.querySelector('source[type="video/mp4"]').src;
  video.pause();
  const plain = () => {
    const at = video.currentTime;
    video.src = file;
    video.currentTime = at;
    video.play().catch(() => {});
  };
  try {
    const Hls = await load(video.dataset.player);
    if (!Hls.isSupported()) return plain();
    const hls = new Hls({ enableWorker: false, capLevelToPlayerSize: true });
    hls.on(Hls.Events.MANIFEST_PARSED, () => video.play().catch(() => {}));
    hls.on(Hls.Events.ERROR, (_name, problem) => {
      if (!problem.fatal) return;
      hls.destroy();
      plain();
    });
    hls.loadSource(list);
    hls.attachMedia(video);
  } catch {
    plain();
  }
}

for (const video of document.querySelectorAll("video[data-player]")) {
  if (video.canPlayType(LIST) || !(window.ManagedMediaSource || window.MediaSource)) continue;
  video.addEventListener("play", () => follow(video), { once: true });
}
