// Part 2: a key pressed in a control stays in the control.
//
// In slides the arrow keys move the deck even while a slider has the focus, and Space does so on a button. Two
// listeners on the document are to blame: the shortcuts of the application, which hear a key first, on its way down
// to the control, and Reveal.js, which hears it on its way back up.
//
// Escape gives the keys back to the deck: it takes the focus off the control.

const OUTPUT = '.jp-OutputArea-output';
const SLIDES = '.reveal';

/** Was this key pressed in a control on a slide? What has the focus within a cell's output is a control. */
function isInControl(event) {
  return event.target instanceof HTMLElement && event.target.parentElement?.closest(OUTPUT)?.closest(SLIDES);
}

function onTheWayDown(event) {
  if (!isInControl(event)) {
    return;
  }
  // The attribute with which Lumino, the toolkit below JupyterLab, lets an element keep its keys. It must be on the
  // very element that has the focus, since RISE binds keys to whatever has it (":focus").
  event.target.dataset.lmSuppressShortcuts = 'true';
  if (event.key === 'Escape') {
    event.target.blur();
    event.stopPropagation();
  }
}

function onTheWayUp(event) {
  if (isInControl(event)) {
    event.stopPropagation(); // here, on the body, the control has had the key, and the document has not
  }
}

/** The plugin that JupyterLab and RISE start; `jupyter labextension disable lstm-teach-rise:keys` turns it off. */
export const plugin = {
  id: 'lstm-teach-rise:keys',
  description: 'Keeps key presses inside controls on slides.',
  autoStart: true,
  activate: () => {
    for (const kind of ['keydown', 'keypress', 'keyup']) {
      window.addEventListener(kind, onTheWayDown, { capture: true });
      document.body.addEventListener(kind, onTheWayUp);
    }
  }
};
