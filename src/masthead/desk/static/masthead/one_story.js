// A new story that is just being kept by itself and published in the same moment would be made
// twice: what is pressed meanwhile waits until the answer says where the story stands, and what
// has been sent is not kept once more while its answer is on the way.
let isBeingKept = false;
let isSent = false;
let held = null;

document.addEventListener("w-autosave:save", (event) => {
  if (isSent) event.preventDefault();
  else isBeingKept = true;
});

window.addEventListener("pageshow", () => {
  isSent = false;
});

for (const end of ["w-autosave:success", "w-autosave:error"]) {
  document.addEventListener(end, () => {
    isBeingKept = false;
    if (!held) return;
    const { form, submitter } = held;
    held = null;
    if (submitter?.name) {
      // Not the button itself: one that shows its progress is disabled and would not be sent.
      const action = document.createElement("input");
      Object.assign(action, { type: "hidden", name: submitter.name, value: submitter.value });
      form.append(action);
    }
    form.requestSubmit();
  });
}

document.addEventListener(
  "submit",
  (event) => {
    if (!event.target.matches("[data-edit-form]")) return;
    if (!isBeingKept) {
      isSent = true;
      // Unless a dialogue asks for something first.
      setTimeout(() => {
        isSent = !event.defaultPrevented;
      });
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    held = { form: event.target, submitter: event.submitter };
  },
  true,
);
