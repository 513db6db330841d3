/** How far a collection is: figures whose states add up to the members that came. */

import { keyFigure } from "../card.js";
import { h } from "../dom.js";

/** Return the card of figures. */
export function figuresOf(card, { counts, shares, coverage }) {
  const { formats } = card;
  const words = card.text.organiser;
  const { came, expected } = counts;
  const part = (some, all) => formats.percent((100 * some) / all);
  const isExpected = expected > 0;
  const missing = Math.max(0, (expected ?? 0) - came);
  return h(
    "ha-card.gap",
    h(
      "div.numbers",
      keyFigure(
        words.came,
        formats.number(came),
        isExpected && words.out_of(formats.number(expected)),
        isExpected && words.came_part(part(came, expected), formats.number(missing)),
      ),
      keyFigure(
        words.current,
        formats.number(counts.up_to_date),
        words.members(counts.up_to_date),
        words.other_states(counts.silent, counts.waiting, counts.paused),
      ),
      shares &&
        keyFigure(
          words.shares,
          formats.number(shares.came),
          words.out_of(formats.number(shares.all)),
          shares.all > 0 && words.share_part(part(shares.came, shares.all)),
        ),
      coverage !== null &&
        keyFigure(words.received, formats.percent(coverage), undefined, words.received_of),
    ),
  );
}
