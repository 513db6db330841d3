/** The report of a year: what it will say in short, and the page to print. */

import { periodAt, startOfDay, toField } from "../calendar.js";
import { button, row } from "../card.js";
import { datesAsked } from "../dialog.js";
import { h, haIcon, subline } from "../dom.js";
import { inWords } from "../formats.js";
import { addressOf, keep } from "../keeping.js";
import { isInApp } from "../pages.js";
import { askedOf } from "../sites.js";
import { ENOUGH } from "../year/answers.js";
import { YearCard } from "../year/card.js";

/** What stands for a site: what it buys, else what it gives. */
const STANDING = ["bought", "produced", "sold"];

export default class Report extends YearCard {
  content() {
    const { text, site, formats } = this;
    const words = text.report;
    if (!site) return [this.empty(text.no_home, text.no_home_next)];
    const { zone } = formats;
    const years = [0, -1, -2].map((by) => periodAt(Date.now(), "year", zone, by));
    const found = this.answers.want(
      ...years.map((year) => askedOf("sen1/energies", site.id, year, "month")),
    );
    const said = this.answers.said(160);
    if (!found) return [this.top(words.title), said];
    const name = STANDING.find((one) => found.some(({ quantities }) => isKnown(quantities[one])));
    if (!name) return [this.top(words.title), said, this.empty(words.none, words.none_next)];
    // A year that is over is reported; in its first year a home has but the days so far.
    const at = isKnown(found[1].quantities[name]) ? 1 : 0;
    const [series, before] = [found[at], found[at + 1]].map(
      ({ quantities } = {}) => quantities?.[name],
    );
    const year = toField(years[at].begin, zone).slice(0, 4);
    const isWhole = at === 1 && series.total_known >= ENOUGH;
    const end = at === 1 ? years[1].end : startOfDay(Date.now(), zone);
    const days = [toField(years[at].begin, zone), toField(startOfDay(end, zone, -1), zone)];
    const energy = (value) => formats.quantity(value, series.unit, 1);
    const change =
      isWhole && before?.total_known >= ENOUGH && before.total > 0
        ? 100 * (series.total / before.total - 1)
        : undefined;
    const known = series.total_known;
    const make = (what) => () => this.make(what, ...days);
    const asTable = () => this.keepTable(site.id, ...days);
    const press = (label, icon, onclick, look) =>
      button(label, icon, onclick, { disabled: this.isBusy, ...look });
    return [
      this.top(
        words.title,
        at === 0 ? words.goes_on(year) : words[isWhole ? "whole" : "partial"](year),
      ),
      said,
      h(
        "div.rows",
        row(text.quantities[name], energy(series.total)),
        row(words.than(String(year - 1)), inWords(change, this)),
        row(words.measured, formats.percent(Math.floor(1000 * known) / 10, known < 1 ? 1 : 0)),
      ),
      this.told(),
      press(words.make(year), "mdi:printer", make(site.id), { class: "primary" }),
      h(
        "div.two",
        press(words.other, "mdi:calendar", () => this.ask(site.id, ...days)),
        press("CSV", undefined, asTable, { "aria-label": text.file_long }),
      ),
      this.config.site === undefined &&
        this.sites.length > 1 &&
        press(words.all, "mdi:office-building-outline", make("all"), { class: "whole" }),
      h("p.note", words.is),
    ];
  }

  /** Return the head: the icon, the title and what of it is there. */
  top(title, under) {
    return h(
      "div.header.with-icon",
      haIcon("mdi:file-chart"),
      h("div", h("h2", title), under && subline(under)),
    );
  }

  /** Return how the last report went. */
  told() {
    const { text, isBusy, failed, kept } = this;
    const words = text.report;
    if (isBusy) return h("p.under", { role: "status" }, words.making);
    if (failed) {
      return this.alert(
        "error",
        words.failed,
        words.reasons[failed.translation_key] ?? failed.message,
      );
    }
    return kept && h("p.under", { role: "status" }, words.kept(kept));
  }

  /** Have the report made; return it, or undefined if it could not be. */
  async made(site, begin, end) {
    Object.assign(this, { isBusy: true, failed: undefined, kept: undefined });
    this.redraw();
    const message = {
      type: "sen1/report",
      site,
      begin,
      end,
      language: this.language,
    };
    const made = await this.hass.callWS(message).catch((error) => {
      this.failed = error;
    });
    this.isBusy = false;
    this.redraw();
    return made;
  }

  /** Show the report on a page of its own; where none may be opened, keep it as a file. */
  async make(site, begin, end) {
    // A page that is opened later than the click is taken for one that nobody asked for.
    const page = isInApp() ? null : window.open("", "_blank");
    if (page) page.document.title = this.text.report.making;
    const made = await this.made(site, begin, end);
    if (!made) {
      page?.close();
      return;
    }
    const blob = new Blob([made.html], { type: "text/html;charset=utf-8" });
    if (page && !page.closed) {
      page.opener = null;
      page.location.replace(addressOf(blob));
      return;
    }
    this.keepFile(`${made.name}.html`, blob);
  }

  async keepTable(site, begin, end) {
    const made = await this.made(site, begin, end);
    if (made)
      this.keepFile(`${made.name}.csv`, new Blob([made.csv], { type: "text/csv;charset=utf-8" }));
  }

  keepFile(name, blob) {
    keep(name, blob);
    this.kept = name;
    this.redraw();
  }

  async ask(site, begin, end) {
    const { text, formats } = this;
    const words = text.report;
    const dates = await datesAsked(this, {
      title: words.other,
      body: words.other_is,
      dates: [begin, end],
      last: toField(Date.now(), formats.zone),
      yes: words.make_it,
      no: words.cancel,
    });
    if (dates) await this.make(site, ...dates);
  }
}

const isKnown = (series) => Number.isFinite(series?.total);
