// What a hasty hand does to buttons, where only the browser can tell what the hand has seen.
//
// Once: the second of two quick clicks on a button that forks, exchanges, drops, brings back or
// resets belongs to the first. To the server it may look like one on the button as it is now.
//
// Downloads: Streamlit gives a file that is made on demand a new name in each run of the script,
// and forgets the old one. A click that would ask for the old name waits for the button to be
// drawn anew.
const ONCE = ".st-key-forks .stButton button, [class*='-reset'] .stButton button";
const DOWNLOAD = ".stDownloadButton button";
const SAME = 500; // ms and pixels within which two clicks are one
const NEAR = 5;
const BEGUN = 700; // ms after anything else was touched until the run that it asks for has begun
const LIMIT = 20000; // ms, then Streamlit's own answer is better than none
const now = () => performance.now();
const name = (button) => button.closest("[class*='st-key-']")?.className.match(/st-key-\S+/)?.[0];

class Clicks {
  constructor() {
    this.last = { at: -Infinity };
    this.waiting = new Map(); // name of a download's button -> its timer
    this.touched = -Infinity;
    this.click = (event) => this.clicked(event);
    this.touch = (event) => {
      if (!event.target.closest?.(DOWNLOAD)) this.touched = now();
    };
    document.addEventListener("click", this.click, true);
    for (const kind of ["pointerup", "keydown", "change"]) {
      document.addEventListener(kind, this.touch, true);
    }
  }

  clicked(event) {
    const button = event.target.closest?.("button");
    if (!button) return;
    const again = button.matches(ONCE) && this.again(button, event);
    const early = event.isTrusted && button.matches(DOWNLOAD) && this.early(button);
    if (again || early) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    if (early) this.wait(name(button), now() + LIMIT);
  }

  again(button, { clientX, clientY, detail }) {
    const { last } = this;
    const here = detail > 0 && Math.hypot(clientX - last.x, clientY - last.y) < NEAR;
    this.last = { at: now(), x: clientX, y: clientY, name: name(button) };
    return now() - last.at < SAME && (here || last.name === this.last.name);
  }

  early(button) {
    return now() - this.touched < BEGUN || button.closest("[data-stale='true']") !== null;
  }

  wait(key, end) {
    clearTimeout(this.waiting.get(key));
    const button = document.querySelector(`.${CSS.escape(key)} ${DOWNLOAD}`);
    const on = now() < end && (!button || this.early(button));
    if (on) this.waiting.set(key, setTimeout(() => this.wait(key, end), 50));
    else this.waiting.delete(key);
    if (on) button?.setAttribute("aria-busy", "true"); // anew each time: it may be another element
    else button?.removeAttribute("aria-busy");
    if (!on) button?.click(); // not by a hand: it passes
  }

  end() {
    for (const timer of this.waiting.values()) clearTimeout(timer);
    for (const button of document.querySelectorAll(`${DOWNLOAD}[aria-busy]`)) {
      button.removeAttribute("aria-busy");
    }
    document.removeEventListener("click", this.click, true);
    for (const kind of ["pointerup", "keydown", "change"]) {
      document.removeEventListener(kind, this.touch, true);
    }
  }
}

let clicks; // one for the page, however often the script runs
let calls = 0;

export default function () {
  clicks ??= new Clicks();
  const call = ++calls;
  return () => {
    if (call !== calls) return; // the clean-up of a call that a newer one has overtaken
    clicks.end();
    clicks = undefined;
  };
}
