"""The views of the VAE lesson."""
