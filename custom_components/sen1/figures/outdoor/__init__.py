"""How cold it is outside of a site: by a sensor, by a weather service, by an archive."""
