/** What a home has learnt of itself: what it uses without heating, and for each degree of cold. */

import { fromField } from "../calendar.js";
import { keyed } from "../card.js";
import { folded, h, haIcon, note, subline } from "../dom.js";
import { YearCard } from "../year/card.js";
import { toForm } from "../year/words.js";

/** What a person can mend in the form of the home. */
const MENDED = ["no_temperature", "heating_not_measured"];

export default class Learnt extends YearCard {
  content() {
    const { text, site } = this;
    const words = text.learnt;
    if (!site) return [this.empty(text.no_home, text.no_home_next)];
    const [model] = this.answers.want({ type: "sen1/model", site: site.id }) ?? [];
    const said = this.answers.said(80);
    if (!model) return [said];
    const told = model.state === "fitted" ? this.fitted(model) : this.unfit(model, words);
    return [said, folded(words.title, words.is, told)];
  }

  unfit({ reason }, words) {
    const [why, next] = words.reasons[reason] ?? words.reasons.few_days;
    const action = MENDED.includes(reason) && toForm(this, words.choose);
    return this.empty(why, next, action);
  }

  fitted({ quantity, begin, end, days, base, base_mean: mean, slope, explained, trust }) {
    const { text, formats } = this;
    const words = text.learnt;
    // Unlike a goal's, these days end before their last.
    const [from, until] = [begin, end].map((day) => fromField(day, formats.zone));
    const span = formats.range(from, until);
    const between = ({ low, high }, digits) =>
      words.between(formats.number(low, digits), formats.number(high, digits));
    const kinds = words.kinds(
      ...[base.working, base.weekend].map(({ value }) => formats.number(value, 1)),
    );
    const [trusted, why] = words.trust_of[trust];
    const icon =
      trust === "good"
        ? haIcon("mdi:check-circle", { class: "good" })
        : haIcon("mdi:circle-half-full");
    return [
      h(
        "div.four",
        key(
          words.base,
          [formats.number(mean.value, 1), ` ${words.per_day}`],
          between(mean, 1),
          kinds,
        ),
        key(words.slope, [formats.number(slope.value, 2), " kWh"], between(slope, 2)),
        key(
          words.explained,
          [formats.percent(Math.floor(100 * explained)), ` ${words.of_winter}`],
          words.days(days),
        ),
        keyed(words.trust, h("p.state.figure.small", icon, trusted), subline(why)),
      ),
      note(words.of(text.quantities[quantity], span)),
    ];
  }
}

const key = (label, [written, unit], ...under) =>
  keyed(
    label,
    h("p.figure.small", written, h("small", unit)),
    under.map((one) => subline(one)),
  );
