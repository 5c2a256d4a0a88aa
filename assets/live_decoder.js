// The picture of the code under the thumbs, over the server's picture of the last one it heard of.
const morphs = new WeakMap();

class Morph {
  constructor(canvas) {
    this.canvas = canvas;
    this.brush = canvas.getContext("2d");
    this.image = this.brush.createImageData(canvas.width, canvas.height);
    this.hear = ({ detail }) => {
      if (detail.code === this.code.id) [this.next, this.told] = [detail.z, true];
    };
    document.addEventListener("latent", this.hear);
    this.stop = eachFrame(() => this.look());
  }

  update(data) {
    const text = JSON.stringify(data.network);
    if (text !== this.text) {
      this.network = load(data.network);
      this.text = text;
    }
    const keys = data.sliders.join(" ");
    if (keys !== this.code?.id) {
      this.code = new Code(data.sliders);
      [this.z, this.told] = [null, false];
    }
    const [top, right, , left] = data.inset;
    Object.assign(this.canvas.style, {
      top: `${top}px`, left: `${left}px`, width: `calc(100% - ${left + right}px)`,
      background: data.paper,
    });
    this.colour = [1, 3, 5].map((at) => parseInt(data.colour.slice(at, at + 2), 16));
    this.next = this.z;
  }

  // The last that moved rules: a slider, or the finger on a map.
  look() {
    const z = this.code.look();
    if (z) [this.next, this.told] = [z, false];
    if (!this.code.known && !this.told) this.canvas.hidden = true; // only the server knows
    else if (this.next) this.show();
  }

  show() {
    [this.z, this.next] = [this.next, null];
    const values = decode(this.network, this.z);
    const { data } = this.image;
    for (let i = 0; i < values.length; i++) {
      [data[4 * i], data[4 * i + 1], data[4 * i + 2]] = this.colour;
      data[4 * i + 3] = Math.round(255 * values[i]);
    }
    this.brush.putImageData(this.image, 0, 0);
    this.canvas.hidden = false;
    this.canvas.dataset.z = this.z.join(" ");
    this.canvas.dataset.frames = Number(this.canvas.dataset.frames ?? 0) + 1;
  }

  end() {
    this.stop();
    document.removeEventListener("latent", this.hear);
  }
}

export default function ({ data, parentElement }) {
  const canvas = parentElement.querySelector(".morph");
  let morph = morphs.get(canvas);
  if (!morph) morphs.set(canvas, (morph = new Morph(canvas)));
  const call = (morph.calls = (morph.calls ?? 0) + 1);
  morph.update(data);
  return () => {
    if (call !== morph.calls) return; // the clean-up of a call that a newer one has overtaken
    morph.end();
    morphs.delete(canvas);
  };
}
