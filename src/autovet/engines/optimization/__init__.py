"""Reads the layer's own measurements and acts on them."""
