/** What a member is given back: the group beside one's own, one's place in a ranking, and other series. */

import { button, Part } from "../card.js";
import { lines } from "../curves.js";
import { h, hiddenTable, listOf, subline } from "../dom.js";
import { digitsOf, ENERGY_DIGITS, inOne, inWatts } from "../formats.js";
import { opener } from "../opener.js";
import { grouped } from "../recorder.js";
import { knownSites, siteOf, sitesOf } from "../sites.js";
import { colours, stroke } from "../strokes.js";
import { barOf } from "../track.js";
import { Beside, perDay } from "./beside.js";
import { written } from "./members.js";
import { daysOfHours, HOUR, hourName, pointedHours } from "./moments.js";
import { placesOf } from "./places.js";
import { receivedOf } from "./received.js";

const HEIGHT = 170;
const WIDEST = 620;
/** Narrower, the sheet has less margin, and what is told of an hour stands below. */
const NARROW = 560;
/** So much of the time is as good as all of it. */
const NEARLY_ALL = 0.995;

/** Drawn for a card of its own width. */
export class Back extends Part {
  compared = new Beside(this.card);
  pointed = {};

  get words() {
    return this.card.text.member.back;
  }

  /** Return all that comes back of a participation, and what is awaited. */
  content(one) {
    const { words, card } = this;
    const received = receivedOf(card.hass, card.text, one);
    const { groups, rankings, others, awaited } = received;
    const isNothing = Object.values(received).every((list) => !list.length);
    return [
      h("h3", card.text.member.received),
      isNothing &&
        subline(
          one.state === "over"
            ? words.over
            : `${words.nothing(one.organiser)} ${words.nothing_next}`,
        ),
      groups.map((group) => this.beside(one, group)),
      rankings.map((ranking) => this.ranking(one, ranking)),
      (others.length > 0 || awaited.length > 0) && [
        (groups.length > 0 || rankings.length > 0) && h("h4", words.others),
        h(
          "ul.parted",
          others.map((other) => this.other(other)),
          awaited.map((name) => this.awaited(name, one)),
        ),
      ],
    ];
  }

  // The group beside one's own

  beside(one, { entity, name, state }) {
    return h("div.back-part", h("h4", name), this.curves(one, entity, name, state.attributes));
  }

  /** Return the main home, undefined while it is not known. */
  get site() {
    const { card } = this;
    // What fails is known as none: the group is shown alone then.
    this.asking ??= sitesOf(card.hass).then((sites) => {
      this.sites = sites;
      card.redraw();
    });
    const sites = knownSites(card.hass) ?? this.sites;
    return sites && (siteOf(sites) ?? null);
  }

  curves(one, entity, name, said) {
    const { card, words, site } = this;
    if (site === undefined) return card.loading(HEIGHT);
    const { fetched, own, group } = this.compared.of(entity, said, site);
    if (fetched.status === "error") {
      return card.unread(words.not_read, () => {
        this.compared.all.delete(entity);
        card.redraw();
      });
    }
    if (!fetched.values) return card.loading(HEIGHT);
    if (!group) return subline(words.no_group(one.organiser));
    const { period, step } = fetched;
    const count = Math.round((period.end - period.begin) / HOUR);
    const starts = Array.from({ length: count }, (_, i) => +period.begin + i * HOUR);
    const hours = (values) => values && grouped(values, period.begin, step, starts, period.end);
    return [
      this.sentence(own, group, period),
      this.drawn({
        entity,
        name,
        kind: said.direction,
        period,
        mine: hours(own),
        group: hours(group),
      }),
    ];
  }

  drawn({ entity, name, kind, period, mine, group }) {
    const { card, words, formats, text } = this;
    const { width: all } = card;
    const isNarrow = all < NARROW;
    const width = Math.max(240, Math.min(WIDEST, all) - (isNarrow ? 34 : 42));
    const looks = colours([
      { statistic: "mine", kind },
      { statistic: "group", kind },
    ]);
    const count = group.length;
    const shown = [mine && ["mine", mine], ["group", group]].filter(Boolean);
    const watts = (value) => (Number.isFinite(value) ? formats.power(value) : text.unknown);
    const told = (i) => [
      [hourName(+period.begin + i * HOUR, card)],
      ...shown.map(([whose, values]) => [words[whose], watts(values[i])]),
    ];
    return [
      listOf("legend", shown, ([whose]) => h("li", stroke(looks.get(whose)), words[whose])),
      pointedHours(
        {
          label: words.hours,
          colon: text.colon,
          width,
          count,
          pointed: this.pointed[entity],
          first: count - 1,
          isNarrow,
          told,
          point: (at) => this.set({ pointed: { [entity]: at } }),
        },
        lines(words.curve(name), {
          period,
          step: HOUR,
          formats,
          width,
          height: HEIGHT,
          lines: shown.map(([whose, values]) => ({
            values: inWatts(values),
            ...looks.get(whose),
          })),
        }),
      ),
      !mine && [
        subline(words.no_own),
        opener(card, words.add_own, { steps: ["home"] }, { class: "small" }),
      ],
      this.table(shown, period),
    ];
  }

  /** Return both in a day. */
  sentence(own, group, { begin, end }) {
    const { words, formats } = this;
    const range = formats.range(begin, end);
    if (!own) return subline(words.last_days(range));
    const { days, part } = perDay(own, group);
    if (!part) return subline(words.no_hour);
    return [
      h(
        "p.answers",
        words.per_day(formats.energy(days[0]), formats.number(days[1], ENERGY_DIGITS)),
      ),
      subline(words.last_days(range, part < NEARLY_ALL && formats.percent(Math.floor(100 * part)))),
    ];
  }

  /** Return the days in figures, for who does not see the curves. */
  table(shown, period) {
    const { words, formats } = this;
    const heads = [words.day, ...shown.map(([whose]) => words[whose])];
    const rows = daysOfHours(period, formats.zone).map(({ begin, from, to }) => {
      const sums = shown.map(([, values]) => {
        const known = values.subarray(from, to).filter(Number.isFinite);
        if (!known.length) return "–";
        const sum = known.reduce((all, one) => all + one);
        const said = formats.number(sum, ENERGY_DIGITS);
        return known.length === to - from ? said : words.of_hours(said, known.length);
      });
      return [formats.weekDay(begin), ...sums];
    });
    return hiddenTable(words.in_figures, heads, rows);
  }

  // A ranking

  ranking(one, { name, state }) {
    const { words } = this;
    const { board, mine } = state.attributes;
    const content = board?.homes.length
      ? this.places(one, board, mine)
      : [h("p.answers", words.too_few), subline(words.too_few_next(one.organiser))];
    return h("div.back-part", h("h4", name), content);
  }

  places(one, board, mine) {
    const { words, formats, text } = this;
    const { unit, homes, through, is_final: isFinal } = board;
    const number = mine?.number ?? one.number;
    const rows = placesOf(homes, number);
    const values = rows.filter(({ skipped }) => !skipped).map(({ value }) => value);
    const most = Math.max(...values);
    const digits = values.every(Number.isInteger) ? 0 : digitsOf(values);
    const of = homes.filter(({ rank }) => Number.isFinite(rank)).length;
    const hasPlace = Number.isFinite(mine?.rank);
    const about = inOne([
      unit && text.ranking.by(unit),
      through && words.through(formats.day(through)),
      isFinal && words.is_final,
    ]);
    return [
      h("p.answers", hasPlace ? words.place(mine.rank, of) : words.no_place),
      !hasPlace && subline(`${words.no_place_next(one.organiser)} ${words.ranked(of)}.`),
      subline(about),
      h(
        "ol.ranks.places",
        rows.map((home) => this.place(home, { number, most, digits })),
      ),
    ];
  }

  place({ skipped, rank, number, name, value }, { number: own, most, digits }) {
    const { words, text, formats } = this;
    if (skipped) return h("li.gap-row", text.ranking.between(skipped));
    const isMine = number === own;
    return h(
      "li",
      { class: isMine ? "mine" : "" },
      h("span.rank", formats.number(rank)),
      h("span.name", isMine ? words.me : name || text.member.number(written(number))),
      h("span.track", barOf(value / most)),
      h("span.amount", formats.number(value, digits)),
    );
  }

  // All else

  other({ entity, name, state }) {
    const { words, card } = this;
    const { board, mine, of } = state.attributes;
    const isKnown = card.state(entity) !== undefined;
    const place =
      board && (Number.isFinite(mine?.rank) ? words.place_alone(mine.rank, of) : words.no_place);
    const value = isKnown ? card.hass.formatEntityState(state) : words.awaited;
    return h(
      "li",
      button(name, undefined, () => card.showMore(entity), { class: "plain" }),
      h("span", { class: isKnown || place ? "amount" : "under" }, place ?? value),
    );
  }

  awaited(name, { organiser, state }) {
    const { words } = this;
    const said = state === "over" ? words.over : words.awaited_from(organiser);
    return h("li", h("span", name), h("span.under", said));
  }
}
