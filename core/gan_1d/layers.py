"""The compiled building blocks of the fast engine: activations, forward, backward, one SGD step.

A network is one flat float32 vector in the order of its layers, weights before biases:
W1 (h), b1 (h), W2 (h x h, row per output), b2 (h), w3 (h), b3 (1). Activations are laid out
feature-major, (h, n): the batch is the innermost axis, so each inner loop is a run of vector
instructions over samples.

After a change here, touch `kernel.py` too: numba notices changes of the file that holds the cached
function, not of those that it calls.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

# No "nnan" and no "ninf": a NaN has to come out as a NaN, or divergence would go unnoticed.
compiled = njit(
    nogil=True, cache=True, error_model="numpy", fastmath={"reassoc", "contract", "nsz", "arcp"}
)
ZERO, HALF, ONE, TWO, THREE = (np.float32(v) for v in (0, 0.5, 1, 2, 3))
TANH, RELU, SOFTPLUS = 0, 1, 2
KINDS = {"tanh": TANH, "relu": RELU, "softplus": SOFTPLUS}


@compiled
def tanh(x: Any) -> Any:
    """A rational minimax fit of tanh on [-7.9, 7.9], odd 13 over even 6: within 3e-7 of tanh.

    Coefficients as in Eigen's `ptanh` (MathFunctionsImpl.h).
    """
    x = min(max(x, np.float32(-7.90531110763549805)), np.float32(7.90531110763549805))
    s = x * x
    p = np.float32(-2.76076847742355e-16)
    p = p * s + np.float32(2.00018790482477e-13)
    p = p * s + np.float32(-8.60467152213735e-11)
    p = p * s + np.float32(5.12229709037114e-08)
    p = p * s + np.float32(1.48572235717979e-05)
    p = p * s + np.float32(6.37261928875436e-04)
    p = p * s + np.float32(4.89352455891786e-03)
    q = np.float32(1.19825839466702e-06)
    q = q * s + np.float32(1.18534705686654e-04)
    q = q * s + np.float32(2.26843463243900e-03)
    q = q * s + np.float32(4.89352518554385e-03)
    return x * p / q


@compiled
def softplus(x: Any) -> Any:
    """log(1 + e^x) = max(x, 0) + 2 artanh(q), q = (1 - t) / (3 + t), t = tanh(|x| / 2)."""
    t = tanh(HALF * abs(x))
    q = (ONE - t) / (THREE + t)
    s = q * q
    p = np.float32(2 / 13)
    p = p * s + np.float32(2 / 11)
    p = p * s + np.float32(2 / 9)
    p = p * s + np.float32(2 / 7)
    p = p * s + np.float32(2 / 5)
    p = p * s + np.float32(2 / 3)
    p = p * s + TWO
    return max(x, ZERO) + q * p


@compiled
def activate(a: Any, kind: int) -> None:
    """a <- activation(a), in place. a : (h, n)."""
    for j in range(a.shape[0]):
        row = a[j]
        if kind == TANH:
            for k in range(row.size):
                row[k] = tanh(row[k])
        elif kind == RELU:
            for k in range(row.size):
                row[k] = max(row[k], ZERO)
        else:
            for k in range(row.size):
                row[k] = softplus(row[k])


@compiled
def times_slope(d: Any, a: Any, kind: int) -> None:
    """d <- d * activation'(.), the slope written in terms of the activation's own value a."""
    for j in range(a.shape[0]):
        if kind == TANH:
            for k in range(a.shape[1]):
                d[j, k] *= ONE - a[j, k] * a[j, k]
        elif kind == RELU:
            for k in range(a.shape[1]):
                d[j, k] = d[j, k] if a[j, k] > ZERO else ZERO
        else:
            # 1 - e^-a, with the exponential from the tanh of half of a
            for k in range(a.shape[1]):
                t = tanh(HALF * a[j, k])
                d[j, k] *= TWO * t / (ONE + t)


@compiled
def rows(h: int, n: int) -> Any:
    return np.empty((h, n), np.float32)


@compiled
def forward(p: Any, kind: int, x: Any, a1: Any, a2: Any, out: Any) -> None:
    """out <- network(x), with both hidden activations in a1, a2. x, out : (n,), a1, a2 : (h, n)."""
    h, n = a1.shape
    w2, b2, w3 = 2 * h, 2 * h + h * h, 3 * h + h * h
    for j in range(h):
        w, b = p[j], p[h + j]
        for k in range(n):
            a1[j, k] = w * x[k] + b
    activate(a1, kind)
    # two outputs and four inputs at a time: eight products for eight loads and stores
    for j in range(0, h - 1, 2):
        r0, r1 = a2[j], a2[j + 1]
        c0, c1 = p[b2 + j], p[b2 + j + 1]
        for k in range(n):
            r0[k], r1[k] = c0, c1
        for i in range(0, h - 3, 4):
            u, v = w2 + j * h + i, w2 + j * h + h + i
            p0, p1, p2, p3 = p[u], p[u + 1], p[u + 2], p[u + 3]
            q0, q1, q2, q3 = p[v], p[v + 1], p[v + 2], p[v + 3]
            for k in range(n):
                x0, x1, x2, x3 = a1[i, k], a1[i + 1, k], a1[i + 2, k], a1[i + 3, k]
                r0[k] += p0 * x0 + p1 * x1 + p2 * x2 + p3 * x3
                r1[k] += q0 * x0 + q1 * x1 + q2 * x2 + q3 * x3
        for i in range(h - h % 4, h):
            u, v = p[w2 + j * h + i], p[w2 + j * h + h + i]
            for k in range(n):
                r0[k] += u * a1[i, k]
                r1[k] += v * a1[i, k]
    if h % 2:
        row, b = a2[h - 1], p[b2 + h - 1]
        for k in range(n):
            row[k] = b
        for i in range(h):
            w = p[w2 + (h - 1) * h + i]
            for k in range(n):
                row[k] += w * a1[i, k]
    activate(a2, kind)
    b = p[w3 + h]
    for k in range(n):
        out[k] = b
    for j in range(h):
        w = p[w3 + j]
        for k in range(n):
            out[k] += w * a2[j, k]


@compiled
def backward(p: Any, kind: int, a1: Any, a2: Any, d: Any, d1: Any, d2: Any) -> None:
    """Errors of both hidden layers from the error d of the output. d : (n,), d1, d2 : (h, n)."""
    h, n = a1.shape
    w2, w3 = 2 * h, 3 * h + h * h
    for j in range(h):
        w = p[w3 + j]
        for k in range(n):
            d2[j, k] = w * d[k]
    times_slope(d2, a2, kind)
    for i in range(h):
        row = d1[i]
        for k in range(n):
            row[k] = ZERO
        for j in range(0, h - 3, 4):
            u = w2 + j * h + i
            p0, p1, p2, p3 = p[u], p[u + h], p[u + 2 * h], p[u + 3 * h]
            for k in range(n):
                row[k] += p0 * d2[j, k] + p1 * d2[j + 1, k] + p2 * d2[j + 2, k] + p3 * d2[j + 3, k]
        for j in range(h - h % 4, h):
            w = p[w2 + j * h + i]
            for k in range(n):
                row[k] += w * d2[j, k]
    times_slope(d1, a1, kind)


@compiled
def descend(p: Any, lr: Any, x: Any, a1: Any, a2: Any, d: Any, d1: Any, d2: Any) -> None:
    """One SGD step: p <- p - lr * gradient, each entry of which is a sum over the batch."""
    h, n = a1.shape
    w2, b2, w3 = 2 * h, 2 * h + h * h, 3 * h + h * h
    s = ZERO
    for k in range(n):
        s += d[k]
    p[w3 + h] -= lr * s
    for j in range(h):
        s, t = ZERO, ZERO
        for k in range(n):
            s += d[k] * a2[j, k]
            t += d2[j, k]
        p[w3 + j] -= lr * s
        p[b2 + j] -= lr * t
        s, t = ZERO, ZERO
        for k in range(n):
            s += d1[j, k] * x[k]
            t += d1[j, k]
        p[j] -= lr * s
        p[h + j] -= lr * t
        for i in range(0, h - 1, 2):
            s, t = ZERO, ZERO
            for k in range(n):
                s += d2[j, k] * a1[i, k]
                t += d2[j, k] * a1[i + 1, k]
            p[w2 + j * h + i] -= lr * s
            p[w2 + j * h + i + 1] -= lr * t
        if h % 2:
            s = ZERO
            for k in range(n):
                s += d2[j, k] * a1[h - 1, k]
            p[w2 + j * h + h - 1] -= lr * s
