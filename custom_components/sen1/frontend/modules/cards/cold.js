/** The cold of this winter, beside the last one and the usual, in degree-days. */

import { monthsOf, partsOf, startOfDay } from "../calendar.js";
import { figure } from "../card.js";
import { h, note, subline } from "../dom.js";
import { askedOf } from "../sites.js";
import { ENOUGH } from "../year/answers.js";
import { YearCard } from "../year/card.js";
import { coldBars } from "../year/pictures.js";
import { seasonAt } from "../year/season.js";
import { toForm } from "../year/words.js";

/** So little, in per cent, two winters are alike. */
const ALIKE = 2;

export default class Cold extends YearCard {
  static isSized = true;

  content() {
    const { text, site, hass } = this;
    const words = text.cold;
    if (!site) return [this.empty(text.no_home, text.no_home_next)];
    const season = seasonAt(Date.now(), hass.config);
    const ask = (period) => askedOf("sen1/cold", site.id, period, "month");
    // Of its first day nothing is whole yet, but whether the home knows the cold is.
    const today =
      +season.begin === +season.end && startOfDay(season.begin, hass.config.time_zone, 1);
    const found = this.answers.want(
      ...(today ? [ask({ ...season, end: today })] : [ask(season), ask(season.before)]),
    );
    const said = this.answers.said(360);
    if (!found) return [this.head(words.plain), said];
    const [now, before] = found;
    if (now.source === null && now.total === null) {
      const action = toForm(this, words.choose);
      return [this.head(words.plain), said, this.empty(words.none, words.none_next, action)];
    }
    const { begin, end } = season;
    const under = words.under(
      this.formats.range(begin, today || end),
      this.formats.quantity(now.base, "°C"),
    );
    if (today)
      return [this.head(words.plain, under), said, this.empty(words.begun, words.begun_next)];
    if (!Number.isFinite(now.total)) {
      return [this.head(words.plain, under), said, this.empty(words.not_yet, words.not_yet_next)];
    }
    const change = changeOf(now, before);
    return [
      this.head(words.titles[kindOf(change)](season.isOver), under),
      said,
      this.figures(now, before, change, season),
      this.width && this.bars(now, before, season),
      this.legend(now, before, season),
      note(
        [words.are, words.methods[now.method], words.sources[now.source]].filter(Boolean).join(" "),
      ),
      this.unknown(now, season),
    ];
  }

  figures(now, before, change, { isOver }) {
    const { text, formats } = this;
    const words = text.cold;
    const number = (value) => formats.number(value);
    const key = (written, label, isFirst) =>
      h(
        "div",
        null,
        isFirst ? figure(written) : h("p", { class: "figure second" }, written),
        subline(label),
      );
    return h(
      "div",
      { class: "four cold" },
      key(number(now.total), words[isOver ? "that" : "this"], true),
      Number.isFinite(before.total) && key(number(before.total), words[isOver ? "before" : "last"]),
      now.usual_years && key(number(now.usual_total), words.usual),
      change !== undefined &&
        key(formats.percent(Math.abs(change), 1), words[change < 0 ? "less" : "more"]),
    );
  }

  bars(now, before, season) {
    const { formats, width } = this;
    const months = monthsOf(season, formats.zone);
    const names = months.map((time, i) => this.nameOf(time, months[i + 1] ?? season.end));
    const words = this.text.cold;
    const label = months
      .map((_, i) => `${names[i]} ${formats.number(now.degree_days[i])}`)
      .join(", ");
    return coldBars(`${words.by_month}${this.text.colon}${label}`, {
      width: Math.max(240, width - 34),
      height: 230,
      names,
      values: now.degree_days,
      before: months.map((_, i) => before.degree_days[i] ?? null),
      usual: now.usual_years ? now.usual : [],
      formats,
    });
  }

  /** Return the name of a month; of one in part its days, where there is room. */
  nameOf(begin, end) {
    const { formats, width } = this;
    const { zone } = formats;
    const last = startOfDay(end, zone, -1);
    const isWhole = partsOf(end, zone).day === 1;
    const count = monthsOf(seasonAt(Date.now(), this.hass.config), zone).length;
    const room = (width - 74) / count;
    if (!isWhole && room > 70) {
      return formats
        .date(last, { day: "numeric", month: "short" })
        .replace(/\d+/, (day) => (day === "1" ? day : `1–${day}`));
    }
    const [, month] = [
      [70, "long"],
      [34, "short"],
      [0, "narrow"],
    ].find(([least]) => room > least);
    return formats.date(begin, { month });
  }

  legend(now, before, { isOver }) {
    const words = this.text.cold.legend;
    const [from, to] = now.usual_years ?? [];
    const mark = (className, style, name) =>
      h("li", null, h("span", { class: className, style, "aria-hidden": "true" }), name);
    return h(
      "ul",
      { class: "marks" },
      mark("swatch", "background: var(--series-2)", words[isOver ? "that" : "this"]),
      Number.isFinite(before.total) && mark("ghost-mark", false, words[isOver ? "before" : "last"]),
      now.usual_years && mark("cut-mark", false, words.usual(from, to)),
    );
  }

  unknown(now, season) {
    const known = knownOf(now, season, this.formats.zone);
    if (known >= ENOUGH) return false;
    const part = this.formats.percent(Math.floor(100 * known));
    return note(this.text.cold.known(part));
  }
}

/** Return which part of a season's days is known. */
function knownOf({ total_known: known, known: parts }) {
  if (Number.isFinite(known)) return known;
  return parts.length ? parts.reduce((sum, part) => sum + part, 0) / parts.length : 0;
}

/** Return by how many per cent a winter is colder, or undefined where one of both is not known. */
function changeOf(now, before) {
  const isKnown = knownOf(now) >= ENOUGH && knownOf(before) >= ENOUGH && before.total > 0;
  return isKnown ? 100 * (now.total / before.total - 1) : undefined;
}

function kindOf(change) {
  if (change === undefined) return "plain";
  if (Math.abs(change) < ALIKE) return "alike";
  return change > 0 ? "colder" : "milder";
}
