// The labs of a page: the still of each makes room for controls, and its picture follows them.
//
// Python holds the state of every lab (live/labs.py) and checks what it is sent. Here is what a page
// adds: it keeps the newest value of each control while Python is busy, so that a drag never queues.

import { controlOf, element } from "./controls.js";
import { addressOf, copyButton } from "./link.js";
import { Stopped } from "./python.js";

const WEB = "live.labs";
const PATIENCE = 20; // seconds without an answer after which Python is taken to be gone

export class Lab {
  #section;
  #python;
  #controls = new Map();
  #answer = null; // the newest of Python's
  #opened = 0; // how often Python had ended when this lab was opened
  #wanted = { preset: null, changes: {} }; // what Python has not been asked yet
  #asking = null;

  // `place` is the name of this lab on its page.
  constructor(section, place, python) {
    this.#section = section;
    this.#python = python;
    this.place = place;
  }

  get state() {
    return this.#section.dataset.state;
  }

  set state(state) {
    this.#section.dataset.state = state;
    this.#section.setAttribute("aria-busy", state === "loading");
  }

  // Let the lab come alive, in the preset of its page, or as an address asks.
  async open({ preset = this.#section.dataset.preset || null, address = {} } = {}) {
    this.state = "loading";
    try {
      const answer = await this.#open(preset, address);
      this.#furnish(answer);
      this.#show(answer);
    } catch (error) {
      this.#fail(error);
    }
  }

  reveal() {
    this.#section.scrollIntoView({ block: "start" });
  }

  async #open(preset, address) {
    const starting = [this.place, this.#section.dataset.lab, preset, address];
    const answer = await this.#python.call(`${WEB}.open`, starting, PATIENCE);
    this.#opened = this.#python.ends;
    return answer;
  }

  #part(name) {
    return this.#section.querySelector(`:scope > [data-part=${name}]`);
  }

  #furnish({ presets, controls }) {
    const id = (name) => `${this.place}-${name}`;
    const start = element("select", { id: id("preset") });
    start.append(...presets.map((preset) => element("option", { value: preset, textContent: preset })));
    start.addEventListener("change", () => this.#want({ preset: start.value }));
    const reset = element("button", { type: "button", className: "reset", textContent: "Reset" });
    reset.addEventListener("click", () => this.#want({ preset: start.value }));
    const label = element("label", { htmlFor: start.id, textContent: "Start from" });
    const copy = copyButton(() => addressOf(this.place, this.#answer));
    const row = element("div", { className: "start" }, label, start, reset, copy);

    const moved = (name, value) => this.#want({ changes: { [name]: value } });
    this.#controls = new Map(controls.map((each) => [each.name, controlOf(each, id(each.name), moved)]));
    this.#part("controls").replaceChildren(row, ...[...this.#controls.values()].map(({ root }) => root));
  }

  // Ask Python for this as soon as it is free; a promise for the picture.
  #want({ preset = null, changes = {} }) {
    if (preset !== null) {
      this.#wanted = { preset, changes: {} };
    }
    Object.assign(this.#wanted.changes, changes);
    this.#asking ??= this.#askAll().finally(() => (this.#asking = null));
    return this.#asking;
  }

  async #askAll() {
    while (this.#wanted.preset !== null || Object.keys(this.#wanted.changes).length) {
      const asked = this.#wanted;
      this.#wanted = { preset: null, changes: {} };
      try {
        this.#show(await this.#ask(asked));
      } catch (error) {
        this.#fail(error);
        return;
      }
    }
  }

  async #ask(asked, again = true) {
    try {
      if (this.#opened !== this.#python.ends) {
        this.state = "loading"; // Python was started anew, so the lab is opened where it was
        await this.#open(this.#answer.preset, this.#answer.changed);
      }
      let answer;
      if (asked.preset !== null) {
        answer = await this.#python.call(`${WEB}.start_from`, [this.place, asked.preset], PATIENCE);
      }
      if (Object.keys(asked.changes).length) {
        answer = await this.#python.call(`${WEB}.set`, [this.place, asked.changes], PATIENCE);
      }
      return answer;
    } catch (error) {
      if (again && error instanceof Stopped) {
        return this.#ask(asked, false);
      }
      throw error;
    }
  }

  #show(answer) {
    this.#answer = answer;
    this.state = "live";
    this.#part("picture").innerHTML = answer.html;
    this.#say(answer.status, answer.problem);
    this.#part("controls").querySelector("select").value = answer.preset;
    for (const [name, control] of this.#controls) {
      const off = answer.off.includes(name);
      // A control that has moved on, or shows what does not work, is left as the hand has it.
      if (!(name in this.#wanted.changes) && !answer.refused) {
        control.follow({
          value: answer.state[name],
          high: answer.highest[name],
          options: answer.options[name],
          off,
        });
      }
    }
  }

  #say(words, problem) {
    const line = this.#section.querySelector(":scope > [role=status]");
    line.textContent = words;
    line.classList.toggle("problem", problem);
  }

  #fail(error) {
    this.state = "failed";
    this.#say(`This lab is not live. ${error.message} “Make this page live” tries again.`, true);
  }
}
