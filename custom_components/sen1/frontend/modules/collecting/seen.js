/** What an organiser will see of a sensor in the detail that it asks for: one's own last day, or days. */

import { figure, Part } from "../card.js";
import { h, subline } from "../dom.js";
import { digitsOf } from "../formats.js";
import { nonePicture, pastOf, pictureOf, yesterdayOf } from "../sharing/preview.js";

/** The part of what `pastOf` returns that a detail shows. */
const PARTS = { P1D: "days", PT1H: "hours", live: "live" };
/** Details that are steps of a day, in minutes. */
const MINUTES = { PT10M: 10, PT30M: 30 };

/** Drawn for a card, which keeps the past of each sensor in each detail. */
export class Seen extends Part {
  /** Return the picture of a choice `{id, statistic_id, live_entity_id, …}` in a detail. */
  content(what, choice, detail, title) {
    const { card } = this;
    const words = card.text.member;
    if (detail === "P1Y") return this.yearly(choice);
    const found = card.needed(`past ${choice.id} ${detail}`, async () => ({
      past: await this.pastOf(choice, detail).catch(() => undefined),
    }));
    if (!found) return h("div.seen", card.loading(146));
    const { past } = found;
    if (!past) {
      return h("div.seen", nonePicture(`${what}-${detail}`, words.no_past), subline(words.no_past));
    }
    const { formats } = card;
    const caption = this.caption(detail, past);
    const label = `${title}${card.text.colon}${caption}`;
    const tone = what === "production" ? "production" : "consumption";
    return h("div.seen", subline(caption), pictureOf(label, past, formats, tone));
  }

  caption(detail, { values, unit, isSum }) {
    const { card } = this;
    const told = [...values].filter(Number.isFinite);
    const sum = told.reduce((all, one) => all + one, 0);
    // What is no energy is not added up: its mean is told.
    const amount = isSum ? sum : sum / told.length;
    const written = card.formats.quantity(amount, unit, digitsOf([amount]));
    const words = card.text.member;
    return words.see[detail](
      told.length,
      isSum ? words.in_all(written) : words.mean(written),
      unit,
    );
  }

  yearly({ entity_id: id, unit }) {
    const { card } = this;
    const value = card.value(id);
    if (value === undefined) return false;
    return h(
      "div.seen",
      subline(card.text.member.see.P1Y()),
      figure(card.formats.number(value), unit),
    );
  }

  async pastOf(choice, detail) {
    const { hass, formats } = this.card;
    if (detail in MINUTES) return yesterdayOf(hass, choice, formats.zone, MINUTES[detail]);
    return (await pastOf(hass, choice, formats.zone))[PARTS[detail]];
  }
}
