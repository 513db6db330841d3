"""Names of what a Home entry stores, and of subentries: each room has those of its own fields."""

CONF_BOUGHT_POWER = "bought_power"
CONF_BOUGHT_INDEX = "bought_index"
CONF_SOLD_POWER = "sold_power"
CONF_SOLD_INDEX = "sold_index"
CONF_PRODUCED_POWER = "produced_power"
CONF_PRODUCED_INDEX = "produced_index"
CONF_DISCHARGED_POWER = "discharged_power"
CONF_DISCHARGED_INDEX = "discharged_index"
CONF_CHARGED_INDEX = "charged_index"
"""Lists of sensors whose sum is meant; each by its id in the entity registry if it has one."""

CONF_FLOOR_AREA = "floor_area"
"""m²."""
CONF_SUBSCRIBED_POWER = "subscribed_power"
"""kVA."""
CONF_HEATING = "heating"
CONF_HISTORY = "history"
"""The statistic of what was bought before this home was counted, by its reference: that of its
sensor, or its own id."""
CONF_GAS = "gas"
"""The statistic of the gas a home uses, an energy or a volume; likewise."""
CONF_GAS_COEFFICIENT = "gas_coefficient"
"""kWh of a cubic metre of it."""
CONF_BY_HAND = "by_hand"
"""Whether nothing but people reads the electricity meter."""

NEED = "need"
"""The type of subentry: an appliance that should run on surplus."""

TARIFF = "tariff"
"""The type of subentry: a contract and its prices, since a day."""

HOLDING = "shareholding"
"""The type of subentry: a part of a cooperative's project."""

GROUP = "group"
"""The type of subentry: the sum or the mean of several series."""
RANKING = "ranking"
"""The type of subentry: homes in order of what they use for each square metre."""

MANUAL_METER = "manual_meter"
"""The type of subentry: a meter that people read."""
