// Particles for the place of the thumb, over the server's chart for the last value it heard of.
const clouds = new WeakMap();
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const rgb = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

class Cloud {
  constructor(canvas) {
    this.canvas = canvas;
    this.brush = canvas.getContext("2d");
    this.tile = document.createElement("canvas"); // a density, pixel by pixel
    this.stage = canvas.closest("[class*='st-key-'][class*='_stage']");
    this.stop = eachFrame(() => this.look());
  }

  update(data) {
    if (data.slider !== this.data?.slider) this.code = new Code([data.slider]);
    if (data.x !== this.data?.x) this.x = new Int16Array(bytes(data.x).buffer);
    if (data.shades !== this.data?.shades) this.shades = bytes(data.shades);
    this.data = data;
    this.canvas.classList.toggle("plane", data.d === 2);
    this.stale = true;
  }

  chart() {
    return this.stage.querySelector("[data-testid='stPlotlyChart'] .js-plotly-plot");
  }

  // The chart says by its `layout.meta` for which value it was drawn; until that is the thumb's,
  // also while Streamlit builds the chart anew, the particles are drawn here.
  look() {
    if (!this.stage?.isConnected) return; // the view is being taken down
    const moved = this.code.look();
    if (moved) [this.value] = moved;
    const chart = this.chart();
    const axes = chart?._fullLayout;
    if (axes?.xaxis?._length) this.axes = axes;
    const settled = axes && chart.layout.meta === this.value && chart.querySelector(".point");
    const on = this.code.known && this.axes && !settled;
    if (on && (moved || this.stale || !this.on)) this.show();
    if (on !== this.on || this.faded !== chart) this.hide(on, chart);
    this.canvas.hidden = !on;
    this.on = on;
  }

  hide(on, chart) {
    this.stage.classList.toggle("moving", Boolean(on));
    for (const k of this.data.waits)
      for (const panel of chart?.querySelectorAll(`.subplot.x${k}y${k} .scatterlayer`) ?? [])
        panel.style.opacity = on ? 0.25 : 1;
    this.faded = chart;
  }

  // Between which two stations t lies, and how far from the first: stations are in the order of
  // the process, t rising or falling.
  between(t) {
    const { times } = this.data;
    const way = Math.sign(times.at(-1) - times[0]);
    let k = times.findLastIndex((at) => way * (t - at) >= 0);
    k = Math.min(Math.max(k, 0), times.length - 2);
    return [k, Math.min(Math.max((t - times[k]) / (times[k + 1] - times[k]), 0), 1)];
  }

  place(k, share, i) {
    const { d, n, scale, times } = this.data;
    const at = (j) => {
      const first = this.x[(k * n + i) * d + j];
      return scale * (first + share * (this.x[((k + 1) * n + i) * d + j] - first));
    };
    if (d === 2) return [at(0), at(1)];
    return [times[k] + share * (times[k + 1] - times[k]), at(0)];
  }

  show() {
    this.stale = false;
    const { data, brush, canvas, axes } = this;
    const ratio = window.devicePixelRatio;
    Object.assign(canvas, { width: axes.width * ratio, height: axes.height * ratio });
    Object.assign(canvas.style, { width: `${axes.width}px`, height: `${axes.height}px` });
    brush.setTransform(ratio, 0, 0, ratio, 0, 0);
    const [k, share] = this.between(this.value);
    const { xaxis, yaxis } = axes;
    const pixel = ([x, y]) => [xaxis._offset + xaxis.l2p(x), yaxis._offset + yaxis.l2p(y)];
    brush.save();
    brush.beginPath();
    brush.rect(xaxis._offset, yaxis._offset, xaxis._length, yaxis._length);
    brush.clip();
    const colour = data.colours[share < 0.5 ? k : k + 1];
    const near = share < 0.5 ? k : k + 1;
    if (data.d === 2) this.shade(near, data.inks[near], pixel);
    brush.fillStyle = colour;
    brush.globalAlpha = data.d === 2 ? 0.7 : 0.5;
    for (let i = data.few; i < data.n; i++) this.dot(pixel(this.place(k, share, i)), data.d + 0.5);
    brush.globalAlpha = 1;
    for (let i = 0; i < data.few; i++) this.trail(k, share, i, pixel);
    brush.restore();
    brush.strokeStyle = data.ink;
    for (const name of data.marks) this.mark(axes[`xaxis${name}`], axes[`yaxis${name}`]);
    canvas.dataset.painted = Number(canvas.dataset.painted ?? 0) + 1;
    canvas.dataset.t = this.value;
  }

  shade(k, colour, pixel) {
    const { side, reach } = this.data;
    Object.assign(this.tile, { width: side, height: side });
    const pen = this.tile.getContext("2d");
    const image = pen.createImageData(side, side);
    const ink = rgb(colour);
    for (let i = 0; i < side * side; i++)
      image.data.set([...ink, this.shades[k * side * side + i]], 4 * i);
    pen.putImageData(image, 0, 0);
    const [left, top] = pixel([-reach, reach]), [right, bottom] = pixel([reach, -reach]);
    this.brush.drawImage(this.tile, left, top, right - left, bottom - top);
  }

  dot([x, y], radius) {
    this.brush.beginPath();
    this.brush.arc(x, y, radius, 0, 7);
    this.brush.fill();
  }

  trail(k, share, i, pixel) {
    const { brush, data } = this;
    const here = pixel(this.place(k, share, i));
    brush.beginPath();
    for (let j = 0; j <= k; j++) brush.lineTo(...pixel(this.place(j, 0, i)));
    brush.lineTo(...here);
    brush.strokeStyle = data.trail;
    brush.lineWidth = 1.1;
    brush.stroke();
    this.dot(here, 4.5);
    brush.strokeStyle = data.ink;
    brush.stroke();
  }

  mark(xaxis, yaxis) {
    if (!xaxis) return;
    const x = xaxis._offset + xaxis.l2p(this.value);
    this.brush.lineWidth = 1.4;
    this.brush.beginPath();
    this.brush.moveTo(x, yaxis._offset);
    this.brush.lineTo(x, yaxis._offset + yaxis._length);
    this.brush.stroke();
  }
}

export default function ({ data, parentElement }) {
  const canvas = parentElement.querySelector(".particles");
  let cloud = clouds.get(canvas);
  if (!cloud) clouds.set(canvas, (cloud = new Cloud(canvas)));
  const call = (cloud.calls = (cloud.calls ?? 0) + 1);
  cloud.update(data);
  return () => {
    if (call !== cloud.calls) return; // the clean-up of a call that a newer one has overtaken
    cloud.stop();
    cloud.stage.classList.remove("moving");
    clouds.delete(canvas);
  };
}
