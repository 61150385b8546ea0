"""A small shop; ``invoices`` is sound, ``reviews`` was written in a hurry."""
