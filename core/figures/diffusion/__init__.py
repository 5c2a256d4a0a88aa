"""The pictures of diffusion on the line and in the plane."""
