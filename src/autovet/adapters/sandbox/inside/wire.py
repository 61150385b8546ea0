"""How the service, the zygote and its jobs speak with each other."""

import struct

JOB, WARM = b"j", b"w"
"""What a socket is handed to the zygote for: to run a job, or to import libraries."""

SIZE = struct.Struct("<I")
"""Size in bytes of what follows."""
REQUEST = struct.Struct("<IId")
"""A job: number of steps, size in bytes of what they share, seconds for all steps.

What they share follows, and then each step: its head and itself.
"""
STEP = struct.Struct("<Id")
"""The head of a step: its size in bytes, and the seconds that it may take at most."""
TASK = struct.Struct("<IId")
"""What a step is let go with: sizes in bytes of what all share and of its own part, seconds."""
END = b"\n"
"""Last byte of a step's answer, which holds no other of its kind."""
FRAME = struct.Struct("<BddII")
"""A step's end: how, milliseconds by the clock and of the processor, sizes in bytes.

The sizes are of its answer and of its output. Processor time is known of those that were ended.
"""

ANSWERED, TIMEOUT, CRASHED, BROKEN = range(4)
"""How a step ended; BROKEN: its walls could not be put up, and it read nothing."""

ANSWER_BYTES = 256 << 10
OUTPUT_BYTES = 64 << 10
