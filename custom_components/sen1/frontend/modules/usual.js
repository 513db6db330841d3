/** What is usual of a site, or of an appliance, at each quarter of an hour of a day. */

const QUARTER = 900_000;

/** Return a day beside what is usual on such days, or nothing where nobody can tell. */
export const usualOf = (hass, site, asked = {}) =>
  hass.callWS({ type: "sen1/usual", site: site.id, ...asked }).catch(() => ({}));

/** Return the band of a day, W; undefined while too few days tell of it. */
export function bandOf({ low, high }) {
  if (!low?.some((one) => one !== null)) return undefined;
  const [lower, upper] = [low, high].map((all) => Float64Array.from(all, (one) => one ?? NaN));
  return { low: lower, high: upper, step: QUARTER };
}
