// The answers of a lesson: they stay in this browser, under the lesson's name, and leave it as a notebook.

const key = (lesson) => `lstm-teach-answers-${lesson}`;

// By the names of the exercises. A browser may keep nothing, in a private window for one: then there are none.
export function keptAnswers(lesson) {
  try {
    const kept = JSON.parse(localStorage.getItem(key(lesson)));
    return kept && typeof kept === "object" ? kept : {};
  } catch {
    return {};
  }
}

// Whether they could be kept.
export function keepAnswers(lesson, answers) {
  try {
    localStorage.setItem(key(lesson), JSON.stringify(answers));
    return true;
  } catch {
    return false;
  }
}

// The lesson's notebook with answers in place of the stubs, `answers` by the ids of their cells.
export async function downloadNotebook(address, answers) {
  const response = await fetch(address);
  if (!response.ok) {
    throw new Error(`${address} is not there (${response.status})`);
  }
  const notebook = await response.json();
  for (const cell of notebook.cells.filter(({ id }) => id in answers)) {
    cell.source = answers[cell.id];
  }
  const file = new Blob([JSON.stringify(notebook, null, 1)], { type: "application/x-ipynb+json" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = address.split("/").at(-1);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
