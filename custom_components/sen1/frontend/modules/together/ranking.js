/** Homes in order of what they use: by square metre and year, or at this moment. */

import { choice, WordedPart } from "../card.js";
import { h, note, subline } from "../dom.js";
import { BY_AREA } from "../energy_class.js";
import { inOne, WATTS } from "../formats.js";
import { having, powerOf, within } from "../installation.js";
import { ofFriends, ofGroups } from "../others.js";
import { isRoof } from "../sites.js";
import { barOf } from "../track.js";

/** So many homes are shown whole; of more, the head and the tail. */
const WHOLE = 10;

export class Ranking extends WordedPart {
  isNow = false;

  content() {
    const { card, words } = this;
    const [rank] = card.statesOf(having(card.hass, "rank")).map((state) => state?.attributes);
    const now = this.now();
    const hasRank = rank?.head?.length > 0;
    if (!hasRank && now.length < 2) return false;
    const isNow = now.length > 1 && (this.isNow || !hasRank);
    const homes = isNow ? now : together(rank.head, rank.tail, rank.of);
    const most = Math.max(...homes.map(({ value }) => value ?? 0), 1e-9);
    const mine = hasRank && homes.find(({ mine }) => mine)?.rank;
    const place = mine && words.place(mine, rank.of);
    return h(
      "ha-card",
      card.head(
        words.ranking,
        isNow ? "W" : inOne([rank.unit === BY_AREA ? words.per_year : rank.unit, place]),
      ),
      hasRank &&
        now.length > 1 &&
        choice(words.ranking, [
          [words.over_a_year, !isNow, () => this.set({ isNow: false }), { class: "small" }],
          [words.right_now, isNow, () => this.set({ isNow: true }), { class: "small" }],
        ]),
      h(
        "ol.ranks",
        homes.map((home) => this.bar(home, most)),
      ),
      !isNow && rank.missing > 0 && subline(words.ranked(rank.of, rank.of + rank.missing)),
      !isNow && note(words.electricity_only),
    );
  }

  bar({ rank, name, value, mine, skipped, under }, most) {
    const { ranking } = this.card.text;
    if (skipped) return h("li.gap-row", ranking.between(skipped));
    return h(
      "li",
      { class: mine ? "mine" : "" },
      h(
        "span.name",
        rank && h("small", `${rank} `),
        mine ? ranking.me : name,
        under && subline(under),
      ),
      h("span.track", barOf(value / most)),
      h("span.amount", this.card.formats.number(value)),
    );
  }

  /** Return the powers of this moment, W, the least first: mine, of friends, and of groups in the mean. */
  now() {
    const { card } = this;
    const { hass, sites, site } = card;
    const homes = card.text.together.mean_of;
    const one = (entity, said) => {
      const { unit_of_measurement: unit } = hass.states[entity]?.attributes ?? {};
      return { ...said, value: card.value(entity) * WATTS[unit] };
    };
    const mine = site && one(powerOf(within(hass, sites, site), site), { mine: true });
    const theirs = ofFriends(hass, card.text).flatMap(({ name, series }) =>
      series
        .filter(({ kind, unit }) => ["consumption", "bought"].includes(kind) && unit in WATTS)
        .map(({ entity, full }, _, all) => one(entity, { name: all.length > 1 ? full : name })),
    );
    const groups = ofGroups(hass).map(({ statistic, full }) => {
      const { operation, reporting } = hass.states[statistic].attributes;
      const group = one(statistic, { name: full, under: homes(reporting) });
      return operation === "sum" ? { ...group, value: group.value / reporting } : group;
    });
    const known = [mine, ...theirs, ...groups].filter((home) => Number.isFinite(home?.value));
    if (!known.some((home) => home.mine) || isRoof(site)) return [];
    return known.sort((one, other) => one.value - other.value);
  }
}

/** Return all homes of a small ranking in order, or the head, how many lie between, and the tail. */
function together(head, tail, of) {
  const last = [...tail].reverse();
  const missing = of - head.length;
  if (of <= WHOLE) return [...head, ...last.slice(Math.max(0, last.length - missing))];
  return [...head, { skipped: missing - last.length }, ...last];
}
