/** The powers of a site: the means of its half-hours, and the highest of any steps. */

import { WATTS } from "./formats.js";
import { askedOf } from "./sites.js";

export const HALF_HOUR = 1_800_000;
/** A half-hour of which less is known says nothing of the rest of it. */
const ENOUGH = 0.5;

/**
 * Return the mean power of each half-hour of a period that is over, W, NaN where nothing is known, of
 * the first of these quantities that a site has; undefined if it has none.
 */
export async function halfHours(hass, { id }, names, period) {
  const { quantities = {} } = await hass
    .callWS(askedOf("sen1/energies", id, period, "half_hour"))
    .catch(() => ({}));
  const name = names.find((one) => quantities[one]);
  if (!name) return undefined;
  const { values, known } = quantities[name];
  const isOver = (i) => +period.begin + (i + 1) * HALF_HOUR <= Date.now();
  return Float64Array.from(values, (energy, i) =>
    isOver(i) && known[i] >= ENOUGH ? (2000 * energy) / known[i] : NaN,
  );
}

/**
 * Return the highest powers of the steps in W, and the highest of all: `{values, at, isApparent,
 * top, isMean}`; `isMean` where they are means of half-hours, since nothing recorded the highest.
 */
export function peaksOf({ peak }) {
  if (!peak) return undefined;
  const values = peak.power.map((power) =>
    Number.isFinite(power) ? power * WATTS[peak.unit] : null,
  );
  const top = values.reduce((best, value, i) => (value > (values[best] ?? -1) ? i : best), 0);
  // A meter from which nothing has been drawn yet has no highest power.
  if (!values[top]) return undefined;
  const isApparent = peak.unit.endsWith("VA");
  return { values, at: peak.at, isApparent, top, isMean: peak.basis === "half_hour" };
}
