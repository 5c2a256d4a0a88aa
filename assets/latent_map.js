// The latent map: codes as dots, and the present one as a handle to drag.
//
// Built once per element; Streamlit calls the default export again whenever `data` or the theme
// changes, always with the same DOM, and only the newest clean-up.
const maps = new WeakMap();
const FEW = 100; // dots so many squared, or more, are drawn a pixel in radius

class LatentMap {
  constructor(box) {
    this.box = box;
    this.canvas = box.querySelector("canvas");
    this.cross = box.querySelector(".cross");
    this.stamp = null; // of the last code sent; Python answers with it as `data.seen`
    this.drag = null; // "keys", or the pointer that drags: {id}; with `from`, the code it began at
    this.listeners = new AbortController();
    this.listen();
    this.resized = new ResizeObserver(() => (this.draw(), this.show()));
    this.resized.observe(box);
    this.stop = eachFrame(() => this.look());
  }

  update(data, send) {
    const text = JSON.stringify([data.points, data.labels, data.colours, data.frame]);
    [this.data, this.send] = [data, send];
    if (data.sliders.join(" ") !== this.code?.id) {
      this.code = new Code(data.sliders);
      [this.z, this.drag, this.stamp] = [data.z, null, null];
    }
    if (text !== this.text) {
      this.points = new Float32Array(bytes(data.points).buffer);
      this.labels = bytes(data.labels);
      this.text = text;
    }
    this.box.setAttribute("aria-label", data.label);
    this.adopt();
    this.draw();
    this.show();
  }

  // Python's code rules when it has seen the last drag, or where there are no sliders to look at.
  adopt() {
    const waits = this.stamp !== null && this.data.seen !== this.stamp;
    if (this.drag || waits || (this.stamp === null && this.code.known)) return;
    this.stamp = null;
    if (this.z.join() === this.data.z.join()) return;
    tell(this.code, (this.z = this.data.z));
    this.show();
  }

  look() {
    const z = this.code.look();
    if (!this.code.known) this.adopt(); // they may have left, with no word from Python since
    if (!z || this.drag) return;
    this.z = z;
    this.show();
  }

  // Where a code lies on the map, and the code of a place: along the plane from where it was.
  project(z) {
    const { directions, centre } = this.data;
    return directions.map((along) => along.reduce((sum, a, i) => sum + a * (z[i] - centre[i]), 0));
  }

  moveTo(place) {
    const { directions, limits } = this.data;
    const from = this.project(this.drag.from);
    const by = place.map((value, axis) => value - from[axis]);
    this.z = this.drag.from.map((value, i) => {
      const moved = value + directions[0][i] * by[0] + directions[1][i] * by[1];
      return clamp(moved, ...limits);
    });
    tell(this.code, this.z);
    this.show();
  }

  commit() {
    const { from } = this.drag;
    this.drag = null;
    if (this.z.join() === from.join()) return this.adopt();
    this.stamp = Date.now();
    this.send("picked", { z: this.z, stamp: this.stamp });
  }

  listen() {
    const { box } = this;
    const on = (name, act) => box.addEventListener(name, act, { signal: this.listeners.signal });
    const mine = (event) => this.drag?.id === event.pointerId;
    const place = (event) => {
      const { left, bottom, width, height } = this.canvas.getBoundingClientRect();
      const [x, y, side] = this.data.frame;
      const across = clamp((event.clientX - left) / width, 0, 1);
      const up = clamp((bottom - event.clientY) / height, 0, 1);
      return [x + side * across, y + side * up];
    };
    on("pointerdown", (event) => {
      if (event.button !== 0 || this.drag?.id !== undefined) return; // one finger drags
      box.setPointerCapture(event.pointerId);
      this.drag = { id: event.pointerId, from: this.z };
      this.moveTo(place(event));
    });
    on("pointermove", (event) => mine(event) && this.moveTo(place(event)));
    on("lostpointercapture", (event) => mine(event) && this.commit()); // after release and cancel

    const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
    on("keydown", (event) => {
      const by = arrows[event.key];
      if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
      if (this.drag?.id !== undefined) return;
      event.preventDefault(); // the page must not scroll
      this.drag ??= { from: this.z };
      const stride = this.data.frame[2] / (event.shiftKey ? 200 : 40);
      this.moveTo(this.project(this.z).map((value, axis) => value + stride * by[axis]));
    });
    // A key held down repeats: send once, when it is let go.
    for (const name of ["keyup", "blur"])
      on(name, () => this.drag && this.drag.id === undefined && this.commit());
  }

  show() {
    const [left, bottom, side] = this.data.frame;
    const place = this.project(this.z);
    const [x, y] = [(place[0] - left) / side, 1 - (place[1] - bottom) / side];
    // a code may lie beyond the frame: the handle then waits at the edge
    this.cross.style.setProperty("--x", `${clamp(x, 0, 1) * this.canvas.clientWidth}px`);
    this.cross.style.setProperty("--y", `${clamp(y, 0, 1) * this.canvas.clientHeight}px`);
    const said = place.map((v, k) => `${this.data.axes[k] || "xy"[k]} ${v.toFixed(2)}`);
    this.box.setAttribute("aria-valuetext", said.join(", "));
    this.box.setAttribute("aria-valuenow", place[0].toFixed(2));
    this.box.setAttribute("aria-valuemin", left.toFixed(2));
    this.box.setAttribute("aria-valuemax", (left + side).toFixed(2));
  }

  draw() {
    const { canvas, points, labels } = this;
    const { names, colours, frame, axes } = this.data;
    const [sharp, side] = [window.devicePixelRatio, canvas.clientWidth];
    if (!side) return; // not on the screen yet
    const style = getComputedStyle(this.box);
    const [ink, paper] = ["--ink", "--paper"].map((name) => style.getPropertyValue(name));
    canvas.width = canvas.height = Math.round(side * sharp);
    const brush = canvas.getContext("2d");
    brush.scale(sharp, sharp);
    const x = (value) => ((value - frame[0]) / frame[2]) * side;
    const y = (value) => side - ((value - frame[1]) / frame[2]) * side;
    const font = (size, weight) => (brush.font = `${weight} ${size}px ${style.fontFamily}`);
    const write = (text, at, down, align) => {
      brush.textAlign = align;
      brush.strokeText(text, at, down); // a halo
      brush.fillText(text, at, down);
    };

    brush.fillStyle = ink;
    brush.globalAlpha = 0.16;
    for (const value of ticks(frame[0], frame[2])) brush.fillRect(x(value), 0, 1, side);
    for (const value of ticks(frame[1], frame[2])) brush.fillRect(0, y(value), side, 1);

    const radius = clamp(FEW / Math.sqrt(labels.length), 1.3, 3.2);
    brush.globalAlpha = 0.6;
    labels.forEach((label, k) => {
      brush.fillStyle = colours[label];
      brush.beginPath();
      brush.arc(x(points[2 * k]), y(points[2 * k + 1]), radius, 0, 2 * Math.PI);
      brush.fill();
    });

    Object.assign(brush, { globalAlpha: 1, fillStyle: ink, strokeStyle: paper, lineJoin: "round" });
    brush.lineWidth = 3;
    font(11, 400);
    brush.globalAlpha = 0.75;
    const inside = (at) => at > 24 && at < side - 24;
    for (const value of ticks(frame[0], frame[2]))
      if (inside(x(value))) write(minus(value), x(value), side - 6, "center");
    for (const value of ticks(frame[1], frame[2]))
      if (inside(y(value))) write(minus(value), 6, y(value) + 4, "left");
    font(12, 600);
    write(axes[0], side - 6, side - 6, "right");
    write(axes[1], 6, 16, "left");

    brush.globalAlpha = 1;
    brush.lineWidth = 4;
    font(15, 650);
    const homes = apart(names.map((_, label) => [
      clamp(x(median(points, labels, label, 0)), 12, side - 12),
      clamp(y(median(points, labels, label, 1)), 12, side - 12),
    ]));
    names.forEach((name, label) => {
      const [at, down] = homes[label];
      if (!Number.isNaN(at)) write(name, at, down + 5, "center");
    });
  }

  end() {
    this.listeners.abort();
    this.resized.disconnect();
    this.stop();
  }
}

const clamp = (value, low, high) => Math.max(low, Math.min(high, value));
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const minus = (value) => String(value).replace("-", "\u2212");

// NaN where a class has no dots.
function median(points, labels, label, axis) {
  const own = points.filter((_, k) => k % 2 === axis && labels[k >> 1] === label).sort();
  return own.length ? own[own.length >> 1] : NaN;
}

// Round numbers inside the frame, about five.
function ticks(start, side) {
  const power = 10 ** Math.floor(Math.log10(side / 5));
  const step = power * [1, 2, 5, 10].find((factor) => (side / (power * factor)) <= 5);
  const found = [];
  for (let k = Math.ceil(start / step); k * step <= start + side; k++)
    found.push(Number((k * step).toPrecision(6)));
  return found;
}

// Names that would cover each other are pushed apart, a few times, by half of what is missing each.
function apart(places, room = 18) {
  for (let round = 0; round < 30; round++)
    places.forEach((a, i) => places.slice(0, i).forEach((b, j) => {
      const [dx, dy] = [a[0] - b[0] || 0.1 * (i - j), a[1] - b[1] || 0.1];
      const push = Math.max(0, room / Math.hypot(dx, dy) - 1) / 2;
      a[0] += push * dx, a[1] += push * dy;
      b[0] -= push * dx, b[1] -= push * dy;
    }));
  return places;
}

export default function ({ data, parentElement, setStateValue }) {
  const box = parentElement.querySelector(".map");
  let map = maps.get(box);
  if (!map) maps.set(box, (map = new LatentMap(box)));
  const call = (map.calls = (map.calls ?? 0) + 1);
  map.update(data, setStateValue);
  return () => {
    if (call !== map.calls) return; // the clean-up of a call that a newer one has overtaken
    map.end();
    maps.delete(box);
  };
}
