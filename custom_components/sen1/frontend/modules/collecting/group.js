/** All members together, by the hour: the curve of the last days, and how many homes it is made of. */

import { button, choice, figure, Part, row } from "../card.js";
import { axes, CARD, Frame, hatch, picture, textAt } from "../chart.js";
import { lines } from "../curves.js";
import { h, hiddenTable, s } from "../dom.js";
import { CENTS, digitsOf, inWatts } from "../formats.js";
import { tariffName } from "../past/words.js";
import {
  countOfDays,
  coverageAt,
  coverageOf,
  daysOfGroup,
  energyOf,
  hoursOf,
  MEASURES,
  measuresOf,
  perDay,
  unitOf,
  worstOf,
} from "./hours.js";
import { HOUR, hourName, pointedHours, spanOf } from "./moments.js";

/** What a group is made of, where it is asked. */
const KINDS = ["consumption", "production"];
const AGAIN_MS = 300_000;
const HEIGHT = 230;
const STRIP = 58;
const SIZE = 11;
/** Where the strip has room for the words of a gap. */
const ROOMY = 520;

/** Drawn for a card, of the collection it shows. */
export class Group extends Part {
  measure = MEASURES[0];
  kind = undefined;
  pointed = undefined;
  answers = new Map();

  get words() {
    return this.card.text.organiser.group;
  }

  // What is known

  /** Return what is known of a kind, `{answer, failed}`; it is asked for anew after a while. */
  known(collection, kind) {
    const { card, answers } = this;
    const key = `${collection.subentry_id} ${kind}`;
    if (!answers.has(key)) answers.set(key, { at: -AGAIN_MS });
    const one = answers.get(key);
    if (Date.now() - one.at >= AGAIN_MS && card.hass.connected) {
      one.at = Date.now();
      this.fetch(one, { subentry_id: collection.subentry_id, what: kind });
    }
    return one;
  }

  async fetch(one, asked) {
    const { card } = this;
    try {
      one.answer = await card.hass.callWS({ type: "sen1/collection_group", ...asked });
      one.failed = false;
    } catch {
      one.failed = true;
    }
    card.redraw();
  }

  // What is shown

  /** Return the card of a group of a width, or false where no curve is asked of anybody. */
  content(collection, width) {
    const kinds = KINDS.filter((kind) => collection.asks.some(({ what }) => what === kind));
    if (!kinds.length) return false;
    const kind = kinds.includes(this.kind) ? this.kind : kinds[0];
    const one = this.known(collection, kind);
    return h("ha-card.group-card", this.parts({ collection, kinds, kind, one, width }));
  }

  parts({ collection, kinds, kind, one, width }) {
    const { card, words } = this;
    const { answer, failed } = one;
    const shown = answer && hoursOf(answer);
    const measures = shown ? measuresOf(shown) : [];
    const measure = measures.includes(this.measure) ? this.measure : measures[0];
    const head = [
      this.head({ kind, shown: measure && shown, measure }),
      (kinds.length > 1 || measures.length > 1) &&
        h(
          "div.choosing",
          kinds.length > 1 && this.choice(words.which, kinds, kind, words.kinds, "kind"),
          measures.length > 1 &&
            this.choice(words.as, measures, measure, words.measures, "measure"),
        ),
    ];
    const again = () => this.set({ answers: new Map() });
    const alert = failed && card.unread(words.not_read, again, words.not_read_next);
    if (failed && !answer) return [head, alert];
    if (!answer) return [head, card.hass.connected ? card.loading(HEIGHT) : card.offline()];
    if (!answer.of) {
      const invite =
        card.may("members", collection) &&
        button(card.words.invite, "mdi:account-plus", () => card.invite(), { class: "strong" });
      return [head, card.empty(words.nobody[kind], words.nobody_next, invite)];
    }
    if (!measure) return [head, card.empty(words.nothing(answer.of), words.nothing_next)];
    return [
      head,
      alert,
      this.figures(shown, measure),
      this.curve({ shown, kind, measure, width, gaps: answer.gaps }),
      this.table(shown, measure),
      answer.costs?.periods.length > 0 && this.costs(answer.costs),
    ];
  }

  head({ kind, shown, measure }) {
    const { words, card, formats } = this;
    const under =
      shown &&
      words.span(
        words.about[measure],
        formats.range(shown.period.begin, shown.period.end),
        shown.of,
        formats.number(shown.of),
      );
    return card.head(words.title[kind], under);
  }

  choice(label, all, chosen, names, key) {
    const choose = (one) => () => this.set({ [key]: one, pointed: undefined });
    return choice(
      label,
      all.map((one) => [names[one], one === chosen, choose(one), { class: "small" }]),
    );
  }

  figures(shown, measure) {
    const { words, formats } = this;
    const written = (value) => formats.number(value, digitsOf([value]));
    return h(
      "div.group-figures",
      figure(written(perDay(shown, measure)), words.per_day[measure]),
      figure(written(energyOf(shown)), words.measured(countOfDays(shown))),
    );
  }

  curve({ shown, kind, measure, width, gaps }) {
    const { card, words, pointed, formats, text } = this;
    const { period } = shown;
    const unit = unitOf(measure);
    // What is used in an hour, kWh, is its mean power, kW.
    const values = inWatts(shown.values[measure]);
    const { title } = words;
    const count = values.length;
    const isNarrow = width < ROOMY;
    const worst = worstOf(gaps);
    const gap =
      worst &&
      words.gap(
        spanOf(worst.begin, worst.end, card),
        formats.percent(Math.floor(100 * worst.coverage)),
      );
    const share = formats.percent(Math.floor(100 * coverageOf(shown)));
    // Before somebody joined, or while somebody is silent, a sum is of fewer homes.
    const partly = Array.from(shown.homes, (homes) =>
      Number(measure === "sum" && homes < shown.of),
    );
    return [
      pointedHours(
        {
          label: words.hours,
          colon: text.colon,
          width,
          count,
          pointed,
          first: lastKnown(values),
          isNarrow,
          told: (i) => this.told(shown, measure, i),
          point: (at) => this.set({ pointed: at }),
        },
        lines(`${title[kind]}${text.colon}${words.measures[measure]}, ${unit}`, {
          period,
          step: HOUR,
          formats,
          width,
          height: HEIGHT,
          unit,
          lines: [{ values, line: `var(--${kind})`, pale: `var(--${kind}-pale)`, ofDays: partly }],
        }),
        stripOf([`${words.coverage}${text.colon}${share}`, gap].filter(Boolean).join("; "), {
          shown,
          width,
          formats,
          worst,
          name: isNarrow ? undefined : gap,
        }),
      ),
      partly.includes(1) && h("p.note", words.partly),
      gap && isNarrow && h("p.note", words.worst(gap)),
    ];
  }

  /** Return what is told of an hour: when it is, what was measured, and of how many homes. */
  told(shown, measure, i) {
    const { words, formats, text } = this;
    const title = hourName(+shown.period.begin + i * HOUR, this.card);
    const unit = unitOf(measure);
    const [value] = inWatts([shown.values[measure][i]]);
    const homes = words.homes_of(formats.number(shown.homes[i]), formats.number(shown.of));
    if (!Number.isFinite(value))
      return [
        [title, text.unknown],
        [words.coverage, homes],
      ];
    return [
      [title],
      [
        words.measures[measure],
        formats.quantity(value, unit, unit === "W" ? 0 : digitsOf([value])),
      ],
      measure !== "sum" && [
        words.measures.sum,
        formats.quantity(shown.values.sum[i], "kWh", digitsOf([shown.values.sum[i]])),
      ],
      [words.coverage, homes],
    ].filter(Boolean);
  }

  /** Return the days in figures, for who does not see the curve. */
  table(shown, measure) {
    const { words, formats } = this;
    const number = (value) => formats.number(value, digitsOf([value]));
    const heads = [words.day, words.per_day[measure], words.energy, words.coverage];
    const rows = daysOfGroup(shown, measure, formats.zone).map((one) => [
      formats.weekDay(one.begin),
      number(one.perDay),
      number(one.energy),
      formats.percent(Math.floor(100 * one.coverage)),
    ]);
    return hiddenTable(words.in_figures, heads, rows);
  }

  costs({ currency, periods }) {
    const { words, card, formats } = this;
    const energy = (kwh) => formats.quantity(kwh, "kWh", digitsOf([kwh]));
    const money = (amount) => formats.money(amount, CENTS, currency);
    return [
      h("h3.costs-title", words.costs),
      h(
        "div.rows",
        periods.map(({ period, kwh, amount }) =>
          row(tariffName(period, card), `${energy(kwh)} · ${money(amount)}`),
        ),
      ),
    ];
  }
}

/** Return the hour with which a keyboard begins: the last one of which anything is known. */
const lastKnown = (values) => Math.max(0, values.findLastIndex(Number.isFinite));

/**
 * Return the strip of the part of the homes that each hour is made of; the missing part is hatched, and the
 * widest gap outlined and named.
 */
function stripOf(label, { shown, width, formats, worst, name }) {
  const frame = new Frame({
    ...{ ...shown.period, width, height: STRIP },
    ...{ top: 100, size: SIZE, above: SIZE },
  });
  frame.bottom = STRIP - SIZE;
  const { left, right, bottom } = frame;
  const { begin, end } = shown.period;
  const missing = hatch("coverage", "var(--soft)", CARD);
  const covered = Array.from(shown.homes, (_, i) => {
    const [from, to] = [i, i + 1].map((hour) => frame.x(+begin + hour * HOUR));
    return `L${from} ${frame.y(100 * coverageAt(shown, i))}H${to}`;
  });
  const gap = worst && frame.between(worst.begin, worst.end);
  return picture(
    frame,
    label,
    missing.defs,
    s("rect", { ...frame.between(begin, end), fill: missing.fill }),
    s("path", {
      d: `M${left} ${bottom}${covered.join("")}L${width - right} ${bottom}Z`,
      fill: "var(--others)",
    }),
    axes(frame, { ticks: [0, 100], write: (tick) => (tick ? formats.percent(tick) : "0") }),
    worst && [
      s("rect", {
        ...gap,
        width: Math.max(2, gap.width),
        fill: "none",
        stroke: "var(--text)",
      }),
      name && nameBeside(name, gap, frame),
    ],
  );
}

/** Write what a gap is beside it, on a ground of its own. */
function nameBeside(name, { x: from, width }, frame) {
  const to = from + width;
  const wide = name.length * SIZE * 0.52 + 12;
  const isRight = to + 6 + wide < frame.width - frame.right;
  // Where there is room on neither side, it stands within the gap.
  const x = isRight ? to + 6 : Math.max(from - 6 - wide, frame.left + 6);
  const middle = (frame.above + frame.bottom) / 2;
  return [
    s("rect", {
      x,
      y: middle - SIZE * 0.8,
      width: wide,
      height: SIZE * 1.6,
      rx: 2,
      fill: CARD,
      stroke: "var(--axis)",
    }),
    textAt(x + wide / 2, middle + SIZE * 0.36, name, { size: SIZE, isStrong: true }),
  ];
}
