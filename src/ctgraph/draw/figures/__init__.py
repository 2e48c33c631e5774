"""Static figures: SVG, PDF and PNG."""
