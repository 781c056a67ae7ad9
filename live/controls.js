// The controls of a lab as native HTML. Each has a label, takes the keyboard and a finger, and is made of plain
// data: what lstm_teach/labs/controls.py holds, as JSON.
//
//   const control = controlOf({ name: "step", kind: "player", label: "Look at step", … }, "id", moved);
//   lab.append(control.root);
//   control.follow({ value: 7, high: 20, off: false });
//
// `moved(name, value)` is called when a hand moves it, and returns a promise for the picture of that value.

const KINDS = {
  slider: ranged,
  player: played,
  number: typed,
  text: typed,
  switch: ticked,
  choice: pressed,
  menu: chosen,
};

export function controlOf(control, id, moved) {
  const root = element("div", { className: "control" });
  root.dataset.control = control.name;
  root.dataset.kind = control.kind;
  const follow = KINDS[control.kind](control, root, id, (value) => moved(control.name, value));
  return {
    root,
    follow({ off, ...now }) {
      root.toggleAttribute("data-off", off);
      root.querySelectorAll("input, select, button").forEach((part) => (part.disabled = off));
      follow(now);
    },
  };
}

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function labelled(control, root, id, input, ...more) {
  input.id = id;
  root.append(element("label", { htmlFor: id, textContent: control.label }), input, ...more);
}

function ranged(control, root, id, moved) {
  const { low, high, step = 1, places = 0 } = control;
  const input = element("input", { type: "range", min: low, max: high, step });
  const number = element("output", { htmlFor: id });
  const show = (value) => (number.textContent = value.toFixed(places).replace("-", "−"));
  labelled(control, root, id, input, number);
  input.addEventListener("input", () => {
    show(input.valueAsNumber);
    moved(input.valueAsNumber);
  });
  return (now) => {
    input.max = now.high ?? high;
    input.value = now.value;
    show(now.value);
  };
}

function played(control, root, id, moved) {
  const follow = ranged(control, root, id, moved);
  const [input, number] = root.querySelectorAll("input, output");
  const button = element("button", { type: "button", className: "play" });
  let playing = false;

  const say = () => {
    button.textContent = playing ? "Pause" : "Play";
    button.setAttribute("aria-label", `${button.textContent}: ${control.label}`);
  };
  async function play() {
    const ends = () => input.valueAsNumber >= Number(input.max);
    let next = ends() ? control.low : input.valueAsNumber + 1;
    while (playing && !button.disabled) {
      input.value = next;
      number.textContent = next;
      // One step at a time, at the pace of a slow machine if need be, so that every step is seen.
      await Promise.all([moved(next), new Promise((later) => setTimeout(later, control.interval))]);
      next = input.valueAsNumber + 1;
      playing &&= !ends();
    }
    playing = false;
    say();
  }
  button.addEventListener("click", () => {
    playing = !playing;
    say();
    if (playing) {
      play();
    }
  });
  say();
  root.append(button);
  return follow;
}

function typed(control, root, id, moved) {
  const isNumber = control.kind === "number";
  const input = element("input", {
    type: control.kind,
    placeholder: control.placeholder ?? "",
    autocomplete: "off",
    spellcheck: false,
    ...(isNumber && { min: control.low, max: control.high, step: 1 }),
  });
  labelled(control, root, id, input);
  input.addEventListener("input", () => moved(isNumber ? input.valueAsNumber : input.value));
  return (now) => {
    // Writing even the same words would move the place where one types.
    if (input.value !== String(now.value)) {
      input.value = now.value;
    }
  };
}

function ticked(control, root, id, moved) {
  const input = element("input", { type: "checkbox" });
  labelled(control, root, id, input);
  input.addEventListener("change", () => moved(input.checked));
  return (now) => (input.checked = now.value);
}

function pressed(control, root, id, moved) {
  const group = element("fieldset", {}, element("legend", { textContent: control.label }));
  for (const option of control.options) {
    const input = element("input", { type: "radio", name: id, value: option });
    input.addEventListener("change", () => moved(option));
    group.append(element("label", {}, input, element("span", { textContent: option })));
  }
  root.append(group);
  return (now) => group.querySelectorAll("input").forEach((input) => (input.checked = input.value === now.value));
}

function chosen(control, root, id, moved) {
  const select = element("select");
  let options = [];
  labelled(control, root, id, select);
  select.addEventListener("change", () => moved(select.value));
  return (now) => {
    const wanted = now.options ?? control.options;
    if (wanted.join("\n") !== options.join("\n")) {
      options = wanted;
      select.replaceChildren(...options.map((option) => element("option", { textContent: option, value: option })));
    }
    select.value = now.value;
  };
}
