/** The cold of this winter, beside the last one and the usual: in bars, and in degree-days for who asks. */

import { asked, move } from "../address.js";
import { monthsOf, partsOf, startOfDay } from "../calendar.js";
import { button } from "../card.js";
import { closed } from "../closing.js";
import { columnHead, folded, h, listOf, note, tableOf, tableRow } from "../dom.js";
import { sentences } from "../formats.js";
import { askedOf } from "../sites.js";
import { barOf } from "../track.js";
import { ENOUGH } from "../year/answers.js";
import { YearCard } from "../year/card.js";
import { comparedTo, seasonOf } from "../year/season.js";
import { toForm } from "../year/words.js";

export default class Cold extends YearCard {
  content() {
    const { text, site, hass } = this;
    const words = text.cold;
    if (!site) return [this.empty(text.no_home, text.no_home_next)];
    const season = seasonOf(Number(asked("winter")) || undefined, Date.now(), hass.config);
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
    const under = this.formats.range(season.begin, today || season.end);
    const head = (title) => this.head(title, under, this.arrows(season, before));
    if (today) return [head(words.plain), said, this.empty(words.begun, words.begun_next)];
    if (!Number.isFinite(now.total)) {
      return [head(words.plain), said, this.empty(words.not_yet, words.not_yet_next)];
    }
    const change = changeOf(now, before);
    const kind = change === undefined ? "plain" : comparedTo(now.total, before.total);
    const winters = this.winters(now, before, season);
    const base = this.formats.quantity(now.base, "°C");
    return [
      head(words.titles[kind](season.isOver, this.formats.percent(Math.abs(change)))),
      said,
      this.beside(winters),
      folded(
        words.more_about,
        words.more_is,
        this.table(winters, season),
        note(sentences([words.are(base), words.methods[now.method], words.sources[now.source]])),
      ),
      this.unknown(now, season),
    ];
  }

  /** Return what leads to the winter before, as far as any is known, and to the one after. */
  arrows({ year, isNewest }, before) {
    const words = this.text.cold;
    const arrow = (icon, label, winter, disabled) =>
      button("", icon, () => move({ winter }), { class: "icon", "aria-label": label, disabled });
    return [
      arrow("mdi:chevron-left", words.legend.before, year - 1, !Number.isFinite(before?.total)),
      arrow("mdi:chevron-right", words.after, year + 1, isNewest),
    ];
  }

  /** Return those that are known of this winter, the last one and the usual: what each came to, and its months. */
  winters(now, before, { isOver }) {
    const words = this.text.cold.legend;
    return [
      {
        name: words[isOver ? "that" : "this"],
        total: now.total,
        months: now.degree_days,
        look: "cold",
      },
      { name: words[isOver ? "before" : "last"], total: before.total, months: before.degree_days },
      now.usual_years && {
        name: words.usually,
        of: words.usual(...now.usual_years),
        total: now.usual_total,
        months: now.usual,
      },
    ].filter((one) => Number.isFinite(one?.total));
  }

  /** Return the winters beside each other, the coldest the longest. */
  beside(winters) {
    const most = Math.max(...winters.map(({ total }) => total)) || 1;
    return listOf("ranks", winters, ({ name, total, look = "ghost" }) =>
      h(
        "li",
        h("span", name),
        h("span.track", barOf(total / most, look)),
        h("span.hidden", this.formats.number(total)),
      ),
    );
  }

  /** Return the winters month by month. */
  table(winters, season) {
    const { text, formats } = this;
    const begins = monthsOf(season, formats.zone);
    const number = (value) => h("td", formats.number(value ?? NaN));
    const columns = winters.map(({ months, total }) =>
      closed(
        begins.map((_, i) => months[i]),
        0,
        total,
      ),
    );
    return tableOf(
      null,
      [columnHead(text.month), winters.map(({ name, of }) => columnHead(of ?? name, "number"))],
      begins.map((begin, i) =>
        tableRow(
          this.nameOf(begin, begins[i + 1] ?? season.end),
          columns.map((values) => number(values[i])),
        ),
      ),
      {
        caption: h("caption.hidden", text.cold.by_month),
        foot: tableRow(
          text.total,
          winters.map(({ total }) => number(total)),
        ),
      },
    );
  }

  /** Return the name of a month, of one in part its days. */
  nameOf(begin, end) {
    const { formats } = this;
    const isWhole = partsOf(end, formats.zone).day === 1;
    return isWhole ? formats.date(begin, { month: "long" }) : formats.range(begin, end);
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
