// Plays a film by moving the thumb of its slider: whatever follows the slider follows this too.
const players = new WeakMap();

class Player {
  constructor(button) {
    this.button = button;
    button.addEventListener("click", () => (this.clock ? this.halt() : this.begin()));
  }

  move(value) {
    const input = inputOf(this.data.slider);
    if (!input) return this.halt();
    move(input, value);
    this.value = value;
  }

  begin() {
    const input = inputOf(this.data.slider);
    if (!input) return;
    const ends = [Number(input.min), Number(input.max)];
    const [first, last] = this.data.backwards ? ends.reverse() : ends;
    const now = Number(input.value);
    this.move(now !== last ? now : first); // from the end it begins again
    const pause = Math.min((this.data.seconds * 1000) / Math.abs(last - first), 250);
    const started = performance.now(), from = this.value;
    this.clock = setInterval(() => {
      const gone = Math.round((performance.now() - started) / pause);
      const value = from + Math.sign(last - from) * Math.min(gone, Math.abs(last - from));
      if (value !== this.value) this.move(value);
      if (value === last) this.halt();
    }, 30);
    this.show();
  }

  halt() {
    clearInterval(this.clock);
    this.clock = null;
    this.show();
    this.said({ value: this.value, stamp: Date.now() });
  }

  show() {
    this.button.textContent = this.clock ? "❚❚" : "▶";
    this.button.setAttribute("aria-label", this.clock ? "Pause" : "Play");
  }
}

export default function ({ data, parentElement, setStateValue }) {
  const button = parentElement.querySelector(".play");
  let player = players.get(button);
  if (!player) players.set(button, (player = new Player(button)));
  player.data = data;
  player.said = (state) => setStateValue("stopped", state);
  player.show();
  const call = (player.calls = (player.calls ?? 0) + 1);
  return () => {
    if (call !== player.calls) return; // the clean-up of a call that a newer one has overtaken
    clearInterval(player.clock);
    players.delete(button);
  };
}
