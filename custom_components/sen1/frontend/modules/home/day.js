/** What today, or the day that is over, came to and cost, beside the same day of the week before. */

import { periodAt, startOfDay, toField } from "../calendar.js";
import { figure, formPath } from "../card.js";
import { h, haIcon, note, subline } from "../dom.js";
import { CENTS, ENERGY_DIGITS, lowered } from "../formats.js";
import { first, isReadByHand, lastKnown, perDay } from "../installation.js";
import { HALF_HOUR } from "../powers.js";
import { askedOf, isRoof } from "../sites.js";
import { dayOf, figuresOf, mainOf, sinceOf } from "./figures.js";
import { beside } from "./words.js";

/** From this part on a time is known well enough to be held against another. */
const ENOUGH = 0.98;

/** Return what is shown of the day, or nothing of a site that counts no energy. */
export function day(card) {
  const { here, text, formats } = card;
  const figures = dayOf(here);
  const entity = mainOf(card, figures);
  if (!entity) return undefined;
  const { begin } = periodAt(Date.now(), "day", formats.zone, figures === "day" ? 0 : -1);
  const title = text[`this_${figures}`];
  const shown = figuresOf(card, figures);
  if (!shown) return unknown(card, title, begin, entity);
  const { word, total, paid, since, rows, bill } = shown;
  const named = since > begin ? text.since(formats.date(since)) : dateOf(formats, begin);
  return {
    title,
    under: `${named}, ${lowered(word)}`,
    to: ["past", { period: "day", date: toField(begin, formats.zone) }],
    content: [
      h(
        "div",
        { class: "figures" },
        figure(formats.number(total, ENERGY_DIGITS), "kWh", "figure answer"),
        paid !== undefined && h("p", { class: "figure money" }, formats.money(paid)),
      ),
      rows.length > 0 && [splitBar(rows), table(card, rows)],
      words(card, figures, shown, begin),
      bill.has_whole_days && note(text.home.whole_days),
      costSince(card, figures, since),
      figures === "yesterday" ? later(card, shown) : before(card, shown, begin),
    ],
  };
}

const dateOf = (formats, day) =>
  formats.date(day, { weekday: "long", day: "numeric", month: "long" });

/** Return a day of which nothing has come yet: until when it is known, and what makes it known. */
function unknown(card, title, begin, entity) {
  const { here, text, formats, site } = card;
  const known = lastKnown(card.hass, entity);
  const until = known && text.known_until(formats.date(known));
  const mean = isReadByHand(here) ? perDay(card.hass, here) : undefined;
  const isAsked = isReadByHand(here) && card.may("set_up") && site;
  return {
    title: mean ? text.home.each_day : title,
    under: mean ? until : dateOf(formats, begin),
    content: [
      mean &&
        figure(formats.number(mean.energy, ENERGY_DIGITS), text.home.kwh_a_day, "figure answer"),
      mean && subline(text.home.mean_since(formats.date(mean.begin))),
      !mean && coming(card, text.not_known_yet, until ?? text.no_data),
      isAsked && card.adder(formPath(site), text.home.enter_reading, false),
    ],
  };
}

/** Return what is still to come, hatched. */
const coming = ({ text }, what, when) =>
  h(
    "div",
    { class: "coming" },
    h(
      "p",
      null,
      haIcon("mdi:clock-outline"),
      h("span", null, h("strong", null, what), text.colon, when),
    ),
  );

/** Return the lines under a day that is over: what the one before came to, and when today comes. */
function later(card, { entity }) {
  const { text, formats } = card;
  const last = card.state(entity).attributes.last_period;
  return [
    last > 0 && note(text.home.day_before(formats.energy(last))),
    coming(card, text.this_day, text.home.tomorrow_morning),
  ];
}

/** Return the bar of the parts, as wide as their energies. */
export function splitBar(rows) {
  return h(
    "div",
    { class: "bar", "aria-hidden": "true" },
    rows
      .filter(({ energy }) => energy > 0)
      .map(({ energy, fill, line }) =>
        h("span", {
          style: `flex: ${energy}; background: var(${fill}); border-color: var(${line})`,
        }),
      ),
  );
}

/** Return the parts in figures. */
export function table({ text, formats }, rows) {
  const hasCost = rows.some(({ cost }) => Number.isFinite(cost));
  return h(
    "table",
    { class: "parts" },
    h(
      "tbody",
      null,
      rows.map(({ name, energy, cost, fill, line, since }) =>
        h(
          "tr",
          null,
          h(
            "th",
            { scope: "row" },
            h("span", {
              class: "swatch",
              style: `background: var(${fill}); border-color: var(${line})`,
            }),
            name,
            since && subline(text.since(formats.date(since))),
          ),
          h("td", null, formats.energy(energy)),
          hasCost && h("td", null, Number.isFinite(cost) ? formats.money(cost, CENTS) : ""),
        ),
      ),
    ),
  );
}

/** Return since when the cost is known, if that is later than the energy. */
export function costSince(card, figures, since) {
  const paidSince = sinceOf(card, first(card.here, `cost_${figures}`));
  return paidSince > since && note(card.text.home.cost_since(card.formats.date(paidSince)));
}

/** Return the sentence beside the week before, and whether the day is usual where it is told later. */
function words(card, figures, { total, entity }, begin) {
  const { here, text, formats, site } = card;
  const told = [];
  const week = site && !isRoof(site) && weekBefore(card, begin);
  if (week) {
    const { attributes } = card.state(entity);
    const until = Math.min(Date.parse(attributes.known_until) || Date.now(), Date.now());
    const before = figures === "day" ? until - begin : Infinity;
    const same = attributes.known >= 100 * ENOUGH ? sumUntil(week, before) : undefined;
    const weekday = formats.date(begin, { weekday: "long" });
    const than = text.home[figures === "day" ? "than_same_hour" : "than_last"](weekday);
    if (same !== undefined) told.push(beside(card, total - same, than));
  }
  const usual = card.state(first(here, ...(figures === "yesterday" ? ["usual_yesterday"] : [])));
  if (usual) {
    const { low, high } = usual.attributes;
    const range = [formats.number(low, ENERGY_DIGITS), formats.energy(high)];
    told.push(note(text.home.usual_day(card.hass.formatEntityState(usual), ...range)));
  }
  // Its place is kept, so that nothing moves as it comes.
  const isComing = week === undefined && site && !isRoof(site);
  return [told, isComing && h("p", { class: "beside-it" }, "\u00a0")];
}

/** Return the half-hours of the same day a week before; undefined while they come. */
function weekBefore(card, begin) {
  const { zone } = card.formats;
  const span = { begin: startOfDay(begin, zone, -7), end: startOfDay(begin, zone, -6) };
  const { found, status } = card.told(
    "week",
    askedOf("sen1/energies", card.site.id, span, "half_hour"),
  );
  return status === "error" ? false : found && (found[0].quantities?.bought ?? false);
}

/** Return what half-hours come to within so many ms, or undefined where too little of them is known. */
function sumUntil({ values, known }, length) {
  let [sum, sure, all] = [0, 0, 0];
  values.forEach((value, i) => {
    const part = Math.max(0, Math.min(1, length / HALF_HOUR - i));
    sum += (value ?? 0) * part;
    sure += known[i] * part;
    all += part;
  });
  return sure >= ENOUGH * all && all > 0 ? sum : undefined;
}

/** Return the line of the day before. */
function before(card, { entity }, begin) {
  const { text, formats, site } = card;
  const last = card.state(entity).attributes.last_period;
  if (!(last > 0)) return false;
  const yesterday = { begin: startOfDay(begin, formats.zone, -1), end: begin };
  const { found } = site
    ? card.told("yesterday", askedOf("sen1/energies", site.id, yesterday, "day"))
    : {};
  const paid = !isRoof(site) && found?.[0].quantities?.bought?.total_cost;
  return h(
    "p",
    { class: "before-it" },
    h("span", null, text.home.yesterday(formats.date(yesterday.begin, { weekday: "long" }))),
    h("span", null, formats.energy(last)),
    Number.isFinite(paid) && h("span", null, formats.money(paid)),
  );
}
