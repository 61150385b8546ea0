"""What runs on the other side of the wall.

These files import only the standard library and each other, because they also run in the
interpreter of another environment, where Autovet is not installed.

The processes, each started by the one before it::

    service   the process that uses ``ZygoteSandbox``
    └── stub      a fresh interpreter: finds out which layers hold, enters the namespaces
        └── zygote    has the imports done; forks a job for each socket it is handed
            └── job       namespaces of its own; never reads what it passes on
                └── step      loses its last rights, then reads and runs the code under test
"""
