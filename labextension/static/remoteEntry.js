// What JupyterLab and RISE load: a module-federation container, written by hand, so there is nothing to build.
// Both call init(shared modules) on every extension before they ask any of them for its plugins.
// The two parts know nothing of each other; see the README for when each can be deleted.

(() => {
  const here = document.currentScript.src;
  const part = name => import(new URL(name, here));

  window._JUPYTERLAB = window._JUPYTERLAB ?? {};
  window._JUPYTERLAB['lstm-teach-rise'] = {
    async init(shared) {
      const { addMissingConsole } = await part('./widgets-in-slides.js');
      addMissingConsole(shared);
    },
    // JupyterLab asks for the module that package.json names, "./extension", and gets a function that returns it.
    async get() {
      const { plugin } = await part('./keys-in-controls.js');
      return () => ({ __esModule: true, default: plugin });
    }
  };
})();
