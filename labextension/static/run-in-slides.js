// Part 4: a deck runs itself.
//
// RISE shows the notebook as it was saved, and our notebooks are saved without outputs. So where a notebook asks for
// it (its metadata say "lstm_teach": {"run_in_slides": true}), all its cells are run once when its deck opens, those
// too that no slide shows. What a fragment holds stays hidden until the fragment is shown.
//
// And the instructor's notes, which a notebook shows folded, are put into the speaker's view as plain prose, and cells
// tagged "picture" get a class, by which rise.css shows them without their code. Code and pictures on the slides below
// one with a heading have that heading above them once more, so that the room knows where it is. The key C shows the code
// that a deck hides, and hides it again.

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

/** Reveal shows an aside's whole content to the speaker; RISE's holds the cell, its source and what folds it. */
function putPlainly(aside) {
  const note = aside.querySelector('details');
  if (!note) {
    return;
  }
  const plain = document.createElement('aside');
  plain.className = 'notes';
  const [summary, ...paragraphs] = note.children;
  plain.innerHTML = `<p><b>${summary.innerHTML}</b></p>` + paragraphs.map(part => part.outerHTML).join('');
  aside.className = '';
  aside.hidden = true;
  aside.after(plain);
}

/** Repeats a slide's heading above the code and the pictures on the slides below it that have none. */
function sayAgain(slides, cells) {
  const speaksForItself = cell => /^(\w+_lab|quiz)\(/.test(cell.model.sharedModel.getSource());
  const shown = cells.filter(
    cell => cell.model.type === 'code' && cell.model.getMetadata('slideshow')?.slide_type !== 'skip'
  );
  for (const stack of slides.querySelectorAll(':scope > section')) {
    let heading = null;
    for (const slide of stack.querySelectorAll(':scope > section')) {
      const own = slide.querySelector('h1, h2, h3');
      heading = own ?? heading;
      const code = shown.filter(cell => slide.contains(cell.node));
      if (own || !heading || !code.length || code.some(speaksForItself)) {
        continue;
      }
      const again = document.createElement('p');
      again.className = 'lt-again';
      again.append(...heading.cloneNode(true).childNodes);
      again.querySelectorAll('.jp-InternalAnchorLink').forEach(link => link.remove());
      slide.prepend(again);
    }
  }
}

/** On C, gives the deck a class by which rise.css shows the code of pictures, labs and quizzes, or takes it away. */
function showOrHideCode(event) {
  const elsewhere = '.cm-content, input, select, textarea, .jp-OutputArea-output';
  if (event.key !== 'c' || event.ctrlKey || event.altKey || event.metaKey || event.target.closest?.(elsewhere)) {
    return;
  }
  document.querySelector('.reveal')?.classList.toggle('lt-code');
  event.stopImmediatePropagation();
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
  if (!slides) {
    return;
  }
  document.querySelectorAll('aside.notes').forEach(putPlainly);
  for (const cell of panel.content.widgets) {
    cell.toggleClass('lt-picture', cell.model.getMetadata('tags')?.includes('picture') ?? false);
  }
  sayAgain(document.querySelector('.reveal .slides'), panel.content.widgets);
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
    // The small slides in the speaker's view are decks of their own, on the same kernel: those stay as they are.
    const isPreview = new URLSearchParams(window.location.search).has('receiver');
    if (!isPreview && app.name.toLowerCase().includes('rise')) {
      window.addEventListener('keydown', showOrHideCode, { capture: true });
      app.restored.then(() => runDeck(app));
    }
  }
};
