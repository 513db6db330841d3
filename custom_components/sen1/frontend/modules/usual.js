/** What is usual of a site, or of an appliance, at each quarter of an hour of a day. */

const QUARTER = 900_000;
const KILO = 1e-3;

/** Return a day beside what is usual on such days, or nothing where nobody can tell. */
export const usualOf = (hass, site, asked = {}) =>
  hass.callWS({ type: "sen1/usual", site: site.id, ...asked }).catch(() => ({}));

const kilowatts = (watts) => Float64Array.from(watts, (one) => (one === null ? NaN : one * KILO));

/** Return the band of a day, kW; undefined while too few days tell of it. */
export function bandOf({ low, high }) {
  if (!low?.some((one) => one !== null)) return undefined;
  return { low: kilowatts(low), high: kilowatts(high), step: QUARTER };
}

/** Return the means of the quarters of a day, kW. */
export const curveOf = ({ power = [] }) => ({ values: kilowatts(power), step: QUARTER });
