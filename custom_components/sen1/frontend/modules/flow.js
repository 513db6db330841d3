/**
 * A form of Home Assistant gone through on the page, by its own steps: what is added, what is changed,
 * and a repair that is answered. What is decided is decided as in its settings.
 */

import { hearMoves } from "./address.js";
import { button } from "./card.js";
import { chips, h, unescaped } from "./dom.js";
import { loadForm } from "./form.js";
import { opened, titleOf } from "./sharing/dialogue.js";
import { sheetOf, wear } from "./style.js";
import { textsOf } from "./texts.js";

const sheet = sheetOf(`
  .flow[open] { display: grid; gap: 12px; width: min(600px, calc(100vw - 24px)); }
  .flow > * { margin: 0; min-width: 0; }
  .flow > .chips { justify-content: flex-end; }
  .flow > .options { display: grid; }
  .flow > .options button { border-radius: 12px; padding: 8px 14px; text-align: start; }
`);

const DOMAIN = "sen1";
const OF_ENTRIES = "config/config_entries";

/** Steps after which Home Assistant still holds what was begun. */
const OPEN = ["menu", "form", "progress"];

/** Return where the steps of what is asked are, what begins them, and where their words are. */
function wayTo({ issue, entry, subentry, subentry_id }) {
  if (issue) {
    const begins = { handler: issue.domain, issue_id: issue.issue_id };
    const words = `issues.${issue.translation_key}.fix_flow`;
    return { path: "repairs/issues/fix", begins, words };
  }
  if (subentry) {
    return {
      path: `${OF_ENTRIES}/subentries/flow`,
      begins: { handler: [entry, subentry], subentry_id },
      words: `config_subentries.${subentry}`,
    };
  }
  return {
    path: `${OF_ENTRIES}/flow`,
    begins: { handler: DOMAIN, entry_id: entry },
    words: "config",
  };
}

/** Have Home Assistant's own form and its Markdown, which comes with a card of its own. */
async function loadElements() {
  await loadForm();
  if (customElements.get("ha-markdown")) return;
  (await window.loadCardHelpers()).createCardElement({ type: "markdown", content: "" });
}

/**
 * Open a form in a dialogue over a card, and return it. What is `asked`:
 *
 * - `{issue}`: the repair of an issue, as `repairs/list_issues` tells it;
 * - `{entry}`: to change an entry; without it, to add one;
 * - `{takes}`: to change the entry that takes parts of that type, such as a home its goals;
 * - `{subentry}`: to add one of that type, to `entry` or to the one that takes it; with
 *   `isChanged`, to change one that is there, with `subentry_id` a certain one;
 * - `steps`: what is chosen in the menus on the way, and `data`: what is known of the fields.
 *
 * `draw` may draw a step in its own way; `onEnd` is called once it is settled or left.
 */
export async function openFlow(card, asked, { onEnd, draw } = {}) {
  const text = await textsOf(card.language, "flow");
  const flow = new Flow(staying(card), text.flow, asked, draw);
  await flow.open(onEnd ?? (() => card.read?.()));
  return flow;
}

/**
 * Return a card whose dialogues stay when it goes: Home Assistant makes a dashboard anew as soon as
 * something was added.
 */
function staying(card) {
  const above = document.querySelector("home-assistant")?.shadowRoot;
  if (!above) return card;
  const host = h("div");
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = card.root.adoptedStyleSheets;
  above.append(host);
  return Object.assign(Object.create(card), { root, host });
}

class Flow {
  constructor(card, words, asked, draw) {
    Object.assign(this, { card, words, asked, draw, answer: {} });
    this.steps = [...(asked.steps ?? [])];
  }

  async open(onEnd) {
    const { hass } = this.card;
    wear(this.card, sheet);
    this.way = wayTo(this.asked);
    await hass.loadBackendTranslation("selector", DOMAIN);
    this.localize = await hass.loadBackendTranslation(this.way.words.split(".")[0], DOMAIN);
    const { pathname } = location;
    // Whoever follows a link or goes back leaves the form as well.
    const unheard = hearMoves(() => location.pathname !== pathname && this.close());
    const onClose = () => {
      unheard();
      this.leave();
      this.card.host?.remove();
      onEnd();
    };
    const { isChanged, subentry_id: id } = this.asked;
    const begins = `initiate_flow.${isChanged || id ? "reconfigure" : "user"}`;
    const label = this.said(begins) ?? this.words.title;
    this.shown = opened(this.card, label, () => this.draw?.(this) || this.content(), {
      onClose,
      heading: false,
    });
    this.shown.dialog.classList.add("flow");
    this.shown.dialog.addEventListener("value-changed", ({ detail }) => {
      this.answer = detail.value;
      this.redraw();
    });
    this.begin();
  }

  close = () => this.shown.close();

  /** Have Home Assistant forget what was begun and is not settled. */
  leave() {
    this.unheard?.then((stop) => stop());
    if (OPEN.includes(this.step?.type) && this.step.flow_id) {
      this.call("DELETE", this.at).catch(() => undefined);
    }
    this.isLeft = true;
  }

  call = (method, path, data) => this.card.hass.callApi(method, path, data);

  get at() {
    return `${this.way.path}/${this.step.flow_id}`;
  }

  say = (data) => this.take(this.call("POST", this.at, data));

  /** Begin, once it is known with which entry and with which of its parts. */
  begin = () =>
    this.take(
      (async () => {
        const pick = this.asked.issue ? undefined : await this.place();
        if (pick) return pick;
        this.way = wayTo(this.asked);
        return this.call("POST", this.way.path, this.way.begins);
      })(),
    );

  /** Find the entry and its part; return a step that asks which, or why there is none. */
  async place() {
    const { hass } = this.card;
    const { subentry, takes, entry, subentry_id: id } = this.asked;
    if (!subentry && !takes) return undefined;
    const entries = await hass.callWS({ type: "config_entries/get", domain: DOMAIN });
    const taking = entries.filter(
      ({ entry_id, supported_subentry_types: types }) =>
        (subentry ?? takes) in types && (!entry || entry_id === entry),
    );
    let found = taking.map(({ entry_id, title }) => ({ entry: entry_id, title }));
    if (this.asked.isChanged || id) {
      const parts = taking.map(async ({ entry_id }) => {
        const asked = { type: "config_entries/subentries/list", entry_id };
        const all = await hass.callWS(asked);
        return all
          .filter((one) => one.subentry_type === subentry && (!id || one.subentry_id === id))
          .map(({ subentry_id, title }) => ({ entry: entry_id, subentry_id, title }));
      });
      found = (await Promise.all(parts)).flat();
    }
    if (found.length > 1) return { type: "pick", found };
    if (!found.length) return { type: "none" };
    Object.assign(this.asked, found[0]);
    return undefined;
  }

  /** Wait for the next step and show it, or go on where the menu's choice is known. */
  async take(next) {
    this.isBusy = true;
    this.redraw();
    try {
      const before = this.step?.step_id;
      const step = await next;
      this.step = step;
      this.failed = undefined;
      if (this.isLeft) {
        this.leave();
        return;
      }
      if (step.type === "menu" && step.menu_options.includes(this.steps[0])) {
        await this.say({ next_step_id: this.steps.shift() });
        return;
      }
      if (step.type === "create_entry" && (this.asked.issue || !this.endSaid())) {
        // There is no step to show any more.
        this.close();
        return;
      }
      if (step.type === "progress") this.follow();
      await loadElements();
      if (step.type === "form" && step.step_id !== before) {
        this.answer = filledIn(step.data_schema, this.asked.data ?? {});
      }
    } catch (error) {
      // What does not fit in a field is said of the field; else it can be sent once more.
      this.failed = true;
      if (error.body?.errors) this.step = { ...this.step, errors: error.body.errors };
    }
    this.isBusy = false;
    this.redraw();
    // A form is read from its title on: its fields are loaded one by one.
    this.shown.dialog.querySelector("h2")?.focus();
  }

  /** Go on once Home Assistant has done what takes a while. */
  follow() {
    const { flow_id: id } = this.step;
    const look = () => this.step.flow_id === id && this.take(this.call("GET", this.at));
    this.unheard ??= this.card.hass.connection
      .subscribeEvents(({ data }) => data.flow_id === id && look(), "data_entry_flow_progressed")
      .then((stop) => {
        // It may have been done before anybody listened.
        look();
        return stop;
      });
  }

  redraw = () => this.shown.redraw();

  /** Return the words of this form, or undefined. */
  said = (path, placeholders = this.step?.description_placeholders) =>
    this.localize(`component.${DOMAIN}.${this.way.words}.${path}`, placeholders ?? {}) || undefined;

  endSaid = () => this.said(`create_entry.${this.step.description ?? "default"}`);

  content() {
    const { step, words } = this;
    const failed = this.failed && this.card.alert("error", words.failed, words.failed_next);
    if (!step) {
      const again = failed && button(this.card.text.again, "mdi:refresh", this.begin);
      return [failed || this.card.loading(60), chips(again, this.cancel())];
    }
    const draw = {
      menu: () => this.menu(),
      form: () => this.form(),
      pick: () => this.pick(),
      none: () => this.end(words.none),
      progress: () => [
        titleOf(this.said(`step.${step.step_id}.title`) ?? words.going),
        markdown(this.said(`progress.${step.progress_action}`)),
        this.card.loading(60),
        chips(this.cancel()),
      ],
      abort: () => this.end(this.said(`abort.${step.reason}`) ?? step.reason),
      create_entry: () => this.end(this.endSaid()),
    };
    return [draw[step.type](), failed];
  }

  /** Return what was done, or why it was not, and the way back. */
  end = (said) => [
    titleOf(this.step.type === "create_entry" ? this.words.done : this.shown.dialog.ariaLabel),
    markdown(said),
    chips(button(this.card.text.close, undefined, this.close, { class: "strong" })),
  ];

  /** Return which of several entries, or of their parts, is meant. */
  pick() {
    const choose = (one) => () => {
      Object.assign(this.asked, one);
      this.step = undefined;
      this.begin();
    };
    const all = this.step.found.map((one) => button(one.title, undefined, choose(one)));
    return [titleOf(this.words.which), h("div.options", all), chips(this.cancel())];
  }

  head = () => [
    titleOf(this.said(`step.${this.step.step_id}.title`) ?? this.shown.dialog.ariaLabel),
    markdown(this.said(`step.${this.step.step_id}.description`)),
  ];

  /** Return a button for each option of a menu, and the one that decides nothing. */
  menu() {
    const at = `step.${this.step.step_id}.menu_options`;
    const option = (name) =>
      button(this.said(`${at}.${name}`), undefined, () => this.say({ next_step_id: name }), {
        disabled: this.isBusy,
      });
    const options = this.step.menu_options.map(option);
    return [this.head(), h("div.options", options), chips(this.cancel())];
  }

  cancel = () => {
    const { later, cancel } = this.words;
    return button(this.asked.issue ? later : cancel, undefined, this.close);
  };

  /** Return the fields of a step, as Home Assistant's own dialog draws them. */
  form() {
    const { errors, data_schema: fields, step_id } = this.step;
    const at = `step.${step_id}`;
    const of = (field, path, kind) =>
      field.type === "expandable"
        ? `${at}.sections.${field.name}.${kind === "data" ? "name" : "description"}`
        : `${at}.${path?.length ? `sections.${path[0]}.` : ""}${kind}.${field.name}`;
    const submit = () => {
      this.isLacking = !isWhole(fields, this.answer);
      if (this.isLacking) this.redraw();
      else this.say(given(this.answer));
    };
    return [
      this.head(),
      fields.length > 0 &&
        h("ha-form", {
          hass: this.card.hass,
          schema: fields.map(withBox),
          data: this.answer,
          error: errors,
          computeLabel: (field, _, more) => this.said(of(field, more?.path, "data")) ?? field.name,
          computeHelper: (field, more) =>
            unescaped(this.said(of(field, more?.path, "data_description")) ?? ""),
          computeError: (error) => this.said(`error.${error}`) ?? error,
          localizeValue: (key) => this.localize(`component.${DOMAIN}.selector.${key}`),
        }),
      this.isLacking && this.card.alert("error", this.words.missing),
      chips(
        this.cancel(),
        button(this.said(`${at}.submit`) ?? this.words.confirm, undefined, submit, {
          class: "strong",
          disabled: this.isBusy,
        }),
      ),
    ];
  }
}

const markdown = (content) => content && h("ha-markdown", { content: Object(content) && content });

/** Return what a form shows at first: what is known of a field, else what the step proposes. */
const filledIn = (fields, known) =>
  Object.fromEntries(
    fields.map(({ name, schema, type, default: value, description }) => [
      name,
      type === "expandable"
        ? filledIn(schema, known)
        : (known[name] ?? description?.suggested_value ?? value),
    ]),
  );

/** Return a field with a box to tick for a switch, which tells its name to nobody who cannot see. */
const withBox = (field) => {
  if (field.schema) return { ...field, schema: field.schema.map(withBox) };
  const { name, required, selector } = field;
  return selector?.boolean ? { name, required, type: "boolean" } : field;
};

const isEmpty = (value) => value === undefined || value === null || value === "";

/** Whether all is filled in that must be. */
const isWhole = (fields, answer) =>
  fields.every(({ name, schema, type, required }) =>
    type === "expandable"
      ? isWhole(schema, answer[name] ?? {})
      : !required || !isEmpty(answer[name]),
  );

/** Return what was answered; what is empty is left out. */
const given = (answer) =>
  Object.fromEntries(
    Object.entries(answer)
      .filter(([, value]) => !isEmpty(value))
      .map(([name, value]) => [name, value.constructor === Object ? given(value) : value]),
  );
