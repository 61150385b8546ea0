"""How untrusted values flow through a module: an abstract interpreter and its library models."""
