"""The views of the lesson on diffusing digits."""
