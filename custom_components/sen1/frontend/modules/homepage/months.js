/** What this month and this year came to, beside the same days of last year. */

import { periodAt, toField, yearEarlier } from "../calendar.js";
import { subline } from "../dom.js";
import { lastKnown, sameLastYear } from "../fetched.js";
import { askedOf, isRoof } from "../sites.js";
import { beside, costSince, figuresOf, heading, mainOf } from "./figures.js";
import { bars } from "./pictures.js";

const STEPS = { month: ["day", { day: "numeric" }], year: ["month", { month: "narrow" }] };

/** Return what is shown of a month or year, or nothing of a site that counts no energy. */
export function span(card, unit) {
  const { text, formats, site, hass, isNarrow } = card;
  const { zone } = formats;
  const entity = mainOf(card, unit);
  if (!entity) return undefined;
  const period = periodAt(Date.now(), unit, zone);
  const to = site && ["past", { period: unit, date: toField(period.begin, zone) }];
  const title = text[`this_${unit}`];
  const shown = figuresOf(card, unit);
  const known = lastKnown(hass, entity);
  if (!shown) {
    const until = known ? text.known_until(formats.date(known)) : text.no_data;
    return { title, to, content: [subline(text.not_known_yet), subline(until)] };
  }
  const last = isRoof(site) ? undefined : sameLastYear(card.state(entity).attributes);
  const before = formats.date(yearEarlier(period, zone).begin, {
    year: "numeric",
    month: unit === "month" ? "long" : undefined,
  });
  return {
    title,
    under:
      shown.since > period.begin
        ? text.since(formats.date(shown.since))
        : !isNarrow && formats.range(period.begin, new Date(+(known ?? Date.now()) + 1)),
    to,
    content: [
      heading(card, shown, "figure", "figure second"),
      last !== undefined && beside(card, shown.total - last, text.home[`than_${unit}`](before)),
      costSince(card, unit, shown.since),
      site && !isNarrow && bars(stepsOf(card, unit, period), isRoof(site) ? "sun" : ""),
    ],
  };
}

/** Return the steps, with those of last year as ticks: what is not known yet, what is to come. */
function stepsOf(card, unit, period) {
  const { formats, site } = card;
  const [step, parts] = STEPS[unit];
  const both = [period, yearEarlier(period, formats.zone)];
  const { found } = card.told(
    unit,
    ...both.map((one) => askedOf("sen1/energies", site.id, one, step)),
  );
  if (!found) return [];
  const names = isRoof(site) ? ["produced", "sold"] : ["bought"];
  const name = names.find((one) => found[0].quantities?.[one]);
  if (!name) return [];
  const [{ values, known }, last] = found.map(({ quantities }) => quantities?.[name]);
  const newest = known.findLastIndex((part) => part > 0);
  const isFar = (i) => i % 7 === 0 && Math.abs(i - newest) > 2;
  return found[0].begins.map((begin, i) => {
    const tick = last?.values[i];
    const isComing = begin > Date.now();
    const isUnknown = !(known[i] > 0);
    const unknown = isComing ? "coming-step" : "unknown-step";
    const of = (isComing ? unit === "year" && tick : tick) || undefined;
    return {
      value: isUnknown ? of : values[i],
      tick,
      look: isUnknown ? unknown : i === newest && "newest",
      label: (unit === "year" || i === newest || isFar(i)) && formats.date(begin, parts),
    };
  });
}
