// Part 1: ipywidgets 8 in RISE.
//
// The widget manager of ipywidgets asks for the shared module @jupyterlab/console, since widgets work in consoles
// too. JupyterLab shares that module. RISE, an application of its own, has no consoles and does not share it, and
// for want of it the whole widget manager fails to load: "Shared module @jupyterlab/console doesn't exist".
//
// So where the module is missing, we share a stub. All that the manager takes from it is the name of a service that
// it can do without; no such service is there, and the manager goes on without consoles, as it was written to do.

const MODULE = '@jupyterlab/console';

const stub = {
  IConsoleTracker: { name: `${MODULE}:IConsoleTracker`, description: 'Nobody provides it: there are no consoles.' },
  // Classes that others may want to compare with; nothing is ever made from them.
  ConsolePanel: class {},
  CodeConsole: class {}
};

/** Share the stub, unless the real module is there, as it is in JupyterLab and Notebook. */
export function addMissingConsole(shared) {
  if (shared[MODULE] && Object.keys(shared[MODULE]).length > 0) {
    return;
  }
  shared[MODULE] = { '0.0.0': { get: async () => () => stub, from: 'lstm-teach-rise' } };
}
