/** The past of a home or building, to leaf through: a day, a week, a month or a year, and what it is beside. */

import { asked, move } from "../address.js";
import { periodAt } from "../calendar.js";
import { button, Card, choice } from "../card.js";
import { h } from "../dom.js";
import { turn } from "../fields.js";
import { capital } from "../formats.js";
import { first } from "../installation.js";
import { bar, moreMenu, show } from "../past/bar.js";
import { more, otherWays } from "../past/below.js";
import { chosen } from "../past/chosen.js";
import { heads } from "../past/heads.js";
import { Leafed } from "../past/leafed.js";
import { pictures } from "../past/pictures.js";
import { periodAsked, STEPS, YEAR } from "../past/spans.js";
import { strip, stripsOf } from "../past/strips.js";
import { sheet } from "../past/style.js";
import { countedIn, shownOf } from "../past/sums.js";
import { table } from "../past/table.js";
import { nameOf, writing } from "../past/words.js";
import { peaksOf } from "../powers.js";
import { isRoof, knownSites, readSites } from "../sites.js";
import { steppingSheet } from "../stepping.js";
import { textsOf } from "../texts.js";

/** For so long what was looked at stays below the bar: what comes within it is seen to come, not to load. */
const SOON_MS = 100;

/** What moves while a period goes on. */
const MOVING = ["bought", "sold", "produced", "consumed"];

/** What a step is opened as. */
const OPENS = { week: "day", month: "day", year: "month", days: "day" };

/** Of more days no bars can be told apart. */
const MOST_DAYS = 92;

/** More than these cannot be told apart. */
const MOST = 3;

const ICONS = {
  electricity: "mdi:flash",
  roof: "mdi:solar-panel-large",
  gas: "mdi:gas-burner",
  water: "mdi:water",
};

export default class Past extends Card {
  static words = ["past"];
  static tag = "div";
  static isSized = true;
  static isOfSite = true;
  static sheets = [sheet, steppingSheet];

  leafed = new Leafed(() => this.redraw());
  /** What is unfolded, by its name. */
  open = new Set();
  ask = asked;
  move = move;
  /** Return what a press needs, or undefined while it comes. */
  pressed = this.needed;

  watched() {
    return [this.hass.entities, this.hass.devices, ...this.moving];
  }

  get period() {
    return periodAsked(this, MOST_DAYS);
  }

  /** The newest moment there is: now, or the last that is known where a day is told when it is over. */
  get newest() {
    const later = first(this.here, "bought_yesterday", "sold_yesterday", "produced_yesterday");
    const known = Date.parse(this.hass.states[later]?.attributes.known_until);
    return Math.min(Date.now(), known - 1) || Date.now();
  }

  get isNow() {
    return +this.period.end > Date.now();
  }

  get isNarrow() {
    return this.width < 600;
  }

  /** What can be chosen to be counted: `{electricity: "bought"}`. */
  get counted() {
    return this.leafed.last ? countedIn(this.leafed.last, isRoof(this.site)) : {};
  }

  /** What is counted: what is asked for, or the first that this site counts. */
  get quantity() {
    const { counted } = this;
    const what = asked("what");
    const found = counted[what] ?? (what in (this.leafed.last?.quantities ?? {}) && what);
    return found || Object.values(counted)[0];
  }

  get isElectric() {
    return !["gas", "water"].includes(this.quantity);
  }

  /** The highest powers that were bought, where that is what is looked at. */
  get peaks() {
    return this.quantity === "bought" ? peaksOf(this.leafed.current) : undefined;
  }

  get series() {
    return this.leafed.last?.quantities[this.quantity];
  }

  /** When anything of what is counted was known first. */
  get since() {
    return this.series?.since ?? undefined;
  }

  /** Whether it can be shown in money; undefined where nothing is known that could cost anything. */
  get hasPrice() {
    if (!this.series?.values.some(Number.isFinite)) return undefined;
    return Number.isFinite(this.series.total_cost);
  }

  get isMoney() {
    return asked("in") === "money" && this.hasPrice !== false;
  }

  /** What it is compared with: the year before, unless the address names other things or nothing. */
  get compared() {
    return (asked("with") ?? YEAR).split(",").filter(Boolean).slice(0, MOST);
  }

  /** Whether it is compared with anything else than the year before. */
  get isBeside() {
    return this.compared.some((one) => one !== YEAR);
  }

  /** What it is compared with besides, once that is fetched. */
  get beside() {
    if (!this.picking && !this.isBeside) return undefined;
    return this.pressed("beside", async () => {
      const [{ Beside }, text] = await Promise.all([
        import("../past/beside.js"),
        textsOf(this.language, "past", "comparison"),
      ]);
      return new Beside(this, text);
    });
  }

  /** What is told below the table once it is unfolded. */
  get inside() {
    return this.pressed("more", async () => (await import("../past/more.js")).inside);
  }

  /** The state of what Home shows of this period, while it goes on. */
  get homeState() {
    const { site } = this;
    if (!site || !this.isNow || (this.series && this.quantity !== "bought")) return undefined;
    return this.state(first(this.here, `bought_${this.period.unit}`));
  }

  /** What the site's own entities say of this period, while it goes on: by that it is another. */
  get moving() {
    if (!this.site || !this.isNow) return [];
    const { unit } = this.period;
    return MOVING.map((what) => this.state(first(this.here, `${what}_${unit}`))?.state);
  }

  /** Show what the address says now; what is drawn stays while another period comes at once. */
  moved() {
    this.pointed = undefined;
    this.isSoon = true;
    setTimeout(() => {
      this.isSoon = false;
      if (!this.leafed.current) this.redraw();
    }, SOON_MS);
    super.moved();
  }

  compare(ids) {
    move({ with: ids.join(",") === YEAR ? undefined : ids.join(",") });
  }

  /** Choose what it is compared with. */
  pick() {
    return this.attempt(async () => {
      const { Picker } = await import("../comparison/picker.js");
      this.picking = true;
      if (!this.beside) await this.fetching.beside;
      const { beside } = this;
      beside?.wantOthers();
      this.picker = new Picker(this, beside.text, {
        groups: () => beside.groups(),
        chosen: this.compared,
        most: MOST,
        onchosen: (ids) => this.compare(ids),
      });
    });
  }

  /** Ask for what is looked at; return whether it is there. */
  want() {
    // Home's own figures move with the meters: this page goes with them.
    this.leafed.want(this.hass, this.site.id, this.period, this.moving);
    return this.leafed.current !== undefined;
  }

  /** What a step is opened as, if it is. */
  get opens() {
    return OPENS[this.period.unit];
  }

  /** Look at one step of the period. */
  openStep(i) {
    // While another period comes, what is still drawn leads nowhere.
    const { begins } = this.leafed.current ?? {};
    if (!begins || begins[i] > Date.now()) return;
    show(this, periodAt(begins[i], this.opens, this.formats.zone));
  }

  /** Tell of one step. */
  point(step) {
    if (step === this.pointed) return;
    this.pointed = step;
    this.redraw();
  }

  /** Unfold what has that name, or fold it. */
  unfold(name, isOpen = !this.open.has(name)) {
    if (isOpen === this.open.has(name)) return;
    turn(this.open, name, isOpen);
    this.redraw();
  }

  content() {
    const { text, leafed, hass } = this;
    if (!knownSites(hass)) return [h("ha-card", this.withoutSites())];
    if (!this.site) return [h("ha-card", this.empty(text.no_home, text.no_home_next))];
    const { period } = this;
    const isReady = this.want() && this.width && this.series;
    this.shown = isReady
      ? shownOf({ ...leafed, zone: this.formats.zone }, this.quantity, this.isMoney)
      : undefined;
    this.wantWeather(isReady && this.shown.isKnown);
    if (this.shown?.isKnown) this.beside?.want();
    this.picker?.draw();
    const top = bar(this, this.whats(), this.money(), moreMenu(this, !this.shown?.isKnown));
    if (!leafed.current && this.isSoon) return [top, [...this.frame.children].slice(1)];
    return [top, this.body(period)];
  }

  /** Return what can be counted, where there is more than one thing. */
  whats() {
    const { text, counted } = this;
    const whats = Object.entries(counted);
    if (whats.length < 2) return false;
    const { quantity } = this;
    return choice(
      text.past.what_of,
      whats.map(([what, name], i) => [
        text.past.whats[what],
        name === quantity,
        () => move({ what: i ? what : undefined }),
        { icon: ICONS[what] },
      ]),
      "segments",
    );
  }

  /** Return the choice of energy or money. */
  money() {
    const { text, hasPrice, isMoney, formats } = this;
    // What is not bought has no price that a contract could tell.
    const isBought = this.quantity === "bought";
    if (!hasPrice && !isBought) return false;
    const lacks = hasPrice === false;
    return [
      choice(
        text.past.shown_in,
        [
          [this.shown?.unit ?? "kWh", !isMoney, () => move({ in: undefined })],
          [
            formats.symbol,
            isMoney,
            () => move({ in: "money" }),
            { disabled: !hasPrice, "aria-describedby": lacks && "no-price" },
          ],
        ],
        "segments",
      ),
      lacks && isBought && h("p.under", { id: "no-price" }, text.past.no_price),
    ];
  }

  /** Return what is taken away: the pictures and the columns of the table. */
  async taken() {
    const { shown, formats, text, period } = this;
    const [{ fileName, fileOf }, { workshop }] = await Promise.all([
      import("../past/file.js"),
      textsOf(this.language, "comparison"),
    ]);
    const total = writing(shown, formats)(shown.total);
    return {
      title: this.site.name,
      range: nameOf(period, formats),
      file: fileName(this),
      columns: fileOf(this, shown),
      rows: [{ name: text.quantities[shown.name], total, line: "var(--consumption)" }],
      words: workshop,
    };
  }

  /** Ask for the weather once the bars are there: of a year, and of what else is opened to see it. */
  wantWeather(isAsked) {
    const { period, shown, open } = this;
    const isWarmed = isAsked && ["bought", "consumed"].includes(shown.name);
    const isOpened = isAsked && (this.strip === "cold" || (open.has("more") && this.hasCold));
    const isWanted = period.unit === "year" ? isWarmed || isOpened : isOpened;
    this.weather = isWanted
      ? this.needed("weather", async () => new (await import("../past/weather.js")).Weather(this))
      : undefined;
    this.weather?.want(period, this.leafed.before);
  }

  /** Whether the cold of days is known here. */
  get hasCold() {
    return STEPS[this.period.unit] !== "hour" && "degree_days" in (this.site.statistics ?? {});
  }

  /** What is drawn under the bars: what is asked for, or the first there is. */
  get strip() {
    const strips = this.shown?.isKnown ? stripsOf(this) : [];
    const under = asked("under");
    return under === undefined ? strips[0] : strips.find((one) => one === under);
  }

  /** Return what is shown while nobody told which sites there are. */
  withoutSites() {
    const { text, hass } = this;
    if (!hass.connected) return this.alert("warning", text.offline);
    const again = () => readSites(hass).then(() => this.redraw());
    return this.unread(text.past.not_read, again);
  }

  /** Return what went wrong, if anything did. */
  status() {
    const { text, leafed, hass } = this;
    if (leafed.status === "error") {
      const again = () => {
        leafed.forget();
        this.redraw();
      };
      return this.unread(text.past.not_read, again, leafed.error.message);
    }
    return hass.connected ? undefined : this.alert("warning", text.offline);
  }

  body(period) {
    const { text, leafed, shown } = this;
    if (leafed.status === "error") return h("ha-card", this.status());
    if (leafed.current && !this.series) {
      return h("ha-card", this.empty(text.no_data, text.no_data_next));
    }
    if (!shown) return h("ha-card", this.status(), this.loading(480));
    if (!shown.isKnown) return h("ha-card", this.nothing());
    const step = text.past.step_by_step[STEPS[period.unit]];
    return [
      leafed.status === "offline" && this.alert("warning", text.offline, text.offline_next),
      h("h2.hidden", `${capital(nameOf(period, this.formats))}, ${step}`),
      h(
        "ha-card.flow-all.gap",
        heads(this, shown),
        chosen(this),
        pictures(this, shown),
        strip(this, shown),
      ),
      this.isBeside && this.beside?.table(shown),
      table(this, shown),
      more(this, shown),
      otherWays(this),
    ];
  }

  /** Say that nothing is known of this period, from when on something is, and lead there. */
  nothing() {
    const { text, formats, period, since, leafed } = this;
    if (since === undefined) return this.empty(text.no_data, text.no_data_next);
    leafed.wantNear(this.hass, this.site.id, this.shown.name, since, period);
    const date = formats.date(since);
    const near = leafed.near && periodAt(leafed.near, period.unit, formats.zone);
    return this.empty(
      text.no_data,
      text.past.data_since(text.since(date)),
      near &&
        button(text.past.go_to(nameOf(near, formats)), undefined, () => show(this, near), {
          class: "full",
        }),
    );
  }
}
