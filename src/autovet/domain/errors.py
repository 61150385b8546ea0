"""Everything that Autovet raises.

::

    AutovetError
    ├── InputError            the call itself was wrong (also a ValueError)
    │   ├── ContextError      a known context key with a value of the wrong type
    │   └── SettingsError     a setting that cannot be used
    ├── AnalyzerError         an analyzer did not answer
    │   ├── AnalyzerUnavailable   missing, crashed or resting after crashes
    │   └── AnalyzerTimeout       no answer within its budget
    ├── SandboxUnavailable    this host cannot isolate a run
    ├── RepairerUnavailable   the configured model gave no usable answer
    ├── StoreError            the store could not be read or written
    └── KnowledgeError        a list of names or a wheel cannot be used
"""


class AutovetError(Exception):
    """Base of all errors that Autovet raises."""


class InputError(AutovetError, ValueError):
    """The call was wrong; the message names the thing and what was probably meant."""


class ContextError(InputError, TypeError):
    """A known context key holds a value of the wrong type."""


class SettingsError(InputError):
    """A setting cannot be used."""


class AnalyzerError(AutovetError):
    """An analyzer did not answer."""


class AnalyzerUnavailable(AnalyzerError):  # noqa: N818 (reads as the state that it reports)
    """The analyzer is missing, crashed, or rests after repeated crashes."""


class AnalyzerTimeout(AnalyzerError):  # noqa: N818 (as above)
    """The analyzer gave no answer within its budget and was restarted."""


class CannotDecideError(AnalyzerError):
    """An analysis ended without an answer, and says why; what it found so far stands."""


class SandboxUnavailable(AutovetError):  # noqa: N818 (as above)
    """This host cannot isolate a run, so nothing is executed."""


class RepairerUnavailable(AutovetError):  # noqa: N818 (as above)
    """The configured model did not answer, or not in the form that it was asked for."""


class StoreError(AutovetError):
    """The store could not be read or written."""


class KnowledgeError(AutovetError):
    """A list of names, a wheel or a download cannot be used; the message says which and why."""
