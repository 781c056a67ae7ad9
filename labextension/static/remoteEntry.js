// What JupyterLab and RISE load: a module-federation container, written by hand, so there is nothing to build.
// Both call init(shared modules) on every extension before they ask any of them for its plugins.
// The parts know nothing of each other; see the README for when each can be deleted.

(() => {
  const here = document.currentScript.src;

  window._JUPYTERLAB = window._JUPYTERLAB ?? {};
  window._JUPYTERLAB['lstm-teach-rise'] = {
    // At once, with nothing to wait for: JupyterLab starts on the page's load event, which does not wait for what
    // init() might load, and a JupyterLab that has missed it shows an empty page.
    init: shared => addMissingConsole(shared),

    // JupyterLab asks for the module that package.json names, "./extension", and gets a function that returns it.
    get: async () => {
      const parts = ['./keys-in-controls.js', './names-of-controls.js', './run-in-slides.js'];
      const modules = await Promise.all(parts.map(part => import(new URL(part, here))));
      return () => ({ __esModule: true, default: modules.map(module => module.plugin) });
    }
  };

  // Part 1: ipywidgets 8 in RISE.
  //
  // The widget manager of ipywidgets asks for the shared module @jupyterlab/console, since widgets work in consoles
  // too. JupyterLab shares that module. RISE, an application of its own, has no consoles and does not share it, and
  // for want of it the whole widget manager fails to load: "Shared module @jupyterlab/console doesn't exist".
  //
  // So where the module is missing, we share a stub. All that the manager takes from it is the name of a service
  // that it can do without; no such service is there, and the manager goes on without, as it was written to do.

  function addMissingConsole(shared) {
    const name = '@jupyterlab/console';
    if (shared[name] && Object.keys(shared[name]).length > 0) {
      return; // JupyterLab or Notebook: the real one is there
    }
    const stub = { IConsoleTracker: { name: `${name}:IConsoleTracker`, description: 'There are no consoles here.' } };
    shared[name] = { '0.0.0': { get: async () => () => stub, from: 'lstm-teach-rise' } };
  }
})();
