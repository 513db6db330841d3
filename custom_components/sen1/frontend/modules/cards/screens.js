/** Screens without a login: the link of each, what it shows, and whether it was seen. */

import { Asking } from "../asking.js";
import { button } from "../card.js";
import { Copier } from "../copying.js";
import { confirmed } from "../dialog.js";
import { chips, h } from "../dom.js";
import { choiceOf, loadForm } from "../form.js";
import { qrOf } from "../inviting/qr.js";
import { sheet as linkSheet } from "../inviting/style.js";
import { sheetOf } from "../style.js";

/** What a new screen begins with. */
const FIRST = ["week", "sun", "hours"];
const SECONDS = 20;
/** The key of the draft of one that is not there yet. */
const NEW = "new";

const sheet = sheetOf(`
  iframe { zoom: 0.4; width: 100%; aspect-ratio: 16 / 9; border: 2px solid var(--grid); border-radius: 20px; }
`);

export default class Screens extends Asking {
  static asks = "sen1/screens";
  static page = "roles";
  static words = ["screen"];
  static sheets = [linkSheet, sheet];

  constructor(host) {
    super(host);
    this.copier = new Copier(this, () => this.redraw());
    /** By screen, what was changed and not saved yet. */
    this.drafts = {};
    this.frame.addEventListener("value-changed", ({ target, detail }) =>
      this.edit(target.dataset.screen, detail.value),
    );
  }

  async connect() {
    super.connect();
    await loadForm();
  }

  get words() {
    return this.text.screens;
  }

  page({ screens, sites }) {
    const { words } = this;
    if (!sites.length) return [h("ha-card", this.empty(words.no_site))];
    const isNew = NEW in this.drafts;
    return [
      this.told(),
      this.title("mdi:monitor", words.heading),
      this.alert("good", words.nothing_else),
      !screens.length &&
        !isNew &&
        h("ha-card", this.empty(words.none, words.none_next, undefined, "mdi:monitor")),
      screens.map((screen) => this.screen(screen)),
      isNew
        ? [this.title("mdi:monitor", words.of), h("ha-card", this.form({ id: NEW }))]
        : chips(button(words.add, "mdi:plus", () => this.begin(), { class: "strong" })),
    ];
  }

  begin() {
    const { sites, challenges, shows } = this.known;
    this.edit(NEW, {
      id: NEW,
      title: this.words.first_title,
      site: sites[0].id,
      challenge: challenges[0]?.id ?? null,
      shows: FIRST.filter((name) => shows.includes(name)),
      seconds: SECONDS,
      outside: false,
      until: null,
    });
  }

  /** Keep what is filled in. */
  edit(id, said) {
    this.drafts[id] = said;
    this.redraw();
  }

  drop(id) {
    delete this.drafts[id];
    this.redraw();
  }

  screen(screen) {
    const { formats, words } = this;
    const { title, seen, refused } = screen;
    const ago = (at) => formats.ago(Date.parse(at));
    const [what, next] = refused ? words.refused[refused.reason] : [];
    const isRefused = refused && !(Date.parse(seen) > Date.parse(refused.at));
    return [
      this.title("mdi:monitor", title, seen ? words.seen(ago(seen)) : words.never_seen),
      isRefused && this.alert("error", words.refused_at(what, ago(refused.at)), next),
      h("div.link-page", h("ha-card", this.address(screen)), h("ha-card", this.form(screen))),
    ];
  }

  address({ id, title, path, qr }) {
    const { words } = this;
    const link = location.origin + path;
    const place = `link-${id}`;
    const renewal = { title: words.renew_sure, body: words.renew_body, yes: words.renew };
    const removal = { title: words.remove_sure(title), body: words.remove_body, yes: words.remove };
    const turn = () => {
      this.opened = this.opened === id ? undefined : id;
      this.redraw();
    };
    const isOpen = this.opened === id;
    return [
      h("iframe", { src: link, title: words.picture(title), loading: "lazy" }),
      h("p.address", { id: place }, link),
      chips(
        this.copier.content(place, words.copy, () => link),
        qr?.length > 0 &&
          button(words.code, "mdi:qrcode", turn, { "aria-expanded": String(isOpen) }),
      ),
      isOpen && qrOf(qr, words.qr),
      chips(
        this.deed(words.renew, undefined, () => this.act("sen1/renew_screen", id, renewal)),
        this.deed(words.remove, undefined, () => this.act("sen1/remove_screen", id, removal), {
          class: "danger",
        }),
      ),
    ];
  }

  form(screen) {
    const { words } = this;
    const { id } = screen;
    const data = { ...screen, ...this.drafts[id] };
    const { title, shows } = data;
    return [
      h("ha-form", {
        "data-screen": id,
        hass: this.hass,
        schema: this.fields(data),
        data,
        computeLabel: ({ name }) => words[name],
        computeHelper: ({ name }) => words[`${name}_help`],
      }),
      id in this.drafts &&
        chips(
          this.deed(id === NEW ? words.make : words.save, undefined, () => this.save(data), {
            class: "strong",
            isLacking: !title?.trim() || !shows?.length,
          }),
          button(words.cancel, undefined, () => this.drop(id)),
        ),
    ];
  }

  /** Return what Home Assistant's own form asks for a screen. */
  fields({ challenge }) {
    const { sites, challenges, shows } = this.known;
    const { slides } = this.words;
    const places = (all) => choiceOf(all.map(({ id, title }) => [id, title]));
    const isThere = (name) => name !== "teams" || challenge;
    const said = ([title, what]) => `${title} (${what})`;
    const shown = shows.filter(isThere).map((name) => [name, said(slides[name])]);
    return [
      { name: "title", required: true, selector: { text: {} } },
      sites.length > 1 && { name: "site", required: true, selector: places(sites) },
      challenges.length > 0 && { name: "challenge", selector: places(challenges) },
      {
        name: "shows",
        required: true,
        selector: choiceOf(shown, { multiple: true, reorder: true }),
      },
      { name: "seconds", required: true, selector: { number: { min: 5, max: 600, mode: "box" } } },
      { name: "until", selector: { date: {} } },
      { name: "outside", type: "boolean" },
    ].filter(Boolean);
  }

  async save({ id, title, site, challenge, shows, seconds, outside, until }) {
    const screen = id === NEW ? {} : { screen: id };
    const message = {
      type: "sen1/set_screen",
      ...screen,
      ...{ title, site, challenge: challenge || null, shows, seconds, outside },
      until: until || null,
    };
    if (await this.change(message, this.words.not_changed)) this.drop(id);
  }

  /** Have the link of a screen changed or taken back, once this is confirmed. */
  async act(type, screen, question) {
    const { words } = this;
    if (!(await confirmed(this, { ...question, no: words.keep }))) return;
    this.copier.renew();
    await this.change({ type, screen }, words.not_changed);
  }
}
