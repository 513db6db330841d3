"""Sensors: each part brings its own."""

from . import platform_of
from .const import Kind
from .enedis import sensor as enedis_sensor
from .enphase import sensor as enphase_sensor
from .federation import sensor as federation_sensor
from .figures.account import sensor as account_sensor
from .figures.site import sensor as figures_sensor
from .linky import sensor as linky_sensor

PARALLEL_UPDATES = 0

async_setup_entry = platform_of(
    {
        Kind.LINKY: (linky_sensor,),
        Kind.ENPHASE: (enphase_sensor,),
        Kind.ENEDIS: (enedis_sensor,),
        Kind.ACCOUNT: (federation_sensor, account_sensor),
        Kind.HOME: (figures_sensor,),
    }
)
