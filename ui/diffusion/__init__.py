"""The views of the diffusion lesson."""
