"""One file a step; the newest is named by ``schema.HEAD``."""
