/** What stands under the figures: what unfolds, and other ways to look at the same. */

import { pageBeside } from "../address.js";
import { h, haIcon, named } from "../dom.js";
import { sells } from "../sites.js";
import { takeAway } from "./bar.js";

/** Return what unfolds under a title that says what is inside. */
export function more(card, shown) {
  const { text, open } = card;
  const words = text.past;
  const isOpen = open.has("more");
  return h(
    "ha-card.gap",
    h(
      "details.fold",
      { open: isOpen, ontoggle: ({ target }) => card.unfold("more", target.open) },
      h("summary", named(words.more, words.more_is)),
      isOpen && (card.inside?.(card, shown) ?? card.loading(80)),
    ),
  );
}

/** Return the ways to what looks at the same otherwise. */
export function otherWays(card) {
  const { text, site } = card;
  const words = text.past.other_ways;
  const here = { period: card.period.unit, date: card.ask("date"), until: card.ask("until") };
  const told = (icon, name) => [haIcon(icon), h("div.grow", name), haIcon("mdi:chevron-right")];
  const way = (page, changes, icon, name) =>
    h("li", card.lead(pageBeside(page, changes), { class: "step" }, told(icon, name)));
  const print = () => takeAway(card, "printSheet");
  return h(
    "ha-card.gap.ways",
    h("h2", words.title),
    h(
      "ul.list",
      sells(site) &&
        way("compare", { ...here, as: "coverage" }, "mdi:white-balance-sunny", words.roof),
      way("compare", { ...here, as: "overlay" }, "mdi:vector-combine", words.two),
      way("wall", {}, "mdi:school-outline", words.wall),
      h(
        "li",
        h("button.step", { type: "button", onclick: print }, told("mdi:printer", text.past.sheet)),
      ),
    ),
  );
}
