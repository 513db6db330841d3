/** What is fetched of the past: the energies of a period, and of the same a year before. */

import { periodAt, startOfDay } from "../calendar.js";
import { askedOf } from "../sites.js";
import { momentBefore, STEPS, yearBefore } from "./spans.js";

const AGAIN_MS = 300_000;
/** So many periods that are over are kept, to leaf back at once. */
const KEPT = 40;

export class Leafed {
  /** Fetch for a card; `onChange` is called when there is more to show. */
  constructor(onChange) {
    this.onChange = onChange;
    this.over = new Map();
    this.forget();
  }

  /** Ask for all anew. */
  forget() {
    this.status = "loading";
    this.asked = "";
    this.of = "";
    this.over.clear();
  }

  /** See to it that a period is there; of one that goes on, anew when `seen` is another. */
  want(hass, site, period, seen) {
    const now = Date.now();
    const turn = +period.end > now ? [Math.floor(now / AGAIN_MS), seen] : [];
    const of = JSON.stringify([site, period]);
    const asked = JSON.stringify([of, turn, hass.connected]);
    if (asked === this.asked) return;
    this.asked = asked;
    const isSame = of === this.of && this.current;
    // While another period comes, what the site counts is known from the last.
    if (site !== this.site) Object.assign(this, { site, last: undefined });
    if (!isSame) Object.assign(this, { status: "loading", current: undefined });
    if (!hass.connected) {
      if (isSame) this.status = "offline";
      return;
    }
    this.fetch(hass, site, period, { now, of, asked });
  }

  fetch(hass, site, period, { now, of, asked }) {
    const by = this.period && +period.begin > +this.period.begin ? 1 : -1;
    const { answers, before } = this.ask(hass, site, period, now);
    const take = ([current, whole, same]) => {
      const found = { current, whole, same, before, last: current };
      Object.assign(this, { ...found, period, now, of, status: "ready" });
    };
    // What is kept is there at once, and drawn once.
    if (!answers.some((answer) => answer instanceof Promise)) {
      take(answers);
      this.askAhead(hass, site, period, by);
      return;
    }
    const then = (change) => (found) => {
      if (asked !== this.asked) return;
      change(found);
      this.onChange();
      if (this.status === "ready") this.askAhead(hass, site, period, by);
    };
    Promise.all(answers).then(
      then(take),
      then((error) => Object.assign(this, { status: "error", error })),
    );
  }

  /**
   * Ask for a period, the same a year before, and that up to the same moment. What is compared with
   * a period that goes on is the last of them; what one that is over has nothing of is undefined.
   */
  ask(hass, site, period, now) {
    const zone = hass.config.time_zone;
    const step = STEPS[period.unit];
    const ask = (begin, end) => this.energies(hass, site, { begin, end }, step);
    const before = yearBefore(period, zone);
    const until = +period.end > now ? momentBefore(now, period, zone) : before.end;
    const whole = ask(before.begin, before.end);
    const answers = [ask(period.begin, period.end), whole, whole];
    // In its first moment a period has nothing before it to be compared with.
    if (+until < +before.end) {
      answers[2] = +until > +before.begin ? ask(before.begin, until) : undefined;
    }
    return { answers, before: { ...before, until } };
  }

  /** See to it that `near` is the day nearest to a period of which a quantity is known. */
  wantNear(hass, site, name, since, period) {
    const asked = JSON.stringify([site, name, period]);
    if (!hass.connected || asked === this.nearOf) return;
    Object.assign(this, { nearOf: asked, near: undefined });
    this.fetchNear(hass, site, name, since, period);
  }

  async fetchNear(hass, site, name, since, { begin, end }) {
    const days = { begin: startOfDay(since, hass.config.time_zone), end: new Date() };
    const found = await this.energies(hass, site, days, "day").catch(() => undefined);
    const values = found?.quantities[name]?.values ?? [];
    const known = (found?.begins ?? []).filter((_, i) => Number.isFinite(values[i]));
    const far = (day) => Math.max(begin - day, day - end);
    this.near = known.sort((one, other) => far(one) - far(other))[0];
    this.onChange();
  }

  /** Ask for the period that is likely looked at next: a further one the same way. */
  askAhead(hass, site, period, by) {
    const next = periodAt(period.begin, period.unit, hass.config.time_zone, by);
    const quantities = Object.values(this.current.quantities);
    const isKnown = quantities.some(({ since }) => since != null && since < +next.end);
    if (!isKnown || +next.end > Date.now()) return;
    Promise.all(this.ask(hass, site, next, Date.now()).answers).catch(() => undefined);
  }

  /** Return the energies of a period: what is kept of one that is over, else a promise. */
  energies(hass, site, period, step) {
    const message = askedOf("sen1/energies", site, period, step);
    if (+period.end > Date.now()) return hass.callWS(message);
    const key = JSON.stringify(message);
    if (!this.over.has(key)) {
      const asking = hass.callWS(message);
      this.keep(key, asking);
      asking.then(
        (answer) => this.keep(key, answer),
        () => this.over.delete(key),
      );
    }
    return this.over.get(key);
  }

  keep(key, answer) {
    this.over.set(key, answer);
    if (this.over.size > KEPT) this.over.delete(this.over.keys().next().value);
  }
}
