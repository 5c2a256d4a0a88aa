// The picture for the place of the thumb, over the server's for the last value it heard of.
const films = new WeakMap();

const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const floats = (text) => new Float32Array(bytes(text).buffer);

// How many frames there are, and the opacity of pixel i in frame k, from 0 to 255.
function stored(text, size) {
  const all = bytes(text);
  return { count: all.length / size, opacity: (k, i) => all[k * size + i] };
}

function mixed(texts) {
  const [first, second, a, b] = texts.map(floats);
  return { count: a.length, opacity: (k, i) => 127.5 * (a[k] * first[i] + b[k] * second[i] + 1) };
}

class Film {
  constructor(canvas) {
    this.canvas = canvas;
    this.brush = canvas.getContext("2d");
    this.stop = eachFrame(() => this.look());
  }

  update(data) {
    const [height, width] = data.shape;
    if (data.slider !== this.data?.slider) this.code = new Code([data.slider]);
    if (data.frames !== this.data?.frames || String(data.mix) !== String(this.data?.mix))
      this.frames = data.mix ? mixed(data.mix) : stored(data.frames, width * height);
    this.data = data;
    Object.assign(this.canvas, { width, height });
    Object.assign(this.canvas.style, {
      top: `${data.edge}px`, background: data.paper,
      width: `calc(${Math.min(1, width / height)} * (100% - ${2 * data.edge}px))`,
    });
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(data.colour.slice(at, at + 2), 16));
    this.image = this.brush.createImageData(width, height);
    for (let i = 0; i < this.image.data.length; i += 4) this.image.data.set([red, green, blue], i);
    this.look(true); // what was painted for the old data must not stay
  }

  look(changed = false) {
    const moved = this.code.look();
    if (moved) [this.value] = moved;
    if (this.code.known && (moved || changed)) this.show();
    // without its slider, only the server knows; and where the frames are coarse, it knows better
    this.canvas.hidden = !this.code.known || this.exact();
  }

  exact() {
    if (!this.chart?.isConnected)
      this.chart = this.canvas.closest("[class*='_stage']")?.querySelector(".js-plotly-plot");
    const at = this.chart?.layout?.meta;
    return at !== undefined && at !== null && at === this.value;
  }

  show() {
    const { start, step } = this.data;
    const { count, opacity } = this.frames;
    const k = Math.min(Math.max(Math.round((this.value - start) / step), 0), count - 1);
    const { data } = this.image; // it rounds and cuts off by itself
    for (let i = 0; 4 * i < data.length; i++) data[4 * i + 3] = opacity(k, i);
    this.brush.putImageData(this.image, 0, 0);
    this.canvas.dataset.frame = k;
    this.canvas.dataset.painted = Number(this.canvas.dataset.painted ?? 0) + 1;
  }
}

export default function ({ data, parentElement }) {
  const canvas = parentElement.querySelector(".film");
  let film = films.get(canvas);
  if (!film) films.set(canvas, (film = new Film(canvas)));
  const call = (film.calls = (film.calls ?? 0) + 1);
  film.update(data);
  return () => {
    if (call !== film.calls) return; // the clean-up of a call that a newer one has overtaken
    film.stop();
    films.delete(canvas);
  };
}
