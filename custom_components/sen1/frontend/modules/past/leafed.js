/** What is fetched of the past: the energies of a period, and of the same a year before. */

import { startOfDay } from "../calendar.js";
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

  async fetch(hass, site, period, { now, of, asked }) {
    try {
      const found = await this.read(hass, site, period, now);
      if (asked !== this.asked) return;
      Object.assign(this, { ...found, last: found.current, period, now, of, status: "ready" });
    } catch (error) {
      if (asked !== this.asked) return;
      Object.assign(this, { status: "error", error });
    }
    this.onChange();
  }

  /** Read a period, the same a year before (`whole`), and that up to the same moment (`same`). */
  async read(hass, site, period, now) {
    const zone = hass.config.time_zone;
    const ask = (begin, end) => this.energies(hass, { site, begin, end, step: STEPS[period.unit] });
    const before = yearBefore(period, zone);
    const until = +period.end > now ? momentBefore(now, period, zone) : before.end;
    const isCut = +until < +before.end && +until > +before.begin;
    const [current, whole, same] = await Promise.all([
      ask(period.begin, period.end),
      ask(before.begin, before.end),
      isCut && ask(before.begin, until),
    ]);
    // In its first moment a period has nothing before it to be compared with.
    const known = +until < +before.end ? same || undefined : whole;
    return { current, whole, same: known, before: { ...before, until } };
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
    const found = await this.energies(hass, { site, ...days, step: "day" }).catch(() => undefined);
    const values = found?.quantities[name]?.values ?? [];
    const known = (found?.begins ?? []).filter((_, i) => Number.isFinite(values[i]));
    const far = (day) => Math.max(begin - day, day - end);
    this.near = known.sort((one, other) => far(one) - far(other))[0];
    this.onChange();
  }

  async energies(hass, { begin, end, ...rest }) {
    const period = { begin: begin.toISOString(), end: end.toISOString() };
    const message = { type: "sen1/energies", ...rest, ...period };
    if (+end > Date.now()) return hass.callWS(message);
    const key = JSON.stringify(message);
    if (!this.over.has(key)) {
      this.over.set(key, await hass.callWS(message));
      if (this.over.size > KEPT) this.over.delete(this.over.keys().next().value);
    }
    return this.over.get(key);
  }
}
