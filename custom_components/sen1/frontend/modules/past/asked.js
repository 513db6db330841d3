/** What is asked of the past: the site, the period, what is counted, and how it is shown. */

import { fromField, periodAt, startOfDay, toField } from "../calendar.js";
import { button, choice } from "../card.js";
import { h, menu } from "../dom.js";
import { UNITS } from "./spans.js";
import { nameOf } from "./words.js";

const ICONS = {
  electricity: "mdi:flash",
  gas: "mdi:gas-burner",
  water: "mdi:water",
};

/** Return the bar above the page; `whats` are the things that this site counts. */
export function asked(card, whats, hasPrice, file) {
  const { text } = card;
  const words = text.past;
  // What is not bought has no price that a contract could tell.
  const isBought = card.counted[card.what] === "bought";
  return h(
    "ha-card",
    { class: "past-asked" },
    siteMenu(card),
    choice(
      words.unit_of,
      UNITS.map((unit) => [
        words.units[unit],
        unit === card.choice.unit,
        () => card.showUnit(unit),
      ]),
      "segments",
    ),
    mover(card),
    h("span", { class: "grow" }),
    whats.length > 1 &&
      choice(
        words.what_of,
        whats.map((what) => [
          words.whats[what],
          card.what === what,
          () => card.choose({ what }),
          { icon: ICONS[what] },
        ]),
        "segments",
      ),
    (hasPrice || isBought) &&
      choice(
        words.shown_in,
        [
          [card.shown?.unit ?? "kWh", !card.isMoney, () => card.choose({ isMoney: false })],
          [
            card.formats.symbol,
            card.isMoney,
            () => card.choose({ isMoney: true }),
            { disabled: !hasPrice, "aria-describedby": hasPrice === false && "no-price" },
          ],
        ],
        "segments",
      ),
    button(words.file, "mdi:download", file, { disabled: !file, "aria-label": text.file_long }),
    hasPrice === false && isBought && h("p", { class: "under", id: "no-price" }, words.no_price),
  );
}

function siteMenu(card) {
  const { sites } = card;
  if (card.config.site || sites.length < 2) return false;
  const options = sites.map(({ id, name }) => [id, name]);
  return menu(card.text.which_site, options, card.site.id, (site) => card.choose({ site }));
}

/** Return the arrows, and the date between them, which opens a calendar. */
function mover(card) {
  const { text, formats, period } = card;
  const { zone } = formats;
  const { begin, end } = period;
  const since = card.since;
  const arrow = (by, icon, label, disabled) =>
    button("", icon, () => card.show(periodAt(begin, period.unit, zone, by)), {
      "aria-label": label,
      class: "arrow-to",
      disabled,
    });
  const field = h("input", {
    type: "date",
    class: "date-of",
    tabindex: "-1",
    "aria-hidden": "true",
    value: toField(begin, zone),
    min: since && toField(since, zone),
    max: toField(Date.now(), zone),
    onchange: ({ target }) => {
      if (target.value) card.show(periodAt(fromField(target.value, zone), period.unit, zone));
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
    "div",
    { class: "mover" },
    arrow(-1, "mdi:chevron-left", text.previous, since >= +begin),
    h(
      "span",
      { class: "date" },
      field,
      button(name, "mdi:calendar", open, { "aria-label": text.past.choose_date(name) }),
    ),
    arrow(1, "mdi:chevron-right", text.next, +end > startOfDay(Date.now(), zone)),
  );
}
