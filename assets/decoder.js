// Runs a network of core/layers.py in the browser: a table of layers, weights in half precision.

export function load({ layers, weights }) {
  const text = atob(weights);
  const all = new Float32Array(text.length / 2);
  for (let i = 0; i < all.length; i++)
    all[i] = single(text.charCodeAt(2 * i) | (text.charCodeAt(2 * i + 1) << 8));
  let used = 0;
  const take = (count) => all.subarray(used, (used += count));
  return layers.map((layer) => {
    if (!layer.outputs) return layer;
    const field = layer.kind === "conv" ? 9 : 1;
    const w = take(layer.outputs * layer.inputs * field);
    return { ...layer, w, b: take(layer.outputs) };
  });
}

// The network's output for one input, as one row of numbers.
export function decode(network, input) {
  let x = Float32Array.from(input);
  let shape = [x.length]; // of x: channels, height, width
  for (const layer of network) [x, shape] = RUN[layer.kind](layer, x, shape);
  return x;
}

const RUN = {
  dense({ inputs, outputs, w, b, activation }, x) {
    const y = new Float32Array(outputs);
    for (let j = 0, at = 0; j < outputs; j++, at += inputs) {
      let even = 0;
      let odd = 0; // two sums: the processor need not wait for the one
      for (let i = 0; i < inputs - 1; i += 2) {
        even += w[at + i] * x[i];
        odd += w[at + i + 1] * x[i + 1];
      }
      if (inputs % 2) even += w[at + inputs - 1] * x[inputs - 1];
      y[j] = b[j] + even + odd;
    }
    return [activate(activation, y), [outputs]];
  },

  // 3 x 3, stride 1. The picture gets its zeros first, so that no loop asks where the edge is.
  conv({ inputs, outputs, w, b, activation, padding }, x, [, high, wide]) {
    const [h, v] = [high - 2 + 2 * padding, wide - 2 + 2 * padding]; // of the output
    const [tall, row] = [high + 2 * padding, wide + 2 * padding];
    const framed = new Float32Array(inputs * tall * row);
    for (let c = 0; c < inputs; c++)
      for (let i = 0; i < high; i++) {
        const from = (c * high + i) * wide;
        framed.set(x.subarray(from, from + wide), (c * tall + i + padding) * row + padding);
      }
    const y = new Float32Array(outputs * h * v);
    for (let o = 0; o < outputs; o++) {
      const plane = y.subarray(o * h * v, (o + 1) * h * v).fill(b[o]);
      for (let c = 0; c < inputs; c++) {
        const k = w.subarray((o * inputs + c) * 9, (o * inputs + c) * 9 + 9);
        for (let i = 0, to = 0; i < h; i++) {
          let p = (c * tall + i) * row; // three rows of the picture, of which this is the first
          let q = p + row;
          let r = q + row;
          for (let j = 0; j < v; j++, p++, q++, r++)
            plane[to++] +=
              k[0] * framed[p] + k[1] * framed[p + 1] + k[2] * framed[p + 2] +
              k[3] * framed[q] + k[4] * framed[q + 1] + k[5] * framed[q + 2] +
              k[6] * framed[r] + k[7] * framed[r + 1] + k[8] * framed[r + 2];
        }
      }
    }
    return [activate(activation, y), [outputs, h, v]];
  },

  // The largest of each 2 x 2 block; at an odd edge, of what is left.
  pool(_, x, [channels, high, wide]) {
    const [h, v] = [Math.ceil(high / 2), Math.ceil(wide / 2)];
    const y = new Float32Array(channels * h * v).fill(-Infinity);
    for (let c = 0, from = 0; c < channels; c++)
      for (let i = 0; i < high; i++)
        for (let j = 0; j < wide; j++, from++) {
          const to = (c * h + (i >> 1)) * v + (j >> 1);
          y[to] = Math.max(y[to], x[from]);
        }
    return [y, [channels, h, v]];
  },

  // Each pixel becomes a 2 x 2 block.
  up(_, x, [channels, high, wide]) {
    const y = new Float32Array(4 * x.length);
    for (let c = 0, to = 0; c < channels; c++)
      for (let i = 0; i < 2 * high; i++)
        for (let j = 0; j < 2 * wide; j++, to++)
          y[to] = x[(c * high + (i >> 1)) * wide + (j >> 1)];
    return [y, [channels, 2 * high, 2 * wide]];
  },

  reshape: ({ shape }, x) => [x, shape],
};

function activate(name, y) {
  if (name === "relu") for (let i = 0; i < y.length; i++) y[i] = Math.max(y[i], 0);
  if (name === "sigmoid") for (let i = 0; i < y.length; i++) y[i] = 1 / (1 + Math.exp(-y[i]));
  return y;
}

// A half (binary16, IEEE 754) from its bits: sign, 5 of exponent, 10 of fraction.
function single(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? 1024 + fraction : fraction) * UNIT[exponent];
}
const UNIT = Array.from({ length: 31 }, (_, exponent) => 2 ** (Math.max(exponent, 1) - 25));
