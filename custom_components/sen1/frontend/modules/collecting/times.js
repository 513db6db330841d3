/** The last days of collections: what is told as a time ends with the day before. */

import { toField } from "../calendar.js";

/** Return the last day of what ends at a time, as its field writes it. */
export const lastDayOf = (until, zone) => toField(new Date(Date.parse(until) - 1), zone);
