"""What travels into the sandbox to run variants there; the service never imports it.

``autovet_trials`` is its name in there. It runs on the interpreter of the environment under test.
"""
