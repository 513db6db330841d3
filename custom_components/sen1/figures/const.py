"""Names of what a Home entry stores."""

from __future__ import annotations

CONF_BOUGHT_POWER = "bought_power"
CONF_BOUGHT_INDEX = "bought_index"
CONF_SOLD_POWER = "sold_power"
CONF_SOLD_INDEX = "sold_index"
CONF_PRODUCED_POWER = "produced_power"
CONF_PRODUCED_INDEX = "produced_index"
CONF_DISCHARGED_POWER = "discharged_power"
CONF_DISCHARGED_INDEX = "discharged_index"
CONF_CHARGED_POWER = "charged_power"
CONF_CHARGED_INDEX = "charged_index"
"""Lists of sensors whose sum is meant; each by its id in the entity registry if it has one."""

CONF_FLOOR_AREA = "floor_area"
"""m²."""
CONF_SUBSCRIBED_POWER = "subscribed_power"
"""kVA."""
CONF_HEATING = "heating"
HEATINGS = ("electric", "heat_pump", "gas", "oil", "wood", "district", "other")

SECTION_GRID = "grid"
SECTION_PRODUCTION = "production"
SECTION_STORAGE = "storage"
SECTION_HOUSE = "house"
"""Sections of the form; what is stored is flat."""

NEED = "need"
"""The type of subentry: an appliance that should run on surplus."""

CONF_POWER = "power"
"""W, when nobody measures it."""
CONF_PRIORITY = "priority"
CONF_SURPLUS = "surplus"
"""Another sensor's surplus than the home's, by its reference."""
CONF_COUNTED = "counted"
"""Is the appliance's own use part of that surplus?"""
CONF_APPLIANCE = "appliance"
"""A sensor of the appliance's own power, by its reference."""
CONF_THRESHOLD = "threshold"
CONF_HYSTERESIS = "hysteresis"
CONF_DELAY = "delay"
CONF_MINIMUM = "minimum"

SECTION_FINE = "fine"

CONF_MUTED = "muted"
"""Option: the faults that raise no issue."""
