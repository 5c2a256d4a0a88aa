// The digit pad: strokes drawn with mouse, finger or pen, sent each time the pointer is let go.
//
// Built once per element; Streamlit calls the default export again whenever `data` or the theme
// changes, always with the same DOM, and only the newest clean-up.
const pads = new WeakMap();
const NEAR = 0.008; // points closer to the last are left out: a 28th of the pad is a pixel

class DigitPad {
  constructor(root) {
    this.root = root;
    this.box = root.querySelector(".box");
    this.sheet = root.querySelector("svg");
    this.strokes = []; // what is on the screen
    this.stamp = null; // of the last drawing sent; Python answers with it as `data.seen`
    this.pen = null; // the pointer that draws: {id, began}
    this.listeners = new AbortController();
    this.listen();
  }

  update(data, send) {
    [this.data, this.send] = [data, send];
    this.root.querySelector(".name").textContent = data.label;
    this.box.style.color = data.colour;
    this.adopt();
  }

  // Show what Python passed, unless the user is drawing or Python has yet to hear of the last stroke.
  adopt() {
    if (this.pen || (this.stamp !== null && this.data.seen !== this.stamp)) return;
    this.strokes = this.data.strokes.map((stroke) => [...stroke]);
    this.paint();
  }

  commit() {
    this.pen = null;
    this.stamp = Date.now();
    this.paint();
    this.send("drawn", { strokes: structuredClone(this.strokes), stamp: this.stamp });
  }

  // A line to where the pointer is. Outside the pad the pen is up: coming back begins a new stroke.
  drawTo(event) {
    const { left, top, width, height } = this.sheet.getBoundingClientRect();
    const x = Number(((event.clientX - left) / width).toFixed(3));
    const y = Number(((event.clientY - top) / height).toFixed(3));
    if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1)) return (this.pen.down = false);
    const [strokes, points] = this.data.most;
    if (this.strokes.flat().length >= points) return;
    if (!this.pen.down) {
      if (this.strokes.length >= strokes) return;
      this.pen.down = this.strokes.push([]) > 0;
    }
    const stroke = this.strokes.at(-1);
    const last = stroke.at(-1);
    if (!last || Math.hypot(x - last[0], y - last[1]) >= NEAR) stroke.push([x, y]);
  }

  paint() {
    while (this.sheet.children.length > this.strokes.length) this.sheet.lastChild.remove();
    this.strokes.forEach((stroke, k) => {
      const path = this.sheet.children[k] ??
        this.sheet.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "path"));
      const points = stroke.map((point) => point.join(" "));
      path.setAttribute("d", `M${points.join("L")}L${points.at(-1)}`); // a tap is a dot
    });
    this.root.classList.toggle("empty", !this.strokes.length);
  }

  listen() {
    const on = (target, name, act) =>
      target.addEventListener(name, act, { signal: this.listeners.signal });
    const mine = (event) => this.pen?.id === event.pointerId;
    const follow = (event) => {
      // all the places since the last frame: a quick stroke stays round
      const places = event.getCoalescedEvents?.() ?? [];
      for (const place of places.length ? places : [event]) this.drawTo(place);
      this.paint();
    };
    on(this.box, "pointerdown", (event) => {
      if (event.button !== 0 || this.pen) return; // one finger draws
      this.box.setPointerCapture(event.pointerId);
      this.pen = { id: event.pointerId, down: false };
      follow(event);
    });
    on(this.box, "pointermove", (event) => mine(event) && follow(event));
    on(this.box, "lostpointercapture", (event) => mine(event) && this.commit()); // or cancelled
    on(this.root.querySelector(".undo"), "click", () => this.keep(this.strokes.length - 1));
    on(this.root.querySelector(".clear"), "click", () => this.keep(0));
  }

  keep(count) {
    if (this.pen || !this.strokes.length) return;
    this.strokes.length = count;
    this.commit();
  }
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".pad");
  let pad = pads.get(root);
  if (!pad) pads.set(root, (pad = new DigitPad(root)));
  const call = (pad.calls = (pad.calls ?? 0) + 1);
  pad.update(data, setStateValue);
  return () => {
    if (call !== pad.calls) return; // the clean-up of a call that a newer one has overtaken
    pad.listeners.abort();
    pads.delete(root);
  };
}
