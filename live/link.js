// The state of a lab in the address of its page: which lab, its preset, and the controls that differ from it.
//
//   03_forget_gate.html#lab=gate_lab-1&preset=as+learned&f=closed&step=12
//
// Nothing is believed that an address holds: it goes to Python as text, and Python says what it takes.

import { element } from "./controls.js";

// What an address asks for, { place, preset, address }, or null if it asks for no lab.
export function askedFor(hash = location.hash) {
  const { lab, preset, ...address } = Object.fromEntries(new URLSearchParams(hash.slice(1)));
  return lab ? { place: lab, preset: preset ?? null, address } : null;
}

export function addressOf(place, { preset, changed }) {
  const url = new URL(location.href);
  url.hash = new URLSearchParams({ lab: place, preset, ...changed });
  return url.href;
}

// A button that copies the link. Where a page may not write to the clipboard, the link is shown, to be copied by hand.
export function copyButton(address) {
  const button = element("button", { type: "button", className: "copy", textContent: "Copy link" });
  button.addEventListener("click", async () => {
    button.parentElement.querySelector(".link")?.remove();
    try {
      await navigator.clipboard.writeText(address());
      button.textContent = "Link copied";
      setTimeout(() => (button.textContent = "Copy link"), 2000);
    } catch {
      const link = element("input", { className: "link", readOnly: true, value: address(), ariaLabel: "Link" });
      button.after(link);
      link.select();
    }
  });
  return button;
}
