// The desk's clips: large files in pieces (tus 1.0), how far a clip is prepared, its captions.
// Custom elements, so that they begin by themselves wherever Wagtail puts a form.
"use strict";

(() => {
  const SMALLEST = 256 * 1024;
  const LONGEST_PAUSE = 30_000;
  const TUS = { "Tus-Resumable": "1.0.0" };

  const sizeInWords = (bytes) => {
    const unit = bytes < 1e6 ? ["kilobyte", 1e3] : bytes < 1e9 ? ["megabyte", 1e6] : ["gigabyte", 1e9];
    const language = document.documentElement.lang || "en";
    return new Intl.NumberFormat(language, { style: "unit", unit: unit[0], maximumFractionDigits: 1 }).format(
      bytes / unit[1],
    );
  };
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
  const csrf = (element) => ({
    "X-CSRFToken": element.closest("form").querySelector("[name=csrfmiddlewaretoken]").value,
  });
  const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

  class RefusedError extends Error {}

  class ClipUpload extends HTMLElement {
    connectedCallback() {
      this.file = this.querySelector("input[type=file]");
      this.token = this.querySelector("input[type=hidden]");
      this.bar = this.querySelector("progress");
      this.said = this.querySelector("[role=status]");
      this.turn = 0;
      this.file.addEventListener("change", () => this.begin());
      this.form = this.closest("form");
      this.form.addEventListener("submit", (event) => this.hold(event), true);
    }

    disconnectedCallback() {
      this.turn += 1;
    }

    // A form that is sent before the file is here waits for it.
    hold(event) {
      if (!this.sending) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      this.held = event.submitter;
      this.isHeld = true;
      this.note = this.dataset.held;
      this.said.textContent = this.note;
    }

    async begin() {
      const file = this.file.files[0];
      const turn = (this.turn += 1);
      this.token.value = "";
      this.isHeld = false;
      this.note = "";
      if (!file) return;
      if (file.size > Number(this.dataset.most)) {
        this.refuse(this.dataset.tooLarge);
        return;
      }
      this.suggestTitle(file);
      this.sending = true;
      this.bar.hidden = false;
      this.file.removeAttribute("aria-invalid");
      try {
        await this.send(file, () => turn === this.turn);
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        this.refuse(error.message);
      }
    }

    refuse(words) {
      this.sending = false;
      this.bar.hidden = true;
      this.file.value = "";
      this.file.setAttribute("aria-invalid", "true");
      this.said.textContent = words;
    }

    suggestTitle(file) {
      const title = this.form.querySelector("[name$=title]");
      if (title && !title.value) title.value = file.name.replace(/\.[^.]*$/, "").replace(/[_]+/g, " ");
    }

    // Goes on where it was: after a dropped line by itself, after a closed laptop once the same
    // file is chosen again.
    async send(file, isWanted) {
      const name = `upload:${file.name}:${file.size}:${file.lastModified}`;
      let piece = Number(this.dataset.piece);
      let pause = 1000;
      let address = localStorage.getItem(name);
      let offset = null;
      while (isWanted()) {
        try {
          if (offset === null && address) offset = await this.ask(address);
          if (offset === null) {
            address = await this.open(file);
            localStorage.setItem(name, address);
            offset = 0;
          }
          if (offset < file.size) {
            offset = await this.patch(address, file.slice(offset, offset + piece), offset, file.size);
            piece = Math.min(piece * 2, Number(this.dataset.piece));
            pause = 1000;
          }
          if (offset >= file.size) {
            localStorage.removeItem(name);
            if (isWanted()) this.finish(address);
            return;
          }
        } catch (error) {
          if (error instanceof RefusedError) {
            localStorage.removeItem(name);
            throw error;
          }
          this.say(this.dataset.waiting, offset ?? 0, file.size);
          piece = Math.max(SMALLEST, piece / 2);
          offset = null;
          await sleep(pause);
          pause = Math.min(pause * 2, LONGEST_PAUSE);
        }
      }
    }

    async open(file) {
      const headers = { ...TUS, ...csrf(this), "Upload-Length": file.size };
      const answer = await fetch(this.dataset.address, { method: "POST", headers });
      if (answer.status >= 500 && answer.status !== 507) throw new Error(answer.status);
      if (!answer.ok) throw new RefusedError(await answer.text());
      return answer.headers.get("Location");
    }

    // Returns how many bytes are there; null when nobody knows the upload any more.
    async ask(address) {
      const answer = await fetch(address, { method: "HEAD", headers: TUS });
      if (answer.status === 404 || answer.status === 410) return null;
      if (!answer.ok) throw new Error(answer.status);
      return Number(answer.headers.get("Upload-Offset"));
    }

    patch(address, piece, offset, size) {
      return new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        const began = performance.now();
        request.open("PATCH", address);
        const headers = {
          ...TUS,
          ...csrf(this),
          "Content-Type": "application/offset+octet-stream",
          "Upload-Offset": offset,
        };
        for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
        request.upload.addEventListener("progress", (event) => {
          const seconds = (performance.now() - began) / 1000;
          if (seconds > 0.2) {
            const speed = event.loaded / seconds;
            this.speed = this.speed ? 0.8 * this.speed + 0.2 * speed : speed;
          }
          this.say(this.dataset.sending, offset + event.loaded, size);
        });
        request.addEventListener("load", () => {
          if (request.status === 204) resolve(Number(request.getResponseHeader("Upload-Offset")));
          else if (request.status === 422 || request.status === 403) reject(new RefusedError(request.responseText));
          else reject(new Error(request.status));
        });
        for (const name of ["error", "abort", "timeout"]) request.addEventListener(name, () => reject(new Error(name)));
        request.send(piece);
      });
    }

    say(text, done, all) {
      this.bar.value = (100 * done) / all;
      const left = this.speed ? (all - done) / this.speed : 0;
      const time =
        left < 90
          ? fill(this.dataset.seconds, { number: Math.ceil(left) })
          : fill(this.dataset.minutes, { number: Math.ceil(left / 60) });
      const words = fill(text, {
        done: sizeInWords(done),
        all: sizeInWords(all),
        speed: sizeInWords(this.speed ?? 0),
        left: time,
      });
      this.said.textContent = this.note ? `${words}. ${this.note}` : words;
    }

    finish(address) {
      this.token.value = address.split("/").at(-2);
      this.file.value = ""; // it is here: it is not sent once more with the form
      this.file.required = false;
      this.sending = false;
      this.bar.value = 100;
      this.said.textContent = this.dataset.here;
      if (this.isHeld) this.form.requestSubmit(this.held ?? undefined);
    }
  }
  customElements.define("clip-upload", ClipUpload);

  class ClipProgress extends HTMLElement {
    connectedCallback() {
      this.state = this.querySelector("[data-state]");
      this.addEventListener("click", (event) => this.act(event.target.closest("[data-do]")));
      this.follow();
    }

    disconnectedCallback() {
      clearTimeout(this.timer);
    }

    follow() {
      clearTimeout(this.timer);
      this.showVideo(this.state.querySelector("[data-video]")?.dataset.video);
      if (this.state.querySelector("[data-moving]")) this.timer = setTimeout(() => this.look(), 1500);
    }

    // Once, as soon as there is something to play: an editor may be in the middle of it.
    showVideo(address) {
      if (!address || this.querySelector("video")) return;
      const video = document.createElement("video");
      video.controls = true;
      video.preload = "metadata";
      video.src = address;
      this.prepend(video);
    }

    async look() {
      try {
        this.show(await fetch(this.dataset.address));
      } catch {
        this.timer = setTimeout(() => this.look(), 5000);
      }
    }

    async show(answer) {
      if (answer.ok) this.state.innerHTML = await answer.text();
      this.follow();
    }

    async act(button) {
      if (!button) return;
      const body = new FormData();
      body.set("do", button.dataset.do);
      const video = this.querySelector("video");
      if (video) body.set("at", video.currentTime);
      this.show(await fetch(this.dataset.address, { method: "POST", headers: csrf(this), body }));
    }
  }
  customElements.define("clip-progress", ClipProgress);

  const TIME = /^(?:(\d+):)?(\d+):(\d+(?:[.,]\d+)?)$/;
  const seconds = (text) => {
    const found = TIME.exec(text.trim());
    if (!found) return /^\d+(?:[.,]\d+)?$/.test(text.trim()) ? Number(text.replace(",", ".")) : NaN;
    return Number(found[1] ?? 0) * 3600 + Number(found[2]) * 60 + Number(found[3].replace(",", "."));
  };
  const clock = (value) => {
    const milliseconds = Math.round(value * 1000);
    const parts = [Math.floor(milliseconds / 3_600_000), Math.floor(milliseconds / 60_000) % 60];
    const rest = String(milliseconds % 60_000).padStart(5, "0");
    const minutes = String(parts[1]).padStart(2, "0");
    const start = parts[0] ? `${String(parts[0]).padStart(2, "0")}:${minutes}` : minutes;
    return `${start}:${rest.slice(0, 2)}.${rest.slice(2)}`;
  };

  class CaptionsEditor extends HTMLElement {
    connectedCallback() {
      this.area = this.querySelector("textarea");
      if (this.list || !this.area) return;
      const cues = this.read(this.area.value);
      if (!cues) return; // what this editor would lose is edited as text
      this.build();
      for (const cue of cues) this.list.append(this.row(cue));
      this.area.hidden = true;
      this.area.form.addEventListener("submit", () => this.write(), true);
      this.list.addEventListener("input", () => this.write());
    }

    // Returns the captions, or null when there is something in them beyond times and text.
    read(text) {
      const cues = [];
      for (const block of text.replace(/\r\n?/g, "\n").split(/\n{2,}/).slice(1)) {
        const lines = block.trim().split("\n");
        if (!lines[0]) continue;
        const found = /^(\S+)\s+-->\s+(\S+)$/.exec(lines[0]);
        if (!found) return null;
        cues.push({ begin: found[1], end: found[2], text: lines.slice(1).join("\n") });
      }
      return cues;
    }

    build() {
      this.list = document.createElement("ol");
      this.list.className = "captions-rows";
      const buttons = document.createElement("p");
      const add = this.button(this.dataset.add, () => this.add());
      const plain = this.button(this.dataset.plain, () => this.showText());
      buttons.append(add, " ", plain);
      this.append(this.list, buttons);
      this.buttons = buttons;
    }

    get video() {
      return document.querySelector("clip-progress video");
    }

    row(cue) {
      const row = document.createElement("li");
      const begin = this.field("input", this.dataset.begin, cue.begin);
      const end = this.field("input", this.dataset.end, cue.end);
      const text = this.field("textarea", this.dataset.text, cue.text);
      text.rows = 2;
      const play = this.button(this.dataset.play, () => this.play(begin, end));
      const remove = this.button(this.dataset.remove, () => {
        row.remove();
        this.write();
      });
      row.append(begin, end, text, play, remove);
      return row;
    }

    field(kind, label, value) {
      const field = document.createElement(kind);
      field.setAttribute("aria-label", label);
      field.title = label;
      field.value = value;
      return field;
    }

    button(text, act) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button button-small button-secondary";
      button.textContent = text;
      button.addEventListener("click", act);
      return button;
    }

    // A caption begins where the clip stands, or where the last one ends.
    add() {
      const rows = [...this.list.children].map((row) => row.querySelectorAll("input, textarea"));
      const last = rows.length ? seconds(rows.at(-1)[1].value) || 0 : 0;
      const begin = this.video?.currentTime || last;
      const row = this.row({ begin: clock(begin), end: clock(begin + 3), text: "" });
      const after = [...this.list.children].find((each) => seconds(each.querySelector("input").value) > begin);
      this.list.insertBefore(row, after ?? null);
      row.querySelector("textarea").focus();
      this.write();
    }

    play(begin, end) {
      if (!this.video) return;
      const stop = () => {
        if (this.video.currentTime < seconds(end.value)) return;
        this.video.pause();
        this.video.removeEventListener("timeupdate", stop);
      };
      this.video.currentTime = seconds(begin.value) || 0;
      this.video.addEventListener("timeupdate", stop);
      this.video.play();
    }

    write() {
      if (this.area.hidden === false) return;
      const time = (text) => (Number.isNaN(seconds(text)) ? text.trim() : clock(seconds(text)));
      const blocks = [...this.list.children].map((row) => {
        const [begin, end, text] = row.querySelectorAll("input, textarea");
        const words = text.value.trim().replace(/\n{2,}/g, "\n");
        return `${time(begin.value)} --> ${time(end.value)}\n${words}`;
      });
      this.area.value = blocks.length ? `WEBVTT\n\n${blocks.join("\n\n")}\n` : "";
    }

    showText() {
      this.write();
      this.area.hidden = false;
      this.list.remove();
      this.buttons.remove();
      this.area.focus();
    }
  }
  customElements.define("captions-editor", CaptionsEditor);
})();
