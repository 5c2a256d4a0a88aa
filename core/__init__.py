"""Models, training, data, metrics and figures. Importable, and usable, without the app."""
