// Part 3: sliders have names.
//
// ipywidgets writes a slider's label beside it, but does not tie the two together, so a screen reader says "slider"
// and a number. Before a slider is used, something in its output gets the focus, and that is when it gets its name.

function onFocus(event) {
  const output = event.target instanceof Element ? event.target.closest('.jp-OutputArea-output') : null;
  for (const handle of output?.querySelectorAll('.noUi-handle:not([aria-label])') ?? []) {
    const label = handle.closest('.widget-slider')?.querySelector('.widget-label');
    if (label) {
      handle.setAttribute('aria-label', label.textContent);
    }
  }
}

/** The plugin that JupyterLab and RISE start. */
export const plugin = {
  id: 'lstm-teach-rise:names',
  description: 'Gives sliders the name that stands beside them.',
  autoStart: true,
  activate: () => {
    document.addEventListener('focusin', onFocus);
  }
};
