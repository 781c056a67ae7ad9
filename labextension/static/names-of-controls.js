// Part 3: sliders and the buttons of players have names.
//
// ipywidgets writes a slider's label beside it, but does not tie the two together, so a screen reader says "slider"
// and a number. A player's buttons have a picture and no words. Both get their names as soon as they are on the page.

const BUTTONS = { 'fa-play': 'Play or pause', 'fa-pause': 'Play or pause', 'fa-stop': 'Stop', 'fa-retweet': 'Repeat' };

function nameAll(part) {
  for (const handle of part.querySelectorAll('.noUi-handle:not([aria-label])')) {
    const label = handle.closest('.widget-slider')?.querySelector('.widget-label');
    if (label?.textContent) {
      handle.setAttribute('aria-label', label.textContent);
    }
  }
  for (const picture of part.querySelectorAll('.widget-play button:not([aria-label]) > .fa')) {
    const name = Object.keys(BUTTONS).find(name => picture.classList.contains(name));
    if (name) {
      picture.parentElement.setAttribute('aria-label', BUTTONS[name]);
    }
  }
}

function onChange(records) {
  for (const { addedNodes } of records) {
    for (const added of addedNodes) {
      if (added instanceof HTMLElement) {
        nameAll(added);
      }
    }
  }
}

/** The plugin that JupyterLab and RISE start. */
export const plugin = {
  id: 'lstm-teach-rise:names',
  description: 'Gives names to sliders and to the buttons of players.',
  autoStart: true,
  activate: () => {
    nameAll(document);
    new MutationObserver(onChange).observe(document.body, { childList: true, subtree: true });
  }
};
