/** One question for a whole class, readable from the back of the room: is the sun enough? */

import { button, Card } from "../card.js";
import { Compared } from "../compared.js";
import { coverageOf } from "../curves.js";
import { h } from "../dom.js";
import { coverage } from "../recorder.js";

/** Pixels of the screen that all sizes are said for. */
const SCREEN = 1920;
const SQUARES = 100;

export default class Wall extends Card {
  static tag = "div";
  static isSized = true;

  constructor(host) {
    super(host);
    this.compared = new Compared(() => this.redraw());
  }

  watched() {
    return [this.hass.entities];
  }

  content() {
    const { text, compared } = this;
    const series = Compared.series(this);
    const production = series.find(({ kind }) => kind === "production");
    const consumption =
      series.find(({ kind, site }) => kind === "consumption" && site === production?.site) ??
      series.find(({ kind }) => kind === "consumption");
    if (!production || !consumption) {
      return [h("ha-card", null, this.empty(text.wall.needs, text.no_series_next))];
    }
    const period = Compared.period({ period: "last_week", ...this.config }, this.formats.zone);
    compared.want(this.hass, [production.statistic, consumption.statistic], period, "");
    if (compared.status === "error") {
      return [h("ha-card", null, this.alert("error", text.not_read, compared.error.message))];
    }
    if (compared.status === "loading" || !this.width) {
      return [h("ha-card", null, this.loading(400))];
    }
    if (!compared.has(production.statistic) || !compared.has(consumption.statistic)) {
      return [h("ha-card", null, this.empty(text.no_data, text.no_data_next))];
    }
    const found = coverage(
      compared.values[production.statistic],
      compared.values[consumption.statistic],
      compared.step,
    );
    return [
      h(
        "div",
        { class: "wall" },
        compared.status === "offline" && this.alert("warning", text.offline, text.offline_next),
        h(
          "header",
          null,
          h("h1", null, this.config.title ?? text.wall.question),
          h("span", { class: "date" }, this.formats.range(period.begin, period.end)),
          document.fullscreenEnabled &&
            button("", "mdi:fullscreen", () => this.frame.requestFullscreen(), {
              "aria-label": text.wall.full_screen,
            }),
        ),
        h("div", { class: "main" }, this.curve(found, production, consumption), this.share(found)),
        this.figures(found),
      ),
    ];
  }

  get unit() {
    return this.width / SCREEN;
  }

  curve(found, production, consumption) {
    const { compared, text, formats, unit } = this;
    const width = 1350 * unit;
    return h(
      "ha-card",
      null,
      coverageOf(text.covered_at(formats.percent(100 * found.share)), {
        period: compared.period,
        step: compared.drawnStep,
        formats,
        width,
        height: 690 * unit,
        look: this.width > 900 ? "wall" : "page",
        production: compared.drawn(production.statistic),
        consumption: compared.drawn(consumption.statistic),
        names: [text.kinds.production, text.kinds.consumption, text.surplus],
      }),
    );
  }

  /** Draw the share as a hundred squares, that children count. */
  share({ share }) {
    const { text, formats } = this;
    const sunny = Math.round(100 * share);
    return h(
      "ha-card",
      { class: "share" },
      h("div", { class: "huge" }, formats.percent(100 * share)),
      h("p", { class: "words" }, text.wall.by_the_roof),
      h(
        "div",
        { class: "squares", "aria-hidden": "true" },
        Array.from({ length: SQUARES }, (_, i) => h("span", { class: i < sunny ? "sun" : "" })),
      ),
      h(
        "p",
        { class: "words" },
        text.wall.of_hundred,
        h("br"),
        h("strong", { style: "color: var(--production)" }, text.wall.from_sun(sunny)),
        ", ",
        h("strong", { style: "color: var(--consumption)" }, text.wall.from_grid(100 - sunny)),
      ),
    );
  }

  figures({ covered, grid, surplus }) {
    const { text, formats } = this;
    const figure = (icon, colour, value, words) =>
      h(
        "ha-card",
        null,
        h("ha-icon", { icon, style: `color: var(${colour})`, "aria-hidden": "true" }),
        h(
          "div",
          null,
          h("p", { class: "big" }, formats.number(value), h("small", null, "\u00a0kWh")),
          h("p", { class: "words" }, words),
        ),
      );
    return h(
      "div",
      { class: "below" },
      figure("mdi:white-balance-sunny", "--production", covered + surplus, text.wall.produced),
      figure("mdi:school", "--consumption", covered + grid, text.wall.used),
      figure("mdi:transmission-tower-import", "--injected", surplus, text.wall.sent),
    );
  }
}
