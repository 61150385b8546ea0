"""Works out calls to try functions on where nobody gave examples."""

from autovet.source.derivation.probing import probes_of

__all__ = ["probes_of"]
