// The paint pad: strokes of ink or of bare paper, over a picture.
class PaintPad extends StrokePad {
  update(data, send) {
    super.update(data, send);
    this.root.querySelector(".picture").src = data.picture;
    this.box.style.setProperty("--width", data.width);
  }

  begin() {
    return { points: [], ink: this.root.querySelector("[value=ink]").checked };
  }

  points(stroke) {
    return stroke.points;
  }

  paint() {
    super.paint();
    this.strokes.forEach(({ ink }, k) =>
      this.sheet.children[k].classList.toggle("paper", !ink));
  }

  listen() {
    super.listen();
    // the brush's edge under the pointer: on bare paper, the eraser would be invisible
    const { style } = this.root.querySelector(".brush");
    this.on(this.box, "pointermove", (event) => {
      [style.left, style.top] = this.place(event).map((value) => `${100 * value}%`);
    });
  }
}

export default component(PaintPad);
