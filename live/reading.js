// What a page needs to be read, with or without Python: it says that scripts run, and lets the keyboard scroll what is
// wider than the screen.

document.documentElement.dataset.script = "on";

const wide = new ResizeObserver((changes) => {
  for (const { target } of changes) {
    if (target.scrollWidth > target.clientWidth + 1) {
      target.tabIndex = 0;
    } else {
      target.removeAttribute("tabindex");
    }
  }
});

for (const part of document.querySelectorAll("pre, table, .shown, [data-part=picture], math[display=block]")) {
  wide.observe(part);
}
