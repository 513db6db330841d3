"""What can go wrong with history; nothing else is raised on purpose."""


class HistoryError(Exception):
    """Base of all; never raised itself. `key` names the reason for the user."""

    key: str


class FileRefused(HistoryError):
    """A file of which nothing is taken, and why."""


class NotUnderstood(FileRefused):
    """No format we know, or no series in it."""

    key = "file_not_understood"


class NoUnit(FileRefused):
    """Values of which nothing says the unit, and nothing else."""

    key = "file_no_unit"


class OneReading(FileRefused):
    """One reading of an index: an energy is the difference of two."""

    key = "file_one_reading"


class Impossible(FileRefused):
    """Values that cannot be, and nothing else: of another time, of too long a time, too large."""

    key = "file_impossible"


class FileTooLarge(FileRefused):
    """More than a household's file can hold, packed or unpacked."""

    key = "file_too_large"


class NestedTooDeep(FileRefused):
    """Archives in archives in archives."""

    key = "file_nested_too_deep"


class DangerousFile(FileRefused):
    """A document with a type declaration or entities: no meter's operator writes one."""

    key = "file_dangerous"


class OtherUnit(FileRefused):
    """A series of this name exists and measures something else."""

    key = "file_other_unit"


class NotRecorded(HistoryError):
    """Neither the recorder nor an import knows the series."""

    key = "series_not_recorded"
