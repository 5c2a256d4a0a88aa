"""The views of the lesson on autoencoders, but for the training, which `ui.train` has for all."""
