/** A challenge week after week: my home's figures, and my team beside it. */

import { closed } from "../closing.js";
import { columnHead, h, subline, tableOf, tableRow } from "../dom.js";
import { headOf, track } from "./board.js";
import { axisOf, digitsOf, isCorrected, isTold, stepsOf, weeksOf } from "./scores.js";

const DAY = { day: "numeric", month: "long" };
/** Weeks that have a row each. */
const SHOWN_WEEKS = 8;

/** Return the card of the weeks. */
export function weeksCard(card, challenge) {
  const words = card.text.challenge;
  const { mine } = challenge;
  const kind = isCorrected(mine) ? "corrected" : "other";
  return h(
    "ha-card.weeks-card",
    headOf(words.weeks, words.weeks_under[kind]),
    mine.weeks.length ? table(card, challenge) : subline(words.no_weeks),
  );
}

const sumOf = (values) => values.reduce((sum, value) => sum + value, 0);

/** Return what is known of each week that was measured, here or elsewhere in the team. */
function weeksKnown(challenge) {
  const { mine, board, through } = challenge;
  const team = board?.teams[mine.team];
  const own = new Map(mine.weeks.map((week) => [week.begin, week]));
  const hasTeam = team && isTold(team);
  return weeksOf(challenge)
    .map((begin, i) => ({ begin, ...own.get(begin), team: hasTeam ? team.weeks[i] : undefined }))
    .filter(({ begin, days, team }) => days || (begin <= through && Number.isFinite(team)));
}

/** Return the table; what is printed adds up along each row and down each column. */
function table({ text, formats }, challenge) {
  const words = text.challenge;
  const { mine, board } = challenge;
  const { unit } = mine;
  const digits = digitsOf(mine);
  const weeks = weeksKnown(challenge);
  const all = stepsOf(mine);
  // A long challenge has its last weeks one by one, those before in one row.
  const folded = weeks.length > SHOWN_WEEKS ? weeks.length - SHOWN_WEEKS + 1 : 0;
  const axis = axisOf(weeks.flatMap(({ percent, team }) => [percent, team]));
  const column = (key, total) =>
    closed(
      weeks.map((week) => week[key] ?? null),
      digits,
      total,
    );
  const expected = column("expected_kwh", all?.expected);
  const used = column("used_kwh", all?.used);
  const amount = (value) => h("td", formats.number(value, digits));
  const percent = (value) => h("td", Number.isFinite(value) ? formats.percent(value, 1) : "–");
  const bar = (value) => Number.isFinite(value) && track(value, axis);
  const row = (name, [hoped, measured], own, team, bars) =>
    tableRow(
      name,
      amount(hoped),
      amount(measured),
      h("td.wide", formats.number(hoped === null ? null : hoped - measured, digits)),
      percent(own),
      percent(team),
      h("td.wide.bars", bars),
    );
  const heads = [
    columnHead(words.week_from),
    columnHead(words[isCorrected(mine) ? "expected" : "before"](unit), "number"),
    columnHead(words.used(unit), "number"),
    columnHead(words.saved_of(unit), "number wide"),
    columnHead(words.me, "number"),
    columnHead(words.team, "number"),
    h("td.wide"),
  ];
  const before = [expected, used].map((values) => sumOf(values.slice(0, folded)));
  const rows = [
    folded > 0 && row(words.weeks_before(folded), before),
    weeks.slice(folded).map(({ begin, days, percent: own, team }, i) => {
      const short = days < 7 && h("small", ` (${words.days(days)})`);
      const name = [formats.day(begin, DAY), short];
      const bars = [h("div.mine", bar(own)), bar(team)];
      return row(name, [expected[folded + i], used[folded + i]], own, team, bars);
    }),
  ];
  const total = board?.teams[mine.team]?.value;
  const foot = all && row(words.total, [all.expected, all.used], mine.value, total);
  return tableOf(null, heads, rows, { foot });
}
