/** What a member is given back: the group beside one's own, one's place in a ranking, and other series. */

import { daysOf } from "../calendar.js";
import { button, Part } from "../card.js";
import { lines } from "../curves.js";
import { h, hiddenTable, listOf, subline } from "../dom.js";
import { Fetched } from "../fetched.js";
import { digitsOf, inWatts } from "../formats.js";
import { opener } from "../opener.js";
import { grouped } from "../recorder.js";
import { knownSites, siteOf, sitesOf } from "../sites.js";
import { colours, stroke } from "../strokes.js";
import { written } from "./members.js";
import { hourName, pointedHours } from "./moments.js";
import { placesOf } from "./places.js";
import { ownOf, receivedOf } from "./received.js";

const HOUR = 3_600_000;
const HEIGHT = 170;
const WIDEST = 620;
/** Narrower, the sheet has less margin, and what is told of an hour stands below. */
const NARROW = 560;
/** So much of the time is as good as all of it. */
const NEARLY_ALL = 0.995;

/** Drawn for a card of its own width. */
export class Back extends Part {
  compared = new Map();
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
    const { attributes } = state;
    const { direction: kind, statistic } = attributes;
    return h("div.back-part", h("h4", name), this.curves({ one, entity, name, kind, statistic }));
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

  curves({ one, entity, name, kind, statistic }) {
    const { card, words, site } = this;
    if (site === undefined) return card.loading(HEIGHT);
    const own = ownOf(site, kind);
    if (!this.compared.has(entity)) {
      this.compared.set(entity, new Fetched(() => card.redraw()));
    }
    const compared = this.compared.get(entity);
    const period = Fetched.period({}, card.formats.zone);
    compared.want(card.hass, [own, statistic].filter(Boolean), period);
    if (compared.status === "error") {
      return card.unread(words.not_read, () => {
        this.compared.delete(entity);
        card.redraw();
      });
    }
    if (!compared.values) return card.loading(HEIGHT);
    if (!compared.has(statistic)) {
      return subline(words.no_group(one.organiser));
    }
    const hours = (id) => this.hoursOf(compared, id);
    return this.drawn({
      entity,
      name,
      kind,
      period: compared.period,
      mine: own && compared.has(own) ? hours(own) : undefined,
      group: hours(statistic),
    });
  }

  /** Return the mean power of each hour, kW. */
  hoursOf({ values, period, step }, id) {
    const count = Math.round((period.end - period.begin) / HOUR);
    const starts = Array.from({ length: count }, (_, i) => +period.begin + i * HOUR);
    return grouped(values[id], +period.begin, step, starts, +period.end);
  }

  drawn({ entity, name, kind, period, mine, group }) {
    const { card, words } = this;
    const { formats, text, width: all } = card;
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
      this.sentence(mine, group, period),
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

  /** Return both in a day, by the hours of which both are known. */
  sentence(mine, group, period) {
    const { words } = this;
    const { formats } = this.card;
    const range = formats.range(period.begin, period.end);
    if (!mine) return subline(words.last_days(range));
    const both = [...group.keys()].filter(
      (i) => Number.isFinite(mine[i]) && Number.isFinite(group[i]),
    );
    if (!both.length) return subline(words.no_hour);
    const perDay = (values) => (24 * both.reduce((sum, i) => sum + values[i], 0)) / both.length;
    const days = [perDay(mine), perDay(group)];
    const digits = digitsOf(days);
    const part = both.length / group.length;
    return [
      h(
        "p.answers",
        words.per_day(formats.quantity(days[0], "kWh", digits), formats.number(days[1], digits)),
      ),
      subline(words.last_days(range, part < NEARLY_ALL && formats.percent(Math.floor(100 * part)))),
    ];
  }

  /** Return the days in figures, for who does not see the curves. */
  table(shown, period) {
    const { words, card } = this;
    const { formats } = card;
    const days = daysOf(period, formats.zone);
    const ends = [...days.slice(1), period.end];
    const sums = shown.map(([, values]) =>
      days.map((begin, i) => {
        const [from, to] = [begin, ends[i]].map((time) => Math.round((time - period.begin) / HOUR));
        const known = values.subarray(from, to).filter(Number.isFinite);
        if (!known.length) return "–";
        const sum = formats.number(
          known.reduce((all, one) => all + one, 0),
          1,
        );
        return known.length === to - from ? sum : words.of_hours(sum, known.length);
      }),
    );
    const day = { weekday: "long", day: "numeric", month: "long" };
    const heads = [words.day, ...shown.map(([whose]) => words[whose])];
    const rows = days.map((begin, i) => [
      formats.date(begin, day),
      ...sums.map((written) => written[i]),
    ]);
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
    const { words, card } = this;
    const { formats, text } = card;
    const { unit, homes, through, is_final: isFinal } = board;
    const number = mine?.number ?? one.number;
    const rows = placesOf(homes, number);
    const known = rows.filter(({ skipped }) => !skipped);
    const most = Math.max(...known.map(({ value }) => value ?? 0));
    const values = known.map(({ value }) => value);
    const digits = values.every(Number.isInteger) ? 0 : digitsOf(values);
    const of = homes.filter(({ rank }) => Number.isFinite(rank)).length;
    const hasPlace = Number.isFinite(mine?.rank);
    const about = [
      unit && text.ranking.by(unit),
      through && words.through(formats.day(through)),
      isFinal && words.is_final,
    ];
    return [
      h("p.answers", hasPlace ? words.place(mine.rank, of) : words.no_place),
      !hasPlace && subline(`${words.no_place_next(one.organiser)} ${words.ranked(of)}.`),
      subline(about.filter(Boolean).join(", ")),
      h(
        "ol.ranks.places",
        rows.map((home) => this.place(home, { number, most, digits })),
      ),
    ];
  }

  place({ skipped, rank, number, name, value }, { number: own, most, digits }) {
    const { words, card } = this;
    const { text, formats } = card;
    if (skipped) return h("li.gap-row", text.ranking.between(skipped));
    const isMine = number === own;
    return h(
      "li",
      { class: isMine ? "mine" : "" },
      h("span.rank", formats.number(rank)),
      h("span.name", isMine ? words.me : name || text.member.number(written(number))),
      h(
        "span.track",
        { "aria-hidden": "true" },
        h("span.bar-of", { style: `width: ${most > 0 ? (100 * value) / most : 0}%` }),
      ),
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
