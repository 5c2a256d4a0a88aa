"""Train the weights that ship: `python -m core.pretrain NAME [--data mnist] [--device cuda]`.

It can be stopped at any time; the same command goes on where it stopped. The result goes to
assets/weights, with what was measured on the test set in its header.
"""
