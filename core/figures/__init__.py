"""Arrays in, plotly figures out. Colours mean the same thing in all of them."""
