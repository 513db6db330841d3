"""Why there is no report; the keys are those of the translated exceptions."""

from typing import ClassVar


class ReportError(Exception):
    """A report that cannot be made."""

    key: ClassVar[str]


class NothingKnown(ReportError):
    """Nothing is known of the time that is asked for."""

    key = "report_nothing_known"


class NoSuchSite(ReportError):
    """No site or series of that name runs."""

    key = "report_no_site"


class WrongPeriod(ReportError):
    """The days are none, too many or to come."""

    key = "report_wrong_period"
