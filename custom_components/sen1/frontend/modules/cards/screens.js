/** Screens without a login: the link of each, what it shows, and whether it was seen. */

import { Asking } from "../asking.js";
import { button } from "../card.js";
import { Copier } from "../copying.js";
import { confirmed } from "../dialog.js";
import { chips, h, subline } from "../dom.js";
import { qrOf } from "../inviting/qr.js";
import { sheet } from "../inviting/style.js";

/** What a new screen begins with. */
const FIRST = ["week", "sun", "hours"];
const SECONDS = 20;
/** The key of the draft of one that is not there yet. */
const NEW = "new";

export default class Screens extends Asking {
  static asks = "sen1/screens";
  static page = "roles";
  static words = ["screen"];
  static sheets = [sheet];

  constructor(host) {
    super(host);
    this.copier = new Copier(this, () => this.redraw());
    /** By screen, what was changed and not saved yet. */
    this.drafts = {};
  }

  content() {
    const words = this.text.screens;
    const instead = this.instead(words);
    if (instead) return instead;
    const { screens, sites } = this.known;
    if (!sites.length) return [h("ha-card", null, this.empty(words.no_site))];
    const isNew = NEW in this.drafts;
    return [
      this.told(),
      this.title("mdi:monitor", words.heading),
      this.alert("good", words.nothing_else),
      !screens.length &&
        !isNew &&
        h("ha-card", null, this.empty(words.none, words.none_next, undefined, "mdi:monitor")),
      screens.map((screen) => this.screen(screen)),
      isNew
        ? [this.title("mdi:monitor", words.of), h("ha-card", null, this.form({ id: NEW }))]
        : chips(button(words.add, "mdi:plus", () => this.begin(), { class: "strong" })),
    ];
  }

  begin() {
    const { sites, challenges, shows } = this.known;
    this.edit(NEW, {
      title: this.text.screens.first_title,
      site: sites[0].id,
      challenge: challenges[0]?.id ?? null,
      shows: FIRST.filter((name) => shows.includes(name)),
      seconds: SECONDS,
      outside: false,
      until: null,
    });
  }

  edit(id, part) {
    this.drafts[id] = { ...this.drafts[id], ...part };
    this.redraw();
  }

  drop(id) {
    delete this.drafts[id];
    this.redraw();
  }

  screen(screen) {
    const { formats, text } = this;
    const words = text.screens;
    const { title, seen, refused } = screen;
    const ago = (at) => formats.ago(Date.parse(at));
    const [what, next] = refused ? words.refused[refused.reason] : [];
    const isRefused = refused && !(Date.parse(seen) > Date.parse(refused.at));
    return [
      this.title("mdi:monitor", title, seen ? words.seen(ago(seen)) : words.never_seen),
      isRefused && this.alert("error", words.refused_at(what, ago(refused.at)), next),
      h(
        "div",
        { class: "link-page" },
        h("ha-card", null, this.link(screen)),
        h("ha-card", null, this.form(screen)),
      ),
    ];
  }

  link({ id, title, path, qr }) {
    const words = this.text.screens;
    const link = location.origin + path;
    const place = `link-${id}`;
    const disabled = this.isBusy || !this.hass.connected;
    const turn = () => {
      this.opened = this.opened === id ? undefined : id;
      this.redraw();
    };
    const isOpen = this.opened === id;
    return [
      h("p", { class: "address", id: place }, link),
      chips(
        this.copier.content(place, words.copy, () => link),
        qr?.length > 0 &&
          button(words.code, "mdi:qrcode", turn, { "aria-expanded": String(isOpen) }),
      ),
      isOpen && qrOf(qr, words.qr),
      chips(
        button(words.renew, undefined, () => this.renew(id), { disabled }),
        button(words.remove, undefined, () => this.remove(id, title), {
          class: "danger",
          disabled,
        }),
      ),
    ];
  }

  form(screen) {
    const { drafts, known } = this;
    const words = this.text.screens;
    const { id } = screen;
    const { title, site, challenge, shows, seconds, outside, until } = { ...screen, ...drafts[id] };
    const edit = (key, read) => (event) => this.edit(id, { [key]: read(event.target) });
    const input = (key, value, more, read = (one) => one.value) =>
      field(words[key], h("input", { value, oninput: edit(key, read), ...more }));
    const choice = (key, chosen, all) =>
      field(
        words[key],
        h(
          "select",
          { onchange: edit(key, ({ value }) => value || null) },
          all.map((one) => h("option", { value: one.id, selected: one.id === chosen }, one.title)),
        ),
      );
    const challenges = [{ id: "", title: words.no_challenge }, ...known.challenges];
    const save = (event) => {
      event.preventDefault();
      this.save(id, { title, site, challenge, shows, seconds, outside, until });
    };
    return h(
      "form",
      { onsubmit: save },
      h(
        "div",
        { class: "fields" },
        input("title", title, { required: true, pattern: ".*\\S.*", maxlength: 60 }),
        known.sites.length > 1 && choice("site", site, known.sites),
        known.challenges.length > 0 && choice("challenge", challenge ?? "", challenges),
        input("seconds", seconds, { type: "number", required: true, min: 5, max: 600 }, (one) =>
          Number(one.value),
        ),
        input("until", until ?? "", { type: "date" }, ({ value }) => value || null),
      ),
      subline(words.until_help),
      h("h3", { class: "above" }, words.shown),
      this.slides(id, shows, challenge),
      tick(
        [words.outside, words.outside_help],
        outside,
        edit("outside", ({ checked }) => checked),
      ),
      id in drafts &&
        chips(
          button(id === NEW ? words.make : words.save, undefined, undefined, {
            type: "submit",
            class: "strong",
            disabled: this.isBusy || !this.hass.connected || !shows.length,
          }),
          button(words.cancel, undefined, () => this.drop(id)),
        ),
    );
  }

  /** Return what can be shown, first what is, in its order. */
  slides(id, shows, challenge) {
    const words = this.text.screens;
    const all = [...shows, ...this.known.shows.filter((name) => !shows.includes(name))];
    const others = (name) => shows.filter((one) => one !== name);
    return all.map((name, at) => {
      const told = words.slides[name];
      const isShown = shows.includes(name);
      const earlier = () => this.edit(id, { shows: others(name).toSpliced(at - 1, 0, name) });
      const turn = ({ target }) =>
        this.edit(id, { shows: target.checked ? [...shows, name] : others(name) });
      return tick(
        told,
        isShown,
        turn,
        isShown &&
          at > 0 &&
          button(undefined, "mdi:arrow-up", earlier, {
            class: "small icon",
            "aria-label": words.earlier(told[0]),
          }),
        // Without a challenge there are no teams.
        name === "teams" && !isShown && !challenge,
      );
    });
  }

  async save(id, said) {
    const screen = id === NEW ? {} : { screen: id };
    const message = { type: "sen1/set_screen", ...screen, ...said };
    if (await this.change(message, this.text.screens.not_changed)) this.drop(id);
  }

  async renew(id) {
    const { renew_sure: title, renew_body: body, renew: yes, keep: no } = this.text.screens;
    if (await confirmed(this, { title, body, yes, no })) this.act("sen1/renew_screen", id);
  }

  async remove(id, name) {
    const { remove_sure: sure, remove_body: body, remove: yes, keep: no } = this.text.screens;
    const isSure = await confirmed(this, { title: sure(name), body, yes, no });
    if (isSure) this.act("sen1/remove_screen", id);
  }

  /** Have the link of a screen changed or taken back. */
  async act(type, screen) {
    this.copier.renew();
    await this.change({ type, screen }, this.text.screens.not_changed);
  }
}

const field = (label, input) =>
  h("div", { class: "field" }, h("label", null, h("span", null, label), input));

/** Return a switch of a list, with what it is of and what stands beside it. */
const tick = ([title, under], checked, onchange, aside, disabled) =>
  h(
    "div",
    { class: "tick" },
    h(
      "label",
      null,
      h("input", { type: "checkbox", role: "switch", checked, onchange, disabled }),
      h("span", null, title, subline(under)),
    ),
    aside,
  );
