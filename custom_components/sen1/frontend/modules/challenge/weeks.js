/** A challenge week after week: my home beside my team, and my home's figures. */

import { axes, Frame, picture, textAt } from "../chart.js";
import { closed } from "../closing.js";
import { columnHead, h, s, subline, tableOf, tableRow } from "../dom.js";
import { headOf } from "./board.js";
import { axisOf, digitsOf, isCorrected, isTold, stepsOf, weeksOf } from "./scores.js";

const DAY = { day: "numeric", month: "short" };
const LONG_DAY = { day: "numeric", month: "long" };
/** Pixels of a week from which on the values of both bars stand over them. */
const WIDE = 44;
/** Pixels of a week from which on each has its day under it. */
const DATED = 46;
/** Pixels of a week from which on there is room for the value over my bar, and for bars to come. */
const ROOMY = 28;
/** Weeks that have a row each. */
const SHOWN_WEEKS = 8;

/** The frame of weeks, whose bars may go below 0. */
class Weeks extends Frame {
  constructor({ count, axis, width, height }) {
    super({ width, height, begin: 0, end: count, top: axis.high, left: 30, right: 4, above: 28 });
    this.slot = (width - 34) / count;
    this.thick = Math.min(24, this.slot * 0.36);
    this.gap = Math.min(2, this.slot * 0.06);
    const part = (value) => (value - axis.low) / (axis.high - axis.low);
    this.y = (value) => this.bottom - part(value) * (this.bottom - this.above);
  }
}

/** Return the card of the weeks, `width` px wide inside. */
export function weeksCard(card, challenge, width) {
  const words = card.text.challenge;
  const { mine, board } = challenge;
  const kind = isCorrected(mine) ? "corrected" : "other";
  const team = board?.teams[mine.team];
  const legend = h(
    "ul",
    { class: "legend" },
    swatch("var(--consumption)", words.me),
    team && isTold(team) && swatch("var(--others)", words.team),
  );
  return h(
    "ha-card",
    { class: "weeks-card" },
    headOf(words.weeks, words.weeks_under[kind], mine.weeks.length > 0 && legend),
    mine.weeks.length
      ? [chart(card, challenge, team, width), table(card, challenge, team)]
      : subline(words.no_weeks),
  );
}

const swatch = (colour, word) =>
  h("li", null, h("span", { class: "swatch", style: `background: ${colour}` }), word);

const sumOf = (values) => values.reduce((sum, value) => sum + value, 0);

const teamWeek = (team, i) => (team && isTold(team) ? team.weeks[i] : undefined);

function chart(card, challenge, team, width) {
  const { formats, text } = card;
  const words = text.challenge;
  const { mine, through } = challenge;
  const begins = weeksOf(challenge);
  const last = begins.findLastIndex((day) => through && day <= through);
  const percents = new Map(mine.weeks.map(({ begin, percent }) => [begin, percent]));
  const pairs = begins.map((day, i) => [percents.get(day), teamWeek(team, i)]);
  const axis = axisOf(pairs.flat());
  const frame = new Weeks({ count: begins.length, axis, width, height: width < 480 ? 190 : 250 });
  const digits = axis.ticks.every(Number.isInteger) ? 0 : 1;
  const write = (value) => formats.number(value, 1);
  const each = Math.ceil(DATED / frame.slot);
  const percent = (value) => Number.isFinite(value) && formats.percent(value, 1);
  const said = begins
    .map((day, i) => {
      const [own, ours] = pairs[i].map(percent);
      const told = [own && words.bar_mine(own), ours && words.bar_team(ours)].filter(Boolean);
      return told.length > 0 && words.bar_of(formats.day(day, LONG_DAY), told.join(", "));
    })
    .filter(Boolean)
    .join(". ");
  return picture(
    frame,
    said,
    axes(frame, {
      ticks: axis.ticks,
      write: (tick) => formats.number(tick, tick ? digits : 0),
      unit: "%",
      marks: [],
      labels: [],
    }),
    begins.map((day, i) => [
      i <= last
        ? pairs[i].map((value, side) => bar(frame, i, side, value, write))
        : frame.slot >= ROOMY && [0, 1].map((side) => toCome(frame, i, side)),
      i % each === 0 &&
        textAt(frame.x(i + 0.5), frame.height - 5, formats.day(day, DAY), {
          size: frame.size,
          isStrong: i === last,
        }),
    ]),
  );
}

const placeOf = (frame, i, side) =>
  frame.x(i + 0.5) + (side ? frame.gap : -frame.gap - frame.thick);

function bar(frame, i, side, value, write) {
  if (!Number.isFinite(value)) return false;
  const [top, bottom] = [frame.y(Math.max(0, value)), frame.y(Math.min(0, value))];
  const x = placeOf(frame, i, side);
  return [
    s("rect", {
      x,
      y: top,
      width: frame.thick,
      height: Math.max(1, bottom - top),
      fill: side ? "var(--others)" : "var(--consumption)",
      rx: 2,
      "data-week": i,
    }),
    frame.slot >= (side ? WIDE : ROOMY) &&
      textAt(x + frame.thick / 2, value < 0 ? bottom + frame.size + 1 : top - 5, write(value), {
        size: frame.size,
        isStrong: !side,
      }),
  ];
}

/** Return the place of a bar that is not measured yet. */
const toCome = (frame, i, side) =>
  s("rect", {
    x: placeOf(frame, i, side),
    y: frame.y(0) - 22,
    width: frame.thick,
    height: 22,
    fill: "none",
    stroke: "var(--axis)",
    "stroke-dasharray": "3 3",
  });

/** Return my home's figures; what is printed adds up along each row and down each column. */
function table({ text, formats }, challenge, team) {
  const words = text.challenge;
  const { mine } = challenge;
  const { weeks, unit } = mine;
  const digits = digitsOf(mine);
  const begins = weeksOf(challenge);
  const all = stepsOf(mine);
  // A long challenge has its last weeks one by one, those before in one row.
  const folded = weeks.length > SHOWN_WEEKS ? weeks.length - SHOWN_WEEKS + 1 : 0;
  const expected = closed(
    weeks.map(({ expected_kwh: kwh }) => kwh),
    digits,
    all?.expected,
  );
  const used = closed(
    weeks.map(({ used_kwh: kwh }) => kwh),
    digits,
    all?.used,
  );
  const row = (name, hoped, measured, percent, others) =>
    tableRow(
      name,
      h("td", null, formats.number(hoped, digits)),
      h("td", null, formats.number(measured, digits)),
      h("td", { class: "wide" }, formats.number(hoped === null ? null : hoped - measured, digits)),
      h("td", null, Number.isFinite(percent) ? formats.percent(percent, 1) : "–"),
      h("td", { class: "slim" }, Number.isFinite(others) ? formats.percent(others, 1) : "–"),
    );
  const heads = [
    columnHead(words.week_from),
    columnHead(words[isCorrected(mine) ? "expected" : "before"](unit), "number"),
    columnHead(words.used(unit), "number"),
    columnHead(words.saved_of(unit), "number wide"),
    columnHead(words.saved_percent, "number"),
    columnHead(words.team, "number slim"),
  ];
  const before = [expected, used].map((column) => sumOf(column.slice(0, folded)));
  const rows = [
    folded > 0 && row(words.weeks_before(folded), ...before),
    weeks.slice(folded).map(({ begin, days, percent }, i) => {
      const short = days < 7 && h("small", null, ` (${words.days(days)})`);
      const others = teamWeek(team, begins.indexOf(begin));
      const name = [formats.day(begin, LONG_DAY), short];
      return row(name, expected[folded + i], used[folded + i], percent, others);
    }),
  ];
  const foot = all && row(words.total, all.expected, all.used, mine.value, team?.value);
  return tableOf(null, heads, rows, { foot });
}
