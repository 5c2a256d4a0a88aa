// A pad for strokes, drawn with mouse, finger or pen, and sent each time the pointer is let go.
const NEAR = 0.008; // points closer to the last are left out: a 28th of the pad is a pixel

export class StrokePad {
  constructor(root) {
    this.root = root;
    this.box = root.querySelector(".box");
    this.sheet = root.querySelector("svg");
    this.strokes = []; // what is on the screen
    this.stamp = null; // of the last drawing sent; Python answers with it as `data.seen`
    this.pen = null; // the pointer that draws: {id, down}
    this.listeners = new AbortController();
    this.listen();
  }

  // A stroke is the list of its points, unless a pad has more to say of it.
  begin() {
    return [];
  }

  points(stroke) {
    return stroke;
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
    this.strokes = structuredClone(this.data.strokes);
    this.paint();
  }

  commit() {
    this.pen = null;
    this.stamp = Date.now();
    this.paint();
    this.send("drawn", { strokes: structuredClone(this.strokes), stamp: this.stamp });
  }

  // Where the pointer is, as fractions of the pad.
  place(event) {
    const { left, top, width, height } = this.sheet.getBoundingClientRect();
    const x = (event.clientX - left) / width;
    const y = (event.clientY - top) / height;
    return [x, y].map((value) => Number(value.toFixed(3)));
  }

  // A line to where the pointer is. Outside the pad the pen is up: coming back begins a new stroke.
  drawTo(event) {
    const [x, y] = this.place(event);
    if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1)) return (this.pen.down = false);
    const [strokes, points] = this.data.most;
    if (this.strokes.flatMap(this.points).length >= points) return;
    if (!this.pen.down) {
      if (this.strokes.length >= strokes) return;
      this.pen.down = this.strokes.push(this.begin()) > 0;
    }
    const stroke = this.points(this.strokes.at(-1));
    const last = stroke.at(-1);
    if (!last || Math.hypot(x - last[0], y - last[1]) >= NEAR) stroke.push([x, y]);
  }

  paint() {
    while (this.sheet.children.length > this.strokes.length) this.sheet.lastChild.remove();
    this.strokes.forEach((stroke, k) => {
      const path = this.sheet.children[k] ??
        this.sheet.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "path"));
      const points = this.points(stroke).map((point) => point.join(" "));
      path.setAttribute("d", `M${points.join("L")}L${points.at(-1)}`); // a tap is a dot
    });
    this.root.classList.toggle("empty", !this.strokes.length);
  }

  on(target, name, act) {
    target.addEventListener(name, act, { signal: this.listeners.signal });
  }

  listen() {
    const mine = (event) => this.pen?.id === event.pointerId;
    const follow = (event) => {
      // all the places since the last frame: a quick stroke stays round
      const places = event.getCoalescedEvents?.() ?? [];
      for (const place of places.length ? places : [event]) this.drawTo(place);
      this.paint();
    };
    this.on(this.box, "pointerdown", (event) => {
      if (event.button !== 0 || this.pen) return; // one finger draws
      this.box.setPointerCapture(event.pointerId);
      this.pen = { id: event.pointerId, down: false };
      follow(event);
    });
    this.on(this.box, "pointermove", (event) => mine(event) && follow(event));
    this.on(this.box, "lostpointercapture", (event) => mine(event) && this.commit()); // or cancelled
    this.on(this.root.querySelector(".undo"), "click", () => this.keep(this.strokes.length - 1));
    this.on(this.root.querySelector(".clear"), "click", () => this.keep(0));
  }

  keep(count) {
    if (this.pen || !this.strokes.length) return;
    this.strokes.length = count;
    this.commit();
  }
}

// What Streamlit calls again whenever `data` or the theme changes, always with the same DOM, and
// only the newest clean-up. So a pad is built once per element.
export function component(Pad) {
  const pads = new WeakMap();
  return ({ data, parentElement, setStateValue }) => {
    const root = parentElement.querySelector(".pad");
    let pad = pads.get(root);
    if (!pad) pads.set(root, (pad = new Pad(root)));
    const call = (pad.calls = (pad.calls ?? 0) + 1);
    pad.update(data, setStateValue);
    return () => {
      if (call !== pad.calls) return; // the clean-up of a call that a newer one has overtaken
      pad.listeners.abort();
      pads.delete(root);
    };
  };
}
