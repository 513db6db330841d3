"""Events: each part brings its own."""

from . import platform_of
from .const import Kind
from .federation import event as federation_event
from .figures.site import event as figures_event
from .linky import event as linky_event

PARALLEL_UPDATES = 0

async_setup_entry = platform_of(
    {Kind.LINKY: (linky_event,), Kind.ACCOUNT: (federation_event,), Kind.HOME: (figures_event,)}
)
