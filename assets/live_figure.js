// Redraws a figure many times a second while a training runs.
//
// Streamlit takes a plotly chart down and builds it anew whenever its figure changes: some 100 ms,
// and a blank in between. So, while a training runs, this sheet lies over the chart and redraws in
// place. The frames come through a hidden text element beside it, which the server overwrites; no
// component can be called twice in one run of a script.
//
// It also sees when the script has ended in the midst of a training, which is then told to the
// server: Streamlit's own Stop leaves a page that says "Training" while nothing runs.
const sheets = new WeakMap();
const AT_ONCE = { mode: "immediate", transition: { duration: 0 }, frame: { duration: 0, redraw: false } };
const QUIET = 500; // ms without a script: between two runs of it there are far fewer
let library; // plotly, loaded once a page

function plotly() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("app/static/plotly-basic-4.1.1.min.js", document.baseURI).href;
    script.onload = () => resolve(window.Plotly);
    script.onerror = reject;
    document.head.append(script);
  });
  return library;
}

class Sheet {
  constructor(parent) {
    this.box = parent.querySelector(".sheet");
    this.stage = parent.closest("[class*='st-key-'][class*='_stage']");
    this.seen = "";
    this.watch = new MutationObserver(() => this.wake());
    this.watch.observe(this.stage, { subtree: true, childList: true, characterData: true });
    this.app = document.querySelector("[data-testid='stApp']");
    this.script = new MutationObserver(() => this.listen());
    this.script.observe(this.app, { attributeFilter: ["data-test-script-state"] });
    plotly(); // before it is needed
  }

  update(data, stopped) {
    Object.assign(this, { data, stopped });
    this.listen();
    this.wake();
  }

  listen() {
    clearTimeout(this.late);
    if (!this.data?.tell || this.app.dataset.testScriptState !== "notRunning") return;
    this.late = setTimeout(this.stopped, QUIET);
  }

  wake() {
    this.asked ??= requestAnimationFrame(() => {
      this.asked = null;
      this.data.running ? this.paint() : this.settle();
    });
  }

  async paint() {
    const text = this.stage.querySelector("[data-testid='stText']")?.textContent;
    if (!text || text === this.seen || this.busy) return;
    this.seen = text;
    const frame = JSON.parse(text);
    if (frame.token !== this.data.token) return; // left over from an earlier training
    this.busy = true;
    try {
      await this.redraw(frame);
    } finally {
      this.busy = false;
    }
    if (this.data.running) this.box.classList.add("on");
    this.wake(); // a newer frame may have come meanwhile
  }

  async redraw(frame) {
    const Plotly = await plotly();
    const chart = this.chart();
    const layout = { ...frame.layout, width: chart?.clientWidth || this.stage.clientWidth };
    const { images, ...rest } = layout;
    const form = JSON.stringify([rest, frame.data.length]);
    if (form === this.form) {
      // only curves and pictures have changed: half the work of a whole redraw
      const data = frame.data.map(({ x, y }) => ({ x, y }));
      await Plotly.animate(this.box, { data, traces: data.map((_, k) => k) }, AT_ONCE);
      if (images) await Plotly.relayout(this.box, { images });
    } else {
      await Plotly.react(this.box, frame.data, layout, { displayModeBar: false });
      this.form = form;
    }
  }

  chart() {
    return this.stage.querySelector("[data-testid='stPlotlyChart'] .js-plotly-plot");
  }

  // The training has stopped: stay until the chart below has drawn that same moment.
  settle() {
    if (!this.box.classList.contains("on")) return;
    const chart = this.chart();
    const drawn = chart?.data?.length ? ".js-line" : ".imagelayer image"; // a sheet has only pictures
    if (chart?.layout?.meta === this.data.token && chart.querySelector(drawn)) {
      this.box.classList.remove("on");
    } else this.wake();
  }

  end() {
    this.watch.disconnect();
    this.script.disconnect();
    clearTimeout(this.late);
    cancelAnimationFrame(this.asked);
    window.Plotly?.purge(this.box);
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  let sheet = sheets.get(parentElement);
  if (!sheet) sheets.set(parentElement, (sheet = new Sheet(parentElement)));
  const call = (sheet.calls = (sheet.calls ?? 0) + 1);
  sheet.update(data, () => setTriggerValue("stopped", true));
  return () => {
    if (call !== sheet.calls) return; // the clean-up of a call that a newer one has overtaken
    sheet.end();
    sheets.delete(parentElement);
  };
}
