// Python beside the page: functions of the course, called in a worker, so that the page never waits for them.
//
//   const python = startPython("labs");
//   const answer = await python.call("live.labs.open", ["gate_lab-1", "gate_lab"]);
//
// It starts at the first call, and again at the first call after it was stopped or has failed.

export class PythonError extends Error {} // a function of the course has raised an exception
export class Stopped extends Error {} // Python is gone, and all that it held; the message says why

export function startPython(name) {
  return new Python(name);
}

class Python extends EventTarget {
  #name;
  #worker = null;
  #ready = false;
  #waiting = new Map();
  #calls = 0;

  // How often it has ended: when this grows, whatever Python held is gone.
  ends = 0;

  constructor(name) {
    super();
    this.#name = name;
  }

  // The value that a function of the course returns. Once Python runs, it may take so many seconds.
  call(name, args = [], seconds = Infinity) {
    if (!this.#worker) {
      this.#start();
    }
    const id = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, seconds });
      this.#worker.postMessage({ id, call: name, args });
      this.#watch(id);
    });
  }

  // End Python at once, whatever it does.
  stop(reason = "Python was stopped.") {
    this.ends += 1;
    this.#worker?.terminate();
    this.#worker = null;
    this.#ready = false;
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(new Stopped(reason));
    }
    this.#waiting.clear();
  }

  restart() {
    this.stop();
    this.#start();
  }

  #start() {
    const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module", name: this.#name });
    this.#worker = worker;
    worker.onmessage = ({ data }) => this.#worker === worker && this.#take(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#take({ failed: event.message || "its files could not be loaded" });
    };
  }

  #take({ id, value, error, loaded, total, ready, failed }) {
    if (failed) {
      this.stop(`Python has failed: ${failed}.`);
    } else if (ready) {
      this.#ready = true;
      this.#waiting.forEach((_, call) => this.#watch(call));
    } else if (loaded) {
      this.dispatchEvent(new CustomEvent("progress", { detail: { loaded, total } }));
    } else {
      const { resolve, reject, timer } = this.#waiting.get(id);
      this.#waiting.delete(id);
      clearTimeout(timer);
      if (error) {
        reject(new PythonError(error));
      } else {
        resolve(value);
      }
    }
  }

  // A browser that needs memory may end a worker without a word, so silence counts as an end.
  #watch(id) {
    const call = this.#waiting.get(id);
    if (this.#ready && call.seconds < Infinity) {
      const reason = `Python has not answered for ${call.seconds} seconds.`;
      call.timer = setTimeout(() => this.stop(reason), 1000 * call.seconds);
    }
  }
}
