/** What the organisers of projects told of the shares one has in them: dividends, and their news. */

import { h, subline } from "../dom.js";

const DAY = { day: "numeric", month: "long", year: "numeric" };

/** Return what was told of each holding that somebody told of, or false. */
export function toldOf(card, each) {
  const all = each.filter(({ figures }) => figures.shares?.attributes.told);
  return all.length > 0 && all.map((one) => toldOfOne(card, one));
}

function toldOfOne(card, { name, figures }) {
  const { text, formats } = card;
  const words = text.investment;
  const { mine, attributes } = figures.shares;
  const { told, paid_on: paid, dividends } = attributes;
  const read = (moment) => formats.date(new Date(moment), DAY);
  const held = words.held(formats.number(mine), paid && formats.day(paid));
  return h(
    "ha-card.told",
    card.head(name, words.told_by(told.by, read(told.confirmed))),
    h("p", held),
    Number.isFinite(dividends) && h("p", words.dividends(formats.money(dividends))),
    told.news.length > 0 && [
      h("h3", words.news),
      told.news.map(({ text: said, at }) => [
        subline(read(at)),
        h("p", { style: "white-space: pre-line; overflow-wrap: anywhere" }, said),
      ]),
    ],
  );
}
