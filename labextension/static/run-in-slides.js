// Part 4: a deck runs itself.
//
// RISE shows the notebook as it was saved, and our notebooks are saved without outputs. So where a notebook asks for
// it (its metadata say "lstm_teach": {"run_in_slides": true}), all its cells are run once when its deck opens, those
// too that no slide shows. What a fragment holds stays hidden until the fragment is shown.
//
// And the instructor's notes, which a notebook shows folded, are unfolded for the speaker's view, and cells tagged
// "picture" get a class of that name, by which rise.css shows them without their code.

const POLL = 200; // milliseconds
const PATIENCE = 60000;

/** Resolves with what `look` finds, once it finds something; undefined if it does not. */
async function found(look) {
  for (let waited = 0; waited < PATIENCE; waited += POLL) {
    const it = look();
    if (it) {
      return it;
    }
    await new Promise(resolve => setTimeout(resolve, POLL));
  }
}

async function runDeck(app) {
  const panel = await found(() => app.shell.currentWidget?.context && app.shell.currentWidget);
  await panel?.context.ready;
  if (!panel?.model.getMetadata('lstm_teach')?.run_in_slides) {
    return;
  }
  // Only when the slides have been laid out, or the deck would open at the cell that is run last.
  const slides = await found(() => document.querySelector('.reveal.ready .slides, .reveal .slides section.present'));
  await panel.sessionContext.ready;
  for (const folded of slides ? document.querySelectorAll('aside.notes details') : []) {
    folded.open = true;
  }
  for (const cell of panel.content.widgets) {
    cell.toggleClass('lt-picture', cell.model.getMetadata('tags')?.includes('picture') ?? false);
  }
  const here = panel.content.activeCellIndex;
  const run = app.commands.execute('notebook:run-all-cells');
  panel.content.activeCellIndex = here;
  await run;
}

/** The plugin that RISE starts; `jupyter labextension disable lstm-teach-rise:run` turns it off. */
export const plugin = {
  id: 'lstm-teach-rise:run',
  description: 'Runs the cells of a deck when it opens, where the notebook asks for it.',
  autoStart: true,
  activate: app => {
    if (app.name.toLowerCase().includes('rise')) {
      app.restored.then(() => runDeck(app));
    }
  }
};
