/** What all cards share: when they draw anew, their languages, and what each state looks like. */

import { asked, hearMoves } from "./address.js";
import { h, haIcon, named, subline, update } from "./dom.js";
import { formatsOf } from "./formats.js";
import { within } from "./installation.js";
import { may } from "./roles.js";
import { knownSites, siteOf, sitesOf } from "./sites.js";
import { sheet } from "./style.js";
import { textsOf } from "./texts.js";

/** The addresses of pictures at which none was found. */
const broken = new Set();

/**
 * A card. A subclass says what it looks at with `watched`, and draws with `content`; both are called
 * with `this.hass` set.
 */
export class Card {
  /** One that is made of several cards takes `div`. */
  static tag = "ha-card";
  /** One that draws to its own width says so, and finds it in `width`. */
  static isSized = false;
  /** One that has a folder has its sheet besides that of all. */
  static sheets = [];
  /** One whose words are in folders below `texts` names them: other pages do not load them. */
  static words = [];
  /** One that reads what no state tells says how often while somebody looks, ms; it has `read`. */
  static readsEach = undefined;
  /** One that shows a site says so, and finds it in `site`, and what is of it in `here`. */
  static isOfSite = false;

  constructor(host) {
    this.root = host.shadowRoot;
    this.root.adoptedStyleSheets = [sheet, ...this.constructor.sheets];
    this.frame = document.createElement(this.constructor.tag);
    this.frame.className = "frame";
    this.root.append(this.frame);
    this.seen = [];
    this.fetched = {};
    this.fetching = {};
    this.looks = new IntersectionObserver((all) => {
      for (const { isIntersecting, target } of all) if (isIntersecting) target.onlook?.();
    });
    this.sizes = new ResizeObserver(([{ contentRect }]) => {
      const width = Math.round(contentRect.width + (this.constructor.tag === "ha-card" ? 32 : 0));
      if (width > 32 && width !== this.width) {
        this.width = width;
        this.redraw();
      }
    });
  }

  configure(config) {
    this.config = config;
    this.redraw();
  }

  /** Show another state of Home Assistant; it fails where the texts cannot be fetched. */
  async take(hass) {
    if (!hass) return;
    const { language } = hass.locale;
    this.hass = hass;
    // Home Assistant may have drawn its page before it knew its themes: then it never says.
    this.dark = hass.themes?.darkMode ?? matchMedia("(prefers-color-scheme: dark)").matches;
    if (this.language !== language) {
      const text = await textsOf(language, ...this.constructor.words);
      if (hass !== this.hass) return;
      Object.assign(this, { language, text });
    }
    if (this.constructor.isOfSite && !knownSites(hass)) await sitesOf(hass);
    this.readOnce();
    this.frame.classList.toggle("dark", this.dark);
    const sites = this.constructor.isOfSite && this.sites;
    const watched = [this.dark, hass.locale, hass.connected, sites, ...this.watched()];
    if (watched.length !== this.seen.length || watched.some((one, i) => one !== this.seen[i])) {
      this.seen = watched;
      this.draw();
    }
  }

  connect() {
    // What is told in words like "3 minutes ago" grows old.
    this.clock ??= setInterval(() => this.redraw(), 30_000);
    const { pathname } = location;
    this.unheard ??= hearMoves(() => {
      if (location.pathname === pathname) this.moved();
    });
    const { isSized, readsEach } = this.constructor;
    if (isSized) this.sizes.observe(this.frame);
    if (readsEach) this.again ??= setInterval(() => this.read(), readsEach);
    this.readOnce();
  }

  disconnect() {
    this.sizes.disconnect();
    this.looks.disconnect();
    clearInterval(this.clock);
    clearInterval(this.again);
    this.clock = this.again = undefined;
    this.unheard?.();
    this.unheard = undefined;
    this.isRead = false;
    this.heard?.then((stop) => stop?.());
    this.heard = undefined;
  }

  /** Show what the address says now. */
  moved() {
    this.redraw();
  }

  /** Hear of changes while somebody looks; where that failed, it is tried again with the next state. */
  hear(subscribe) {
    this.heard ??= subscribe().catch(() => {
      this.heard = undefined;
    });
  }

  /** Read as soon as there is somebody who looks. */
  readOnce() {
    if (!this.constructor.readsEach || this.isRead || !this.hass || !this.isShown) return;
    this.isRead = true;
    this.read();
  }

  /** Whether the card is on a page: another listens to nothing. */
  get isShown() {
    return this.clock !== undefined;
  }

  redraw() {
    if (this.text) this.draw();
  }

  draw() {
    const missed = this.isMissed && this.failure(this.text.missed, this.text.missed_next);
    update(this.frame, [missed, this.guarded()].flat(Infinity).filter(Boolean));
    for (const place of this.frame.querySelectorAll(".loading")) this.looks.observe(place);
  }

  /** Return the content, or that it failed: the other cards of the page go on. */
  guarded() {
    const { isOfSite } = this.constructor;
    if (isOfSite && this.sites.length > 0 && !this.site) return this.empty(this.text.no_site);
    try {
      return this.content();
    } catch (error) {
      console.error(error);
      return this.failure(this.text.broken, this.text.broken_next);
    }
  }

  /** Do what more must be fetched for; until it goes well, the card says that it did not. */
  async attempt(action) {
    try {
      await action();
      this.isMissed = false;
    } catch (error) {
      console.error(error);
      this.isMissed = true;
    }
    this.redraw();
  }

  /** Fetch what goes with a key once that is another; what is asked for last is kept, as properties. */
  async fetchOnce(key, fetch) {
    const what = JSON.stringify(key);
    if (what === this.asked || !this.hass.connected) return;
    this.asked = what;
    const found = await fetch();
    if (what !== this.asked) return;
    Object.assign(this, found);
    this.redraw();
  }

  /** Return what only some pages need, or undefined while `fetch` brings it. */
  needed(name, fetch) {
    if (!this.fetched[name]) {
      this.fetching[name] ??= this.attempt(async () => {
        this.fetched[name] = await fetch();
      }).finally(() => {
        this.fetching[name] = undefined;
      });
    }
    return this.fetched[name];
  }

  get sites() {
    return knownSites(this.hass) ?? [];
  }

  /** Return the site that the card is told to show; else that of the address while there is one, or the main one. */
  get site() {
    const { sites, config } = this;
    if (config?.site) return siteOf(sites, config.site);
    return siteOf(sites, asked("site")) ?? siteOf(sites);
  }

  /** Return what there is of this site alone. */
  get here() {
    return within(this.hass, this.sites, this.site);
  }

  get formats() {
    return formatsOf(this.hass);
  }

  /** Return the state of an entity, or undefined while it has none worth showing. */
  state(entity) {
    const state = this.hass.states[entity];
    return state && !["unavailable", "unknown"].includes(state.state) ? state : undefined;
  }

  /** Return the number that an entity shows, or undefined. */
  value(entity) {
    const value = parseFloat(this.state(entity)?.state);
    return Number.isFinite(value) ? value : undefined;
  }

  /** Return the states of the card's own entities. */
  watched() {
    return Object.values(this.entities ?? {}).map((id) => this.hass.states[id]);
  }

  /** Return the states of rows of the registry. */
  statesOf = (rows) => rows.map(({ entity_id }) => this.hass.states[entity_id]);

  /** Return the title of the card and what stands under it. */
  head(title, under, aside) {
    return h(
      "div.header",
      h("div", h("h2", title), under && subline(under)),
      aside && h("div.aside", aside),
    );
  }

  /** Return the picture of a site, or false where it has none that can be shown. */
  pictureOf({ name, picture }) {
    if (!picture || broken.has(picture)) return false;
    const onerror = () => {
      broken.add(picture);
      this.redraw();
    };
    // Told to be lazy before it is told what: only what is on the page is ever fetched.
    return h("img.picture", {
      loading: "lazy",
      alt: this.text.picture_of(name),
      referrerpolicy: "no-referrer",
      onerror,
      src: picture,
    });
  }

  /** Return the heading of a part of what is more than one card. */
  title(icon, title, aside) {
    return h(
      "div.title",
      haIcon(icon),
      h("h2", { tabindex: "-1" }, title),
      aside && h("span.aside", aside),
    );
  }

  /** Return what a card says that has nothing to show: why, and what to do next. */
  empty(why, next, action, icon = "mdi:chart-line-variant") {
    return h("div.empty", haIcon(icon), h("p", why), next && subline(next), action);
  }

  /** Whether nothing can be changed now: something is being changed, or nobody would hear of it. */
  get isOff() {
    return this.isBusy || !this.hass.connected;
  }

  /** Whether this person may have that, of a place that was told of. */
  may = (what, place) => may(this.hass, what, place);

  /** Return what a card says that is not for this person: why, and who can change it. */
  locked = ({ not_yours, not_yours_next }) =>
    this.empty(not_yours, not_yours_next, undefined, "mdi:lock");

  /** Return a box that says what is wrong; `kind` is `error`, `warning` or `good`. */
  alert(kind, what, more, action) {
    const icons = {
      error: "mdi:alert",
      warning: "mdi:cloud-off-outline",
      good: "mdi:check-circle",
    };
    const role = kind === "error" ? "alert" : "status";
    return callout({ look: kind, icon: icons[kind], role, action }, what, more);
  }

  /** Return a box that says what failed, with a button that loads the page again. */
  failure(what, more) {
    const reload = button(this.text.reload, "mdi:refresh", () => location.reload());
    return this.alert("error", what, more, reload);
  }

  /** Return a box that says what could not be read, with a button that asks for it again. */
  unread(what, again, more) {
    return this.alert("error", what, more, button(this.text.again, "mdi:refresh", again));
  }

  /** Return what is shown while data come; `onlook` is called once it is in view. */
  loading(height = 120, onlook = undefined) {
    return h(
      "div.loading",
      {
        onlook,
        role: "status",
        "aria-label": this.text.loading,
        style: `height:${height}px`,
      },
      h("span"),
    );
  }

  /** Return a link to a page of Home Assistant, followed without loading it anew. */
  lead(path, properties, ...children) {
    const onclick = (event) => this.follow(event, path);
    return h("a", { href: path, ...properties, onclick }, children);
  }

  /** Return such a link within a text. */
  link(path, ...children) {
    return this.lead(path, { class: "link" }, children);
  }

  /** Return a link to where something is added, as a button, which stands out unless told not to. */
  adder(path, label, isStrong = true) {
    const look = { class: isStrong ? "button strong" : "button" };
    return this.lead(path, look, haIcon("mdi:plus"), label);
  }

  /** Return a picture, a title and a line under it, which may lead somewhere. */
  way({ icon, path, title, under }) {
    const told = [h("span.round", haIcon(icon)), named(title, under)];
    if (!path) return h("div.step", told);
    return this.lead(path, { class: "step" }, told, haIcon("mdi:chevron-right"));
  }

  /** Return a line of a list: what is good or bad, what is known of it, and the way to an entity. */
  listItem(icon, look, name, under, entity) {
    const { see } = this.text;
    const more = { class: "small", "aria-label": `${see} ${name}` };
    return h(
      "li",
      haIcon(icon, { class: look }),
      named(name, under),
      entity && button(see, undefined, () => this.showMore(entity), more),
    );
  }

  follow(event, path) {
    if (event.ctrlKey || event.metaKey || event.button) return;
    event.preventDefault();
    history.pushState(null, "", path);
    window.dispatchEvent(new CustomEvent("location-changed", { detail: { replace: false } }));
  }

  /** Show the details of an entity, as Home Assistant's own cards do. */
  showMore(entityId) {
    const detail = { entityId };
    this.frame.dispatchEvent(
      new CustomEvent("hass-more-info", { detail, bubbles: true, composed: true }),
    );
  }
}

/** A part of a card, which is drawn anew when something of the part is set. */
export class Part {
  constructor(card) {
    this.card = card;
  }

  get text() {
    return this.card.text;
  }

  get formats() {
    return this.card.formats;
  }

  set(changed) {
    Object.assign(this, changed);
    this.card.redraw();
  }
}

/** A part with the words of its card. */
export class WordedPart extends Part {
  get words() {
    return this.card.words;
  }
}

/** Return a box that stands out, with an icon, a title and lines below; of a `role` where it is news. */
export const callout = ({ look, icon, role, action }, what, ...more) =>
  h(
    "div",
    { class: `alert ${look}`, role },
    haIcon(icon),
    h(
      "div",
      h("strong", what),
      more.filter(Boolean).map((line) => h("p", line)),
    ),
    action,
  );

/** Return a figure that stands out, with its unit. */
export const figure = (written, unit, look = "figure") =>
  h("p", { class: look }, written, unit && h("small", `\u00a0${unit}`));

/** Return what stands below what it is called, such as a figure and what is to be known with it. */
export const keyed = (label, ...content) => h("div", subline(label), content);

/** Return a figure so. */
export const keyFigure = (label, written, unit, under) =>
  keyed(label, figure(written, unit), under && subline(under));

/** Return a row of a list: what it tells, and the value. */
export const row = (name, value) => h("div", h("span", name), h("span", value));

/** Return a button that stays pressed while what it leads to is shown. */
export const pressable = (label, isPressed, onclick, { icon, ...more } = {}) =>
  button(label, icon, onclick, { "aria-pressed": String(isPressed), ...more });

/** Return what can be chosen, each as `pressable` is told of it. */
export const choice = (label, all, look = "chips") =>
  h(
    "div",
    { class: look, role: "group", "aria-label": label },
    all.map((one) => pressable(...one)),
  );

/** Return a button; `icon` may be left out. */
export const button = (label, icon, onclick, properties = {}) =>
  h("button", { type: "button", onclick, ...properties }, icon && haIcon(icon), label);
