// The draw pad: a 1-D density drawn with mouse, finger, pen or arrow keys.
//
// Streamlit calls the default export on mount and again whenever `data` changes, always with the same
// DOM, and calls only the newest clean-up function, once, on unmount. So the pad is built once per
// element, kept here, and each later call just hands it the new data.
const pads = new WeakMap();

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".pad");
  if (!pads.has(root)) pads.set(root, build(root, data.alphabet));
  const pad = pads.get(root);
  const call = pad.update(data, setStateValue);
  // When two runs follow closely, Streamlit cleans up after the outdated call at once: that call must
  // not take the pad away from the newer one.
  return () => call === pad.calls() && pads.delete(root) && pad.destroy();
}

function build(root, alphabet) {
  const [box, svg, cursor] = ["box", "svg", "cursor"].map((name) => root.querySelector("." + name));
  const top = alphabet.length - 1;
  const listeners = new AbortController();
  let data, send;           // what Python passed last
  let calls = 0;
  let levels = [];          // the heights on the screen, one number per column
  let agreed = "";          // the drawing that Python knows: passed by it, or sent to it
  let stroke = null;        // the stamp of the last drawing sent; Python answers with it as `data.seen`
  let drawing = null;       // "keys", or the pointer that draws: {id, x, y} with its last place
  let column = 24;          // where the arrow keys work

  const encode = () => levels.map((level) => alphabet[level]).join("");
  const clamp = (value, max) => Math.max(0, Math.min(max, value));

  // Show what Python passed, unless the user is drawing or Python has yet to hear of the last stroke.
  function adopt() {
    if (drawing || (stroke !== null && data.seen !== stroke)) return;
    agreed = data.heights;
    levels = Array.from(agreed, (letter) => alphabet.indexOf(letter));
    paint();
  }

  function commit() {
    drawing = null;
    const heights = encode();
    if (heights === agreed) return adopt();  // nothing new, but Python may have, in the meantime
    agreed = heights;
    stroke = Date.now();
    send("drawn", { heights, stroke });
  }

  function paint() {
    const line = curve(levels.map((level) => top - level));
    svg.querySelector(".line").setAttribute("d", line);
    svg.querySelector(".area").setAttribute("d", `${line}V${top}H0Z`);
    root.classList.toggle("empty", levels.every((level) => level === 0));
    cursor.style.left = `${((column + 0.5) / levels.length) * 100}%`;
    cursor.style.bottom = `${(levels[column] / top) * 100}%`;
    const x = -4 + ((column + 0.5) / levels.length) * 8;
    box.setAttribute("aria-valuenow", levels[column]);
    box.setAttribute("aria-valuetext", `x = ${x.toFixed(1)}, height ${levels[column]} of ${top}`);
  }

  // Pointer to (column, level). The column may lie outside: a stroke that leaves the pad and comes back
  // must not smear over the columns at its edge.
  function place(event) {
    const { left, bottom, width, height } = svg.getBoundingClientRect();
    return {
      x: Math.floor(((event.clientX - left) / width) * levels.length),
      y: clamp(Math.round(((bottom - event.clientY) / height) * top), top),
    };
  }

  // Every column between two moves is written, so that a fast stroke leaves no gaps.
  function drawTo(event) {
    const { x, y } = place(event);
    const steps = Math.abs(x - drawing.x);
    for (let i = 0; i <= steps; i++) {
      const t = steps ? i / steps : 1;
      const at = drawing.x + Math.sign(x - drawing.x) * i;
      if (at in levels) levels[at] = Math.round(drawing.y + t * (y - drawing.y));
    }
    Object.assign(drawing, { x, y });
    column = clamp(x, levels.length - 1);
    paint();
  }

  const mine = (event) => drawing?.id === event.pointerId;
  const on = (target, name, act) => target.addEventListener(name, act, { signal: listeners.signal });

  on(box, "pointerdown", (event) => {
    if (event.button !== 0 || drawing?.id !== undefined) return;  // one finger draws
    box.setPointerCapture(event.pointerId);
    drawing = { id: event.pointerId, ...place(event) };
    drawTo(event);
  });
  on(box, "pointermove", (event) => mine(event) && drawTo(event));
  on(box, "lostpointercapture", (event) => mine(event) && commit());  // follows release and cancel alike

  const moves = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
  // not by PageUp and PageDown: they are a clicker's keys
  const lifts = { ArrowUp: 1, ArrowDown: -1 };
  on(box, "keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || drawing?.id !== undefined) return;
    if (event.key in moves) column = clamp(column + moves[event.key], levels.length - 1);
    else if (event.key in lifts) {
      drawing = "keys";
      levels[column] = clamp(levels[column] + lifts[event.key], top);
    } else return;
    event.preventDefault();  // the page must not scroll
    paint();
  });
  // A key held down repeats: send once, when it is let go.
  for (const name of ["keyup", "blur"]) on(box, name, () => drawing === "keys" && commit());

  on(root.querySelector(".clear"), "click", () => {
    levels.fill(0);
    paint();
    commit();
    box.focus();  // the button has just hidden itself
  });

  return {
    calls: () => calls,
    destroy: () => listeners.abort(),
    update(newData, setStateValue) {
      [data, send] = [newData, setStateValue];
      root.querySelector(".name").textContent = data.label;
      box.setAttribute("aria-label", data.label);
      adopt();
      return ++calls;
    },
  };
}

// A smooth path through the middle of every column. The slopes are harmonic means of the neighbouring
// differences and 0 at a peak (Fritsch and Butland 1984), so the curve never overshoots what was drawn.
function curve(y) {
  const slope = (i) => {
    const [before, after] = [y[i] - y[i - 1], y[i + 1] - y[i]];  // NaN at the ends: slope 0
    return before * after > 0 ? (2 * before * after) / (before + after) : 0;
  };
  let path = `M0 ${y[0]}H0.5`;
  for (let i = 1; i < y.length; i++) {
    const [a, b] = [y[i - 1] + slope(i - 1) / 3, y[i] - slope(i) / 3];
    path += `C${i - 1 / 6} ${a} ${i + 1 / 6} ${b} ${i + 0.5} ${y[i]}`;
  }
  return `${path}H${y.length}`;
}
