/** What today, or the day that is over, came to and cost, beside the same day of the week before. */

import { periodAt, startOfDay, toField } from "../calendar.js";
import { figure } from "../card.js";
import { h, haIcon, note, subline } from "../dom.js";
import { lastKnown, perDay } from "../fetched.js";
import { ENERGY_DIGITS, lowered } from "../formats.js";
import { first, having, isReadByHand, nameOf } from "../installation.js";
import { opener } from "../opener.js";
import { HALF_HOUR } from "../powers.js";
import { askedOf, isRoof } from "../sites.js";
import { ENOUGH } from "../year/answers.js";
import { beside, costSince, dayOf, figuresOf, heading, mainOf, parts } from "./figures.js";

/** The form in which what a meter shows is entered. */
const READING = { subentry: "manual_meter", isChanged: true, steps: ["reading"] };

/** Return what is shown of the day, or nothing of a site that counts no energy. */
export function day(card) {
  const { here, text, formats } = card;
  const figures = dayOf(here);
  const entity = mainOf(card, figures);
  if (!entity) return undefined;
  const back = figures === "day" ? 0 : -1;
  const { begin } = periodAt(Date.now(), "day", formats.zone, back);
  const title = text[`this_${figures}`];
  const shown = figuresOf(card, figures);
  if (!shown) return unknown(card, title, formats.weekDay(begin), entity);
  const { word, since, rows, bill } = shown;
  const named = since > begin ? text.since(formats.date(since)) : formats.weekDay(begin);
  return {
    title,
    under: `${named}, ${lowered(word)}`,
    to: card.site && ["past", { period: "day", date: toField(begin, formats.zone) }],
    content: [
      heading(card, shown, "figure answer", "figure money"),
      parts(card, rows),
      card.site && !isRoof(card.site) && weekBefore(card, shown, begin, back),
      back < 0 && usual(card),
      bill.has_whole_days && note(text.home.whole_days),
      costSince(card, figures, since),
      back ? later(card, shown) : before(card, shown, begin),
      isReadByHand(here) && readers(card),
    ],
  };
}

/** Return a day of which nothing has come yet: until when it is known, and what makes it known. */
function unknown(card, title, date, entity) {
  const { here, text, formats, hass } = card;
  const known = lastKnown(hass, entity);
  const until = known ? text.known_until(formats.date(known)) : text.no_data;
  const isRead = isReadByHand(here);
  const mean = isRead && perDay(hass, here);
  if (!mean) {
    const content = [coming(card, text.not_known_yet, until), isRead && readers(card)];
    return { title, under: date, content };
  }
  return {
    title: text.home.each_day,
    under: until,
    content: [
      figure(formats.number(mean.energy, ENERGY_DIGITS), text.home.kwh_a_day, "figure answer"),
      subline(text.home.mean_since(formats.date(mean.begin))),
      readers(card),
    ],
  };
}

/** Return what opens the form of each meter that is read: of several, with its name. */
function readers(card) {
  const { here, hass, text, site } = card;
  const { enter_reading: enter, with: named } = text.home;
  const rows = having(here, "read_index", "read_index_of_tariff");
  const meters = [...new Set(rows.map(({ device_id: id }) => hass.devices[id]))];
  return meters.map((one) => {
    const [id] = one?.config_entries_subentries?.[site?.id] ?? [];
    const asked = { entry: site?.id, subentry_id: id, ...READING };
    return opener(card, meters.length > 1 ? named(enter, nameOf(one)) : enter, asked);
  });
}

/** Return what is still to come, hatched. */
const coming = ({ text }, what, when) =>
  h(
    "div.coming",
    h("p", haIcon("mdi:clock-outline"), h("span", h("strong", what), text.colon, when)),
  );

/** Return what the day before one that is over came to, and when today comes. */
function later(card, { entity }) {
  const { text, formats } = card;
  const last = card.state(entity).attributes.last_period;
  return [
    last > 0 && note(text.home.day_before(formats.energy(last))),
    coming(card, text.this_day, text.home.tomorrow_morning),
  ];
}

/** Return whether a day that is over was usual. */
function usual(card) {
  const { here, text, formats, hass } = card;
  const state = card.state(first(here, "usual_yesterday"));
  if (!state) return false;
  const { low, high } = state.attributes;
  const range = [formats.number(low, ENERGY_DIGITS), formats.energy(high)];
  return note(text.home.usual_day(hass.formatEntityState(state), ...range));
}

/** Return the sentence beside the same day a week before, of a day that goes on until the same hour. */
function weekBefore(card, { total, entity }, begin, back) {
  const { text, formats, site } = card;
  const span = {
    begin: startOfDay(begin, formats.zone, -7),
    end: startOfDay(begin, formats.zone, -6),
  };
  const { found, status } = card.told("week", askedOf("sen1/energies", site.id, span, "half_hour"));
  // Its place is kept, so that nothing moves as it comes.
  if (!found) return status === "loading" && h("p.beside-it", "\u00a0");
  const { known, known_until: until } = card.state(entity).attributes;
  const length = back ? Infinity : Math.min(Date.parse(until) || Date.now(), Date.now()) - begin;
  const same = known >= 100 * ENOUGH && sumUntil(found[0].quantities?.bought, length);
  const than = text.home[back ? "than_last" : "than_same_hour"];
  return (
    Number.isFinite(same) &&
    beside(card, total - same, than(formats.date(begin, { weekday: "long" })))
  );
}

/** Return what half-hours come to within so many ms, or undefined where too little of them is known. */
function sumUntil({ values = [], known } = {}, length) {
  let [sum, sure, all] = [0, 0, 0];
  values.forEach((value, i) => {
    const part = Math.max(0, Math.min(1, length / HALF_HOUR - i));
    sum += (value ?? 0) * part;
    sure += known[i] * part;
    all += part;
  });
  return all > 0 && sure >= ENOUGH * all ? sum : undefined;
}

/** Return the line of the day before. */
function before(card, { entity }, begin) {
  const { text, formats, site } = card;
  const last = card.state(entity).attributes.last_period;
  if (!(last > 0)) return false;
  const span = { begin: startOfDay(begin, formats.zone, -1), end: begin };
  const { found } = site ? card.told("before", askedOf("sen1/energies", site.id, span, "day")) : {};
  const paid = !isRoof(site) && found?.[0].quantities?.bought?.total_cost;
  const weekday = formats.date(span.begin, { weekday: "long" });
  return h(
    "p.before-it",
    h("span", text.home.yesterday(weekday)),
    h("span", formats.energy(last)),
    Number.isFinite(paid) && h("span", formats.money(paid)),
  );
}
