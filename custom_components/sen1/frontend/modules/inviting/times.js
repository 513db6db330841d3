/** Dates of invitations as they are read. */

const DAY = { day: "numeric", month: "short" };

/** Return `Thursday 3 December 2026, 20:00`: until when a link works. */
export const momentOf = (formats, time) => `${formats.longDate(time)}, ${formats.time(time)}`;

/** Return `3 Dec`. */
export const dayOf = (formats, time) => formats.date(time, DAY);

/** Return `3 Dec, 20:00`. */
export const shortMomentOf = (formats, time) => `${dayOf(formats, time)}, ${formats.time(time)}`;

/** Return `3 Dec 2026`. */
export const dateOf = (formats, time) => formats.date(time, { ...DAY, year: "numeric" });
