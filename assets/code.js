// The present code of a lesson: where its sliders stand at this moment.
//
// Streamlit's sliders tell nobody while they are dragged, and move without an event, but the value
// of their inputs is always current. So it is looked at once an animation frame, which is cheap.
export class Code {
  constructor(keys) {
    this.id = keys.join(" ");
    this.keys = keys;
    this.inputs = [];
    this.text = ""; // their values; empty until, and unless, all of them are on the page
  }

  get known() {
    return this.text !== "";
  }

  // The numbers when they are new, else null.
  look() {
    let text = "";
    for (let k = 0; k < this.keys.length; k++) {
      if (!this.inputs[k]?.isConnected) this.inputs[k] = inputOf(this.keys[k]);
      if (!this.inputs[k]) {
        this.text = "";
        return null;
      }
      text += this.inputs[k].value + " ";
    }
    if (text === this.text) return null;
    this.text = text;
    return this.inputs.map((input) => Number(input.value));
  }
}

// The input of the slider with this key; null if it is not on the page.
export function inputOf(key) {
  const place = `.st-key-${CSS.escape(key.replace(/[^\w-]/g, "-"))}`;
  return document.querySelector(`${place} input[type=range]`);
}

// React hears of a value only by an event, and only if it was not itself who had set it.
const valueOf = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
export function move(input, value) {
  valueOf.set.call(input, value);
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

// Every frame until the returned function is called.
export function eachFrame(act) {
  let next = requestAnimationFrame(function again() {
    next = requestAnimationFrame(again);
    act();
  });
  return () => cancelAnimationFrame(next);
}

// A map tells decoders which code is under the finger.
export function tell(code, z) {
  document.dispatchEvent(new CustomEvent("latent", { detail: { code: code.id, z } }));
}
