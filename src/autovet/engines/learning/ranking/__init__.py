"""Which findings people act on: rates that fall back on the general, and a logistic regression."""
