"""Binary sensors: each part brings its own."""

from . import platform_of
from .const import Kind
from .enphase import binary_sensor as enphase_binary_sensor
from .federation import binary_sensor as federation_binary_sensor
from .figures.site import binary_sensor as figures_binary_sensor
from .linky import binary_sensor as linky_binary_sensor

PARALLEL_UPDATES = 0

async_setup_entry = platform_of(
    {
        Kind.ENPHASE: (enphase_binary_sensor,),
        Kind.LINKY: (linky_binary_sensor,),
        Kind.ACCOUNT: (federation_binary_sensor,),
        Kind.HOME: (figures_binary_sensor,),
    }
)
