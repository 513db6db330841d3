/** The bar above what has a period: whose it is, how long, and which date; what else a page chooses there. */

import { fromField, move, periodAt, startOfDay, toField } from "../calendar.js";
import { button, choice } from "../card.js";
import { h } from "../dom.js";
import { placeRow } from "../place.js";
import { UNITS } from "./spans.js";
import { nameOf } from "./words.js";

/** Return the bar of a card with a `period`, which is told what is looked at by `move`. */
export function bar(card, ...more) {
  const { text, period, isFree } = card;
  const lengths = choice(
    text.past.unit_of,
    UNITS.map((unit) => [text.past.units[unit], unit === period.unit, () => showUnit(card, unit)]),
    "segments",
  );
  const all = [lengths, mover(card), more];
  // Whose the measures are that somebody set says their names.
  const row = isFree === false ? h("div.place-aside", all) : placeRow(card, ...all);
  return h("div.past-asked", row);
}

/** Look at a period; the newest is named by its length alone, and stays the newest. */
export function show(card, { unit, begin, end }) {
  const { zone } = card.formats;
  const isNewest = +begin <= card.newest && card.newest < +end && unit !== "days";
  card.move({
    period: unit,
    date: isNewest ? undefined : toField(begin, zone),
    until: unit === "days" ? toField(end - 1, zone) : undefined,
  });
}

/** Look at a period of another length: the newest, from the same beginning, or the last of some days. */
function showUnit(card, unit) {
  const { period, newest } = card;
  const isNewest = +period.begin <= newest && newest < +period.end;
  const time = period.unit === "days" ? period.end - 1 : period.begin;
  show(card, periodAt(isNewest ? newest : time, unit, card.formats.zone));
}

/** Return the arrows, and the date between them, which opens a calendar. */
function mover(card) {
  const { text, formats, period, since } = card;
  const { zone } = formats;
  const { begin, end } = period;
  const arrow = (by, icon, label, disabled) =>
    button("", icon, () => show(card, move(period, by, zone)), {
      "aria-label": label,
      class: "arrow-to",
      disabled,
    });
  const field = h("input.date-of", {
    type: "date",
    tabindex: "-1",
    "aria-hidden": "true",
    value: toField(begin, zone),
    min: since && toField(since, zone),
    max: toField(Date.now(), zone),
    onchange: ({ target }) => {
      const unit = UNITS.includes(period.unit) ? period.unit : "day";
      if (target.value) show(card, periodAt(fromField(target.value, zone), unit, zone));
    },
  });
  const open = ({ currentTarget }) => {
    const input = currentTarget.parentElement.querySelector("input");
    try {
      input.showPicker();
    } catch {
      // Where a page may not open it, the field itself is what is left.
      input.focus();
    }
  };
  const name = nameOf(period, formats);
  return h(
    "div.mover",
    arrow(-1, "mdi:chevron-left", text.previous, since >= +begin),
    h(
      "span.date",
      field,
      button(name, "mdi:calendar", open, { "aria-label": text.past.choose_date(name) }),
    ),
    arrow(1, "mdi:chevron-right", text.next, +end > startOfDay(Date.now(), zone)),
  );
}

/** Take away what a card shows: `how` is one of the ways of outputs.js. */
export const takeAway = (card, how) =>
  card.attempt(async () => {
    const outputs = await import("./outputs.js");
    await outputs[how](card, await card.taken());
  });

/** Return what is less often wanted, behind three dots; `isNone` where there is nothing to take away. */
export function moreMenu(card, isNone) {
  const { text } = card;
  const words = text.past;
  const entry = (label, icon, press, disabled) => {
    const onclick = ({ currentTarget }) => {
      currentTarget.parentElement.hidePopover();
      press();
    };
    return button(label, icon, onclick, { disabled, class: "text" });
  };
  const take = (label, icon, how) => entry(label, icon, () => takeAway(card, how), isNone);
  return h(
    "div.more-of",
    button("", "mdi:dots-vertical", undefined, {
      class: "icon",
      popovertarget: "more-of",
      "aria-label": words.more_of,
    }),
    h(
      "div",
      { id: "more-of", popover: "auto" },
      take(text.file_long, "mdi:download", "saveTable"),
      take(words.picture, "mdi:image-outline", "savePicture"),
      take(words.sheet, "mdi:printer", "printSheet"),
      entry(words.own_dates, "mdi:calendar-range", () => ownDates(card)),
    ),
  );
}

/** Look at two dates of one's own. */
const ownDates = (card) =>
  card.attempt(async () => {
    const { text, formats, period } = card;
    const { zone } = formats;
    const { datesAsked } = await import("../dialog.js");
    const dates = await datesAsked(card, {
      title: text.past.own_dates,
      body: text.past.own_dates_body,
      dates: [period.begin, period.end - 1].map((time) => toField(time, zone)),
      last: toField(Date.now(), zone),
      yes: text.past.show,
      no: text.close,
    });
    if (dates) card.move({ period: "days", date: dates[0], until: dates[1] });
  });
