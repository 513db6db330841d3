"""Files of the past: what households can download, and what other programs write.

`read_file` tells the format by the content, never by a name.
"""

from .found import Found, FoundSeries, LeftOut
from .reading import read_file
from .writing import Format, write_file

__all__ = ["Format", "Found", "FoundSeries", "LeftOut", "read_file", "write_file"]
