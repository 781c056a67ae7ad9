// What makes a page live: its button, a touch of a lab, or a link to a state of one loads Python, and then its labs
// have controls. The page itself is complete without.

import { element } from "./controls.js";
import { Lab } from "./labs.js";
import { askedFor } from "./link.js";
import { keepForOffline } from "./offline.js";
import { startPython } from "./python.js";

const python = startPython("labs");
const button = document.querySelector(".lstm-live");
const progress = element("p", { className: "lstm-progress", role: "status", tabIndex: -1 });
button?.after(progress);

const labs = new Map(); // by place: "gate_lab-1" is the first gate_lab of the page
for (const section of document.querySelectorAll("section.lstm-lab")) {
  const name = section.dataset.lab;
  const place = `${name}-${[...labs.keys()].filter((other) => other.startsWith(`${name}-`)).length + 1}`;
  labs.set(place, new Lab(section, place, python));
  section.querySelector("[data-part=picture]").addEventListener("click", () => makeLive(place));
}

if (!labs.size) {
  button?.remove(); // exercises start a Python of their own
}

// Open every lab that is not live: the one at `place` first, as an address asks for it, if it does.
async function makeLive(place, asked) {
  const first = labs.get(place);
  const closed = [...labs.values()].filter(({ state }) => state === "still" || state === "failed");
  if (!closed.length) {
    return;
  }
  progress.textContent = "Loading Python.";
  const opening = [...new Set([first, ...closed])].filter((lab) => closed.includes(lab));
  opening.forEach((lab) => (lab.state = "loading"));
  for (const lab of opening) {
    await lab.open(lab === first ? asked : undefined);
  }
  const live = opening.every(({ state }) => state === "live");
  progress.textContent = live ? "This page is live." : "This page is not live.";
  if (!live) {
    return;
  }
  if (document.activeElement === button) {
    progress.focus(); // or the keyboard would begin at the top of the page again
  }
  button?.remove();
  keepForOffline();
}

python.addEventListener("progress", ({ detail: { loaded, total } }) => {
  const megabytes = (bytes) => Math.round(bytes / 1e6);
  const words =
    loaded < total
      ? `Loading Python: ${megabytes(loaded)} of ${megabytes(total)} MB.`
      : "Python is loaded and starts.";
  if (progress.textContent !== words) {
    progress.textContent = words;
  }
});

async function followLink() {
  const asked = askedFor();
  if (!asked) {
    return;
  }
  const lab = labs.get(asked.place);
  if (!lab) {
    progress.textContent = `The link to this page names a lab that is not here: ${asked.place.slice(0, 60)}.`;
    return;
  }
  lab.reveal();
  await (lab.state === "live" ? lab.open(asked) : makeLive(asked.place, asked));
}

button?.addEventListener("click", () => makeLive());
addEventListener("hashchange", followLink);
followLink();

if (document.querySelector(".lstm-exercise")) {
  const { wireExercises } = await import("./exercises.js");
  wireExercises(document, startPython);
}
