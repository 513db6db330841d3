/** A goal that is a saving: the gap to what was expected, from its beginning to its end. */

import { fromField, startOfDay } from "../calendar.js";
import { figure, keyed } from "../card.js";
import { closed } from "../closing.js";
import { columnHead, h, subline, tableOf, tableRow } from "../dom.js";
import { inOne, sentences } from "../formats.js";
import { ENOUGH } from "./answers.js";
import { gapPicture } from "./pictures.js";
import { dayOf, daysBetween, monthsIn, spanOf } from "./words.js";

/** The gap of the first days says little, and would set the scale of all others. */
const FIRST_DAYS = 7;

/** Return what is shown of a saving. */
export function saving(card, goal) {
  const { text, formats, site } = card;
  const words = text.goals;
  const { zone } = formats;
  const span = daysBetween(goal.begin, goal.end, zone);
  const under = [
    `${site.name}, ${spanOf(span, formats)}`,
    goal.reference &&
      words.against(spanOf(daysBetween(goal.reference.begin, goal.reference.end, zone), formats)),
    goal.corrected && words.equal_cold,
  ];
  return [
    card.head(goal.name, inOne(under), card.editor(goal)),
    goal.state === "unknown" && !goal.done
      ? card.empty(words.states.unknown, reasonOf(words, goal))
      : [keys(card, goal, span), gap(card, goal, span), table(card, goal)],
  ];
}

/** Return why nothing can be said, in words of which none is a code. */
export const reasonOf = (words, { reason }) => words.reasons[reason] ?? words.reasons.other;

/** Return whether its reason is to be said below how it stands, which says that it was too close. */
export const hasReason = ({ state, reason }) =>
  state === "unknown" || (reason && reason !== "too_close");

/** Return how a goal stands: one that may still be reached, but not as things go, falls short. */
export function standing({ kind, state, reason, target, heading }, isOver) {
  if (reason === "too_close") return "close";
  if (reason === "not_corrected" && isOver) return "unsure";
  if (state !== "possible" || !heading) return state;
  const isLimit = ["energy", "cost"].includes(kind);
  return (isLimit ? heading.low > target : heading.high < target) ? "short" : state;
}

function keys(card, goal, { end }) {
  const { text, formats } = card;
  const words = text.goals;
  const { done, expected, used, missing, heading, one_more_week: next } = goal;
  const percent = (value) => formats.percent(value, 1);
  const isOver = +end <= Date.now();
  const saved = expected && expected.value - used;
  const energy = (value) => formats.quantity(Math.abs(value), done?.unit ?? "kWh", 1);
  const more = Number.isFinite(saved) && words[saved < 0 ? "more" : "saved"](energy(saved));
  const around = heading && words.around(percent(heading.value));
  const range = heading && words.range(...[heading.low, heading.high].map(percent));
  return h(
    "div.goal-keys",
    done && answer(words.done, percent(done.percent), more),
    heading && !isOver && answer(words.heading(lastDay(end, formats)), around, range),
    card.stands(
      goal,
      h("strong", words.states[standing(goal, isOver)]),
      subline(
        sentences([
          hasReason(goal) && reasonOf(words, goal),
          missing > 0 && !isOver && words.missing(energy(missing)),
          !isOver && Number.isFinite(next) && words.next_week(percent(next)),
          goal.known < ENOUGH && words.known(formats.percent(Math.floor(100 * goal.known))),
        ]),
      ),
    ),
  );
}

const answer = (label, written, under) =>
  keyed(label, figure(written, undefined, "figure answer"), under && subline(under));

const lastDay = (end, formats) =>
  formats.date(startOfDay(end, formats.zone, -1), { day: "numeric", month: "long" });

function gap(card, goal, span) {
  const { text, formats, isNarrow } = card;
  const words = text.goals;
  const { zone } = formats;
  const { heading, target } = goal;
  const days = goal.days.filter(({ percent }) => Number.isFinite(percent));
  const drawn = days.length > 2 * FIRST_DAYS ? days.slice(FIRST_DAYS) : days;
  if (drawn.length < 2) return false;
  const points = drawn.map(({ day, percent }) => [
    +startOfDay(fromField(day, zone), zone, 1),
    percent,
  ]);
  const percent = (value, digits = 1) => formats.percent(value, digits);
  const last = dayOf(fromField(drawn.at(-1).day, zone), formats);
  const [now, aim] = [
    words.on(percent(drawn.at(-1).percent), last),
    words.target(percent(target, Number.isInteger(target) ? 0 : 1)),
  ];
  const isOver = +span.end <= Date.now();
  return [
    h("h3", words.gap(dayOf(span.begin, formats))),
    gapPicture(inOne([now, aim, heading && words.around(percent(heading.value))]), {
      width: Math.max(240, card.width - 34),
      height: isNarrow ? 220 : 260,
      ...span,
      points,
      months: monthsIn(span, formats, isNarrow),
      formats,
      now,
      target: { value: target, name: aim },
      heading: !isOver &&
        heading && {
          ...heading,
          names: {
            low: percent(heading.low),
            high: percent(heading.high),
            value: words.around(percent(heading.value)),
          },
        },
    }),
  ];
}

function table(card, goal) {
  const { text, formats } = card;
  const words = text.goals;
  const { months, expected, used, done } = goal;
  if (!months.length || !expected) return false;
  const unit = done?.unit ?? "kWh";
  const column = (name, total) =>
    closed(
      months.map((month) => month[name]),
      1,
      total,
    );
  const [expecteds, useds] = [column("expected", expected.value), column("used", used)];
  const number = (value) => formats.number(value, 1);
  const percent = (value) => formats.percent(value ?? NaN, 1);
  const head = (label, unit) => columnHead([label, unit && [h("br"), unit]], "number");
  const row = (name, ...cells) =>
    tableRow(
      name,
      cells.map((cell) => h("td", cell)),
    );
  const heads = [
    columnHead(text.month),
    head(words.expected, unit),
    head(words.used, unit),
    head(words.difference),
  ];
  const rows = months.map((month, i) =>
    row(monthName(month, card), number(expecteds[i]), number(useds[i]), percent(month.percent)),
  );
  return [
    tableOf({ class: "sums" }, heads, rows, {
      caption: h("caption.hidden", words.in_figures),
      foot: row(words.to_date, number(expected.value), number(used), percent(done?.percent)),
    }),
    h("p.note", goal.corrected ? words.expected_is : words.expected_was),
  ];
}

/** Return the name of a month, with how many of its days are counted where it is not whole. */
function monthName({ begin, end }, { text, formats }) {
  const { zone } = formats;
  const [from, to] = [fromField(begin, zone), startOfDay(fromField(end, zone), zone, 1)];
  const name = formats.date(from, { month: "long" });
  const days = Math.round((to - from) / 86_400_000);
  const [year, month] = begin.split("-").map(Number);
  const all = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return days < all ? [name, h("span.under", `, ${text.goals.days(days)}`)] : name;
}
