// The exercises of a page: an answer runs in a Python of their own, so that the labs go on and an endless loop can be
// stopped. Whatever comes back is set as text, never as markup.

import { downloadNotebook, keepAnswers, keptAnswers } from "./answers.js";
import { element } from "./controls.js";
import { insert, makeEditor } from "./editor.js";
import { keepForOffline } from "./offline.js";

export function wireExercises(document, startPython) {
  const page = document.querySelector("main");
  const sections = page.querySelectorAll(".lstm-exercise:not([data-where])");
  const lesson = { setup: page.querySelector(".setup .code").textContent, name: page.dataset.lesson, all: [] };
  lesson.python = startPython("exercises");
  lesson.python.addEventListener("progress", ({ detail: { loaded, total } }) => {
    lesson.all.forEach((exercise) => exercise.loading(loaded, total));
  });
  const kept = keptAnswers(lesson.name);
  sections.forEach((section) => lesson.all.push(new Exercise(section, lesson, kept[section.dataset.exercise])));
  if (lesson.all.length) {
    lesson.all.at(-1).section.after(takenAway(page.dataset.notebook, lesson.all));
  }
}

class Exercise {
  constructor(section, lesson, kept) {
    this.section = section;
    this.lesson = lesson;
    this.area = section.querySelector("textarea");
    this.output = section.querySelector("[data-part=output]");
    this.stub = this.area.value;
    this.area.value = typeof kept === "string" ? kept : this.stub;
    this.run = button("Run and check", () => this.check());
    this.stop = button("Stop", () => lesson.python.restart());
    this.over = button("Start over", () => this.startOver());
    this.stop.disabled = true;
    const buttons = section.querySelector("[data-part=buttons]");
    buttons.append(this.run, this.stop, this.over);
    buttons.hidden = false;
    makeEditor(this.area);
    this.area.addEventListener("input", () => this.keep());
    this.area.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey || event.shiftKey)) {
        event.preventDefault();
        this.check();
      }
    });
  }

  keep() {
    this.stopped = false;
    const changed = this.lesson.all.filter(({ area, stub }) => area.value !== stub);
    const answers = changed.map(({ section, area }) => [section.dataset.exercise, area.value]);
    if (!keepAnswers(this.lesson.name, Object.fromEntries(answers))) {
      this.say("note", "This browser keeps no answers: download them before you leave.");
    }
  }

  startOver() {
    this.area.select();
    insert(this.area, this.stub);
    this.output.replaceChildren();
  }

  async check() {
    if (this.run.disabled) {
      return;
    }
    const { python, setup, all } = this.lesson;
    const above = all.slice(0, all.indexOf(this)).filter(({ stopped }) => !stopped);
    this.busy(true);
    this.say("note", "Python is running.");
    try {
      const earlier = above.map(({ area }) => area.value);
      this.show(await python.call("live.exercises.run", [setup, earlier, this.area.value]));
      keepForOffline();
    } catch (error) {
      this.stopped = true;
      this.say("problem", error.message);
    }
    this.busy(false);
  }

  // One Python runs one answer at a time.
  busy(running) {
    this.lesson.all.forEach(({ run }) => (run.disabled = running));
    this.stop.disabled = !running;
    this.section.toggleAttribute("data-running", running);
  }

  loading(loaded, total) {
    if (this.section.hasAttribute("data-running")) {
      const megabytes = (bytes) => Math.round(bytes / 1e6);
      const far = loaded < total ? `loading: ${megabytes(loaded)} of ${megabytes(total)} MB` : "loaded and starts";
      this.say("note", `Python is ${far}.`);
    }
  }

  say(kind, words) {
    this.output.replaceChildren(element("p", { className: kind, textContent: words }));
  }

  show({ printed, shown, picture, error, verdict }) {
    const parts = [
      [printed, () => element("pre", { className: "printed", textContent: printed })],
      [shown, () => element("pre", { className: "printed", textContent: shown })],
      [picture, () => element("img", { src: `data:image/svg+xml,${encodeURIComponent(picture.svg)}`, alt: picture.alt })],
      [error, () => element("pre", { className: "problem", textContent: error })],
      [verdict, () => told(verdict)],
    ].filter(([there]) => there);
    this.output.replaceChildren(...parts.map(([, make]) => make()));
    if (!parts.length) {
      this.say("note", "It ran, and its last line shows nothing. Is the line with check still there?");
    }
  }
}

// The line of words that `check` shows in a notebook.
function told({ name, passed, hint }) {
  const verdict = element("strong", { textContent: passed ? "passed" : "not yet" });
  const line = element("p", { className: passed ? "passed" : "not-yet" }, code(name), ": ", verdict);
  if (hint) {
    line.append(". ", ...hint.split("`").map((words, k) => (k % 2 ? code(words) : words)));
  }
  return line;
}

function takenAway(address, all) {
  const said = element("span", { role: "status", textContent: "It opens in JupyterLab, with your answers in it." });
  const download = button("Download as a notebook", async () => {
    try {
      await downloadNotebook(address, Object.fromEntries(all.map(({ section, area }) => [section.dataset.cell, area.value])));
    } catch (error) {
      said.textContent = `The notebook cannot be had: ${error.message}`;
    }
  });
  return element("p", { className: "taken-away" }, download, " ", said);
}

const code = (words) => element("code", { textContent: words });

const button = (words, pressed) => {
  const made = element("button", { type: "button", textContent: words });
  made.addEventListener("click", pressed);
  return made;
};
