"""How the service, the zygote and its jobs speak with each other."""

import struct

JOB, WARM = b"j", b"w"
"""What a socket is handed to the zygote for: to run a job, or to import libraries."""

SIZE = struct.Struct("<I")
"""Size in bytes of what follows."""
REQUEST = struct.Struct("<IId")
"""A job: number of steps, size of the payload in bytes, seconds for all steps."""
FRAME = struct.Struct("<BdII")
"""A step's end: how, milliseconds, sizes of its answer and of its output in bytes."""

ANSWERED, TIMEOUT, CRASHED, BROKEN = range(4)
"""How a step ended; BROKEN: its walls could not be put up, and it read nothing."""

ANSWER_BYTES = 256 << 10
OUTPUT_BYTES = 64 << 10
