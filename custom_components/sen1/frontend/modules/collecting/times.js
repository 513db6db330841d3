/** The last days of collections: what is told as a time ends with the day before. */

import { toField } from "../calendar.js";

/** Return the last day of what ends at a time, as its field writes it. */
export const lastDayOf = (until, zone) => toField(new Date(Date.parse(until) - 1), zone);

/** Return a day of a field as it is read: `31 December 2027`. */
export const dayRead = (formats, day) =>
  formats.date(new Date(`${day}T12:00:00Z`), { day: "numeric", month: "long", year: "numeric" });
