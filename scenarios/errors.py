"""The one kind of error a user can cause.

ChannelLabError
└── BadInput        something given to the lab is wrong: a file, a key, a value, a folder
"""


class ChannelLabError(Exception):
    """Root of all errors that the lab raises on purpose; shown to people as one sentence."""


class BadInput(ChannelLabError):
    """Something a person gave is wrong; the command line prints it as one sentence and exits with code 2.

    Args:
        where: the file, command-line option or folder at fault.
        key: the dotted key, column or row inside it; empty if the whole of it is at fault.
        problem: what was found and what is allowed, e.g. ``"is 1.7, allowed are values up to 1"``.
    """

    def __init__(self, where: str, key: str, problem: str) -> None:
        self.where, self.key, self.problem = where, key, problem
        super().__init__(f"{where}: {key + ' ' if key else ''}{problem}")
