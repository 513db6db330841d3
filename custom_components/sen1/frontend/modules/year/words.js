/** How the times of the year are called; days are given as the answers write them, the last one included. */

import { fromField, monthsOf, startOfDay } from "../calendar.js";
import { opener } from "../opener.js";

/** Return `{begin, end}` of days of the home, of which the last is the day that ends it. */
export const daysBetween = (begin, end, zone) => ({
  begin: fromField(begin, zone),
  end: startOfDay(fromField(end, zone), zone, 1),
});

/** Return both ends of days in words. */
export const spanOf = ({ begin, end }, formats) => formats.range(begin, end);

/** Return the months of a time, with where each is named. */
export function monthsIn({ begin, end }, formats, isNarrow) {
  const times = monthsOf({ begin, end }, formats.zone);
  return times.map((time, i) => ({
    time,
    middle: (+time + +(times[i + 1] ?? end)) / 2,
    text: formats.date(time, { month: isNarrow ? "narrow" : "short" }),
  }));
}

/** Return a day in words. */
export const dayOf = (time, formats) => formats.date(time, { day: "numeric", month: "short" });

/** Return a button that leads to the form of a site, for those who may fill it in. */
export const toForm = (card, label) =>
  opener(card, label, { entry: card.site.id }, { icon: "mdi:thermometer", class: "full" });
