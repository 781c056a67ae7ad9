// Part 2: a key pressed in a control stays in the control.
//
// In slides the arrow keys move the deck even while a slider has the focus, and Space does so on a button; in
// notebooks the arrow keys move from cell to cell while a list has the focus. Two listeners on the document are to
// blame: the shortcuts of the application, which hear a key first, on its way down to the control, and Reveal.js,
// which hears it on its way back up.
//
// In slides, Escape gives the keys back to the deck: it takes the focus off the control.

const OUTPUT = '.jp-OutputArea-output';
const SLIDES = '.reveal';
// With this attribute Lumino, the toolkit below JupyterLab, lets an element keep its keys. It must be on the very
// element that has the focus, since the shortcuts are bound to whatever has it (":focus").
const KEEPS_KEYS = 'data-lm-suppress-shortcuts';

/** Was this key pressed in a control? What has the focus within a cell's output is a control. */
function isInControl(event) {
  return event.target instanceof HTMLElement && event.target.parentElement?.closest(OUTPUT);
}

/** Is it a key that the control may need? Ctrl+S and its kin are not, and Shift+Enter runs the next cell. */
function isForControl(event) {
  const runs = event.shiftKey && event.key === 'Enter' && !event.target.closest(SLIDES);
  return !(event.ctrlKey || event.altKey || event.metaKey || event.key === 'Escape' || runs);
}

function onTheWayDown(event) {
  if (!isInControl(event)) {
    return;
  }
  event.target.toggleAttribute(KEEPS_KEYS, isForControl(event));
  if (event.key === 'Escape' && event.target.closest(SLIDES)) {
    event.target.blur();
    event.stopPropagation();
  }
}

function onTheWayUp(event) {
  if (isInControl(event) && event.target.closest(SLIDES)) {
    event.stopPropagation(); // here, on the body, the control has had the key, and the document has not
  }
}

/** The plugin that JupyterLab and RISE start; `jupyter labextension disable lstm-teach-rise:keys` turns it off. */
export const plugin = {
  id: 'lstm-teach-rise:keys',
  description: 'Keeps key presses inside controls, on slides and in notebooks.',
  autoStart: true,
  activate: () => {
    for (const kind of ['keydown', 'keypress', 'keyup']) {
      window.addEventListener(kind, onTheWayDown, { capture: true });
      document.body.addEventListener(kind, onTheWayUp);
    }
  }
};
