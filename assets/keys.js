// Keys that are held. A keyboard repeats a held key some thirty times a second, and Streamlit's
// shortcuts, sliders and number inputs would run the script each time, while all others wait. Here a
// repeat moves what it moves in the browser; the server hears of it when the key is let go.
//
// The listeners are the window's, not an element's: they are there once this module is.
const STEPS = {
  range: { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 },
  number: { ArrowDown: -1, ArrowUp: 1 },
};
// no shortcuts while typing; a toggle that was clicked is no place to type
const EDITABLE = "input:not([type=checkbox]), textarea, select, [contenteditable=true]";
const PATIENCE = 1500; // ms without a repeat, longer than any keyboard waits: it was let go unseen
const arrows = new Map(); // key of a slider that the arrow keys move from anywhere: its stops
let held = null; // the input that a key moves: {input, code, focus, clock}
let shortcut = null; // the key that has pressed a button, if that was the last one

// How a widget is told that its value is to be sent.
const SEND = {
  // As when a thumb is let go where it stands. That takes the focus, which is then given back.
  range(input, focus) {
    const where = { pointerId: 999, pointerType: "mouse", pressure: 0.5 };
    for (const type of ["pointerdown", "pointerup"])
      input.dispatchEvent(new PointerEvent(type, { bubbles: true, cancelable: true, ...where }));
    if (focus === input) return;
    input.blur();
    focus.focus({ preventScroll: true });
  },
  number(input) {
    input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  },
};

function swallow(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

function hold(event, input, value) {
  swallow(event);
  if (held?.input !== input) release();
  clearTimeout(held?.clock);
  const clock = setTimeout(release, PATIENCE);
  held = { input, code: event.code, focus: event.composedPath()[0], clock };
  move(input, value);
}

function release() {
  if (!held) return;
  const { input, focus, clock } = held;
  clearTimeout(clock);
  held = null;
  SEND[input.type](input, focus);
}

// Never beyond an end. Not by stepUp, which moves a number to the next multiple of the step first.
function stepped({ value, min, max, step }, steps) {
  const to = Number(value) + steps * Number(step);
  const within = Math.max(Math.min(to, max === "" ? Infinity : max), min === "" ? -Infinity : min);
  return String(Number(within.toPrecision(12))); // 0.3, not 0.30000000000000004
}

// Streamlit's sliders go by a tenth of their way with Shift.
function strides({ type, min, max, step }, { shiftKey }) {
  return type === "range" && shiftKey ? Math.max(1, Math.round((max - min) / 10 / step)) : 1;
}

// Before the widget that has the focus.
window.addEventListener("keydown", (event) => {
  const target = event.composedPath()[0];
  const by = STEPS[target.type]?.[event.key];
  const own = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (target.type === "range" && /^Page(Up|Down)$/.test(event.key)) {
    swallow(event); // a clicker's keys, which are for shortcuts wherever the focus is
    document.body.dispatchEvent(new KeyboardEvent("keydown", event));
  } else if (event.repeat && by && own)
    hold(event, target, stepped(target, by * strides(target, event)));
  else if (event.repeat && event.key === "Enter" && target.closest?.("button, a"))
    event.preventDefault(); // or it would be clicked again
}, true);

// After all widgets, and before the shortcuts, which listen on the document. What a widget has
// taken is not for a shortcut too.
document.documentElement.addEventListener("keydown", (event) => {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
  const typing = event.composedPath().some((element) => element.matches?.(EDITABLE));
  if (by && plain && !typing && !event.defaultPrevented)
    for (const [key, stops] of arrows) {
      const input = inputOf(key);
      if (input) return hold(event, input, next(input, stops, by));
    }
  if (event.repeat && event.code === shortcut) event.preventDefault(); // the page must not scroll
  if (event.repeat || event.defaultPrevented) event.stopPropagation();
});

// Where the button that has this key as its shortcut leads to.
function next(input, stops, by) {
  if (!stops.length) return stepped(input, by);
  const from = stops.findIndex((stop) => stop >= Number(input.value));
  return stops[Math.min(Math.max(from + by, 0), stops.length - 1)];
}

// After the shortcuts.
window.addEventListener("keydown", (event) => {
  if (!event.repeat) shortcut = event.defaultPrevented ? event.code : null;
});
window.addEventListener("keyup", (event) => event.code === held?.code && release(), true);
window.addEventListener("blur", release);

export default function ({ data }) {
  if (!data.slider) return () => {};
  arrows.set(data.slider, data.stops);
  mark();
  return () => {
    if (arrows.get(data.slider) !== data.stops) return; // a newer call's, also where they are equal
    arrows.delete(data.slider);
    mark();
  };
}

// For tests: keys come into effect a moment after what they move is on the screen.
function mark() {
  document.documentElement.dataset.arrows = [...arrows.keys()].join(" ");
}
