/** The mean powers of a site's half-hours, of the series that all pages show. */

export const HALF_HOUR = 1_800_000;
/** A half-hour of which less is known says nothing of the rest of it. */
const ENOUGH = 0.5;

/**
 * Return the mean power of each half-hour of a period that is over, kW, NaN where nothing is known, of
 * the first of these quantities that a site has; undefined if it has none.
 */
export async function halfHours(hass, site, names, { begin, end }) {
  const { quantities = {} } = await hass
    .callWS({
      type: "sen1/energies",
      site: site.id,
      begin: begin.toISOString(),
      end: end.toISOString(),
      step: "half_hour",
    })
    .catch(() => ({}));
  const name = names.find((one) => quantities[one]);
  if (!name) return undefined;
  const { values, known } = quantities[name];
  const isOver = (i) => +begin + (i + 1) * HALF_HOUR <= Date.now();
  return Float64Array.from(values, (energy, i) =>
    isOver(i) && known[i] >= ENOUGH ? (energy * 2) / known[i] : NaN,
  );
}
