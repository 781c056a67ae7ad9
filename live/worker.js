// Python in a worker: Pyodide with NumPy and the course, and one function of the course after the other.
//
// It is sent { id, call, args } and answers { id, value } or { id, error }. Before the first answer it tells how
// far it is: { loaded, total } in bytes, then { ready }. What ends it for good is { failed }, with the reason.

import { loadPyodide } from "../python/pyodide.mjs";

const PYTHON = new URL("../python/", import.meta.url).href;
const LOCK = `${PYTHON}pyodide-lock.json`;
const ANSWER = `
import json
from importlib import import_module

def answer(call, arguments):
    module, _, name = call.rpartition(".")
    try:
        value = getattr(import_module(module), name)(*json.loads(arguments))
        return json.dumps({"value": value}, allow_nan=False)
    except BaseException as error:
        return json.dumps({"error": f"{type(error).__name__}: {error}"})

answer
`;

let loaded = 0;
let total = 0;

// A failure outside of the course, such as of a file or of memory: nothing more can be asked of Python.
const failed = (error) => self.postMessage({ failed: String(error?.message ?? error).trim().split("\n").at(-1) });

// Pyodide keeps it to itself when its program is damaged, and waits for ever.
const instantiated = WebAssembly.instantiateStreaming;
WebAssembly.instantiateStreaming = (...given) =>
  instantiated(...given).catch((error) => {
    failed(error);
    throw error;
  });

// Pyodide fetches its files itself, so what comes is counted on its way. It goes on without a file that it needs.
const fetched = self.fetch;
self.fetch = async (file, how) => {
  const fresh = file === LOCK ? { cache: "no-cache" } : {}; // an old lock would name a wheel that is gone
  const response = await fetched(file, { ...how, ...fresh }).catch((error) => error);
  if (!response.ok) {
    // A browser does not say that a file has another hash than it must have.
    const why = how?.integrity ? "not there, or not the file that this site names" : response.message;
    failed(`${file} could not be loaded (${response.status ?? why})`);
  }
  const counted = new TransformStream({
    transform(chunk, sink) {
      loaded += chunk.length;
      self.postMessage({ loaded, total });
      sink.enqueue(chunk);
    },
  });
  return new Response(response.body.pipeThrough(counted), { headers: response.headers });
};

async function start() {
  fetched(LOCK).then(async (lock) => (total = (await lock.json()).info.bytes), () => {});
  const python = await loadPyodide({ indexURL: PYTHON, lockFileURL: LOCK, packages: ["lstm-teach"] });
  const answer = python.runPython(ANSWER);
  self.postMessage({ ready: true });
  return answer;
}

const started = start();
started.catch(failed);

self.onmessage = async ({ data: { id, call, args } }) => {
  const answer = await started.catch(() => null);
  try {
    if (answer) {
      self.postMessage({ id, ...JSON.parse(answer(call, JSON.stringify(args))) });
    }
  } catch (error) {
    failed(error);
  }
};
