// The digit pad: an empty square for the strokes of one digit.
export default component(StrokePad);
