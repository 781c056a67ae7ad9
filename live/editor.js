// A textarea as an editor of Python: Tab and Shift+Tab move lines, Enter keeps the indentation, and all can be undone.
// Escape, then Tab, leaves it, so that the keyboard is not caught.

const STEP = "    ";

export function makeEditor(area) {
  let leaving = false;
  area.addEventListener("keydown", (event) => {
    const { key, shiftKey, altKey, ctrlKey, metaKey } = event;
    if (event.isComposing) {
      return;
    }
    if (key === "Tab" && !leaving) {
      event.preventDefault();
      moveLines(area, shiftKey);
    } else if (key === "Enter" && !(shiftKey || altKey || ctrlKey || metaKey)) {
      event.preventDefault();
      insert(area, `\n${indentation(area)}`);
    }
    leaving = key === "Escape" || (leaving && key === "Shift");
  });
  area.addEventListener("blur", () => (leaving = false));
}

// What the next line begins with: the spaces of this one, and a step more after a colon.
function indentation(area) {
  const before = area.value.slice(0, area.selectionStart).split("\n").at(-1);
  const spaces = before.match(/^ */)[0];
  return /:\s*(#.*)?$/.test(before) ? spaces + STEP : spaces;
}

function moveLines(area, back) {
  const { value, selectionStart: start, selectionEnd: end } = area;
  const first = value.lastIndexOf("\n", start - 1) + 1;
  if (start === end && !back) {
    return insert(area, STEP.slice((start - first) % STEP.length));
  }
  const lines = value.slice(first, end).split("\n");
  const moved = lines.map((line) => (back ? line.replace(/^ {1,4}/, "") : line && STEP + line));
  area.setSelectionRange(first, end);
  insert(area, moved.join("\n"));
  const shift = moved[0].length - lines[0].length;
  area.setSelectionRange(start === end ? area.selectionEnd : Math.max(first, start + shift), area.selectionEnd);
}

// This command is old and the one way that keeps what the browser can undo. It does nothing if the text stays the same.
export function insert(area, text) {
  area.focus();
  if (!document.execCommand(text ? "insertText" : "delete", false, text)) {
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
