/** A repair answered where one is: its own steps, so that what is decided is decided as there. */

import { button } from "./card.js";
import { chips, h, listOf, unescaped } from "./dom.js";
import { loadForm } from "./form.js";

const FLOWS = "repairs/issues/fix";

/** One repair that is being answered; the card draws it with `content`. */
export class Repair {
  /** `localize` knows the texts of issues and of selectors; `onEnd` is called once it is settled. */
  constructor(card, issue, localize, onEnd) {
    Object.assign(this, { card, issue, localize, onEnd, answer: {} });
  }

  start = () =>
    this.take(this.post(FLOWS, { handler: this.issue.domain, issue_id: this.issue.issue_id }));

  post = (path, data) => this.card.hass.callApi("POST", path, data);

  say = (data) => this.take(this.post(`${FLOWS}/${this.step.flow_id}`, data));

  /** Leave what was begun; nothing is decided. */
  close() {
    if (this.step?.flow_id && ["menu", "form"].includes(this.step.type)) {
      this.card.hass.callApi("DELETE", `${FLOWS}/${this.step.flow_id}`).catch(() => undefined);
    }
    this.onEnd();
  }

  /** Wait for the next step and show it. */
  async take(next) {
    this.isBusy = true;
    this.card.redraw();
    try {
      const before = this.step?.step_id;
      this.step = await next;
      if (this.step.type === "form") await loadForm();
      if (this.step.step_id !== before) {
        this.answer = Object.fromEntries(
          (this.step.data_schema ?? []).map(({ name, default: value, description }) => [
            name,
            description?.suggested_value ?? value,
          ]),
        );
      }
      this.failed = false;
      if (this.step.type === "create_entry") {
        // There is no step to show any more.
        this.onEnd();
        return;
      }
    } catch {
      this.failed = true;
    }
    this.isBusy = false;
    this.card.redraw();
    // A form is read from its title on: its fields are loaded one by one.
    this.card.frame.querySelector("[data-repair] :is(button, h3)")?.focus();
  }

  words(path, placeholders) {
    return this.localize(
      `component.${this.issue.domain}.issues.${this.issue.translation_key}.fix_flow.${path}`,
      placeholders ?? {},
    );
  }

  content() {
    const { step } = this;
    const { text } = this.card;
    const failed =
      this.failed && this.card.alert("error", text.repair.failed, text.repair.failed_next);
    if (!step) return this.frame(failed || this.card.loading(60), [this.cancel()]);
    if (step.type === "abort") {
      return this.frame(h("p", null, this.words(`abort.${step.reason}`)), [this.cancel()]);
    }
    const at = `step.${step.step_id}`;
    const told = marked(this.words(`${at}.description`, step.description_placeholders));
    if (step.type === "menu") return this.frame([failed, told], this.options(at));
    return this.frame(
      [
        h("h3", { tabindex: "-1" }, this.words(`${at}.title`)),
        told,
        step.data_schema.length > 0 && this.form(at),
        failed,
      ],
      [
        button(text.repair.confirm, undefined, () => this.say(this.filled()), {
          class: "full",
          disabled: this.isBusy,
        }),
        this.cancel(),
      ],
    );
  }

  /** Return a button for each option of a menu, and the one that decides nothing. */
  options(at) {
    const option = (name) =>
      button(
        this.words(`${at}.menu_options.${name}`),
        undefined,
        () => this.say({ next_step_id: name }),
        { disabled: this.isBusy },
      );
    return [this.step.menu_options.map(option), this.cancel()];
  }

  frame = (content, buttons) =>
    h("div", { class: "repair", "data-repair": true }, content, chips(buttons));

  cancel = () => button(this.card.text.repair.later, undefined, () => this.close());

  /** Return the fields of a step, as Home Assistant's own dialog draws them. */
  form(at) {
    const { errors, data_schema: fields } = this.step;
    return h("ha-form", {
      hass: this.card.hass,
      schema: fields.map(withBox),
      data: this.answer,
      error: errors,
      computeLabel: ({ name }) => this.words(`${at}.data.${name}`),
      computeHelper: ({ name }) => this.words(`${at}.data_description.${name}`),
      computeError: (error) => this.words(`error.${error}`),
      localizeValue: (key) => this.localize(`component.${this.issue.domain}.selector.${key}`),
    });
  }

  /** Keep what is filled in. */
  fill(answer) {
    this.answer = answer;
    this.card.redraw();
  }

  /** Return what was answered; what is empty is left out. */
  filled = () =>
    Object.fromEntries(
      Object.entries(this.answer).filter(([, value]) => value !== undefined && value !== ""),
    );
}

/** Return a field with a box to tick for a switch, which tells its name to nobody who cannot see. */
const withBox = (field) =>
  field.selector?.boolean ? { name: field.name, required: field.required, type: "boolean" } : field;

/** Return a text whose only marks are `**`, lists and empty lines; the rest is shown as it is. */
function marked(text) {
  const inline = (line) =>
    line
      .split("**")
      .map(unescaped)
      .map((part, i) => (i % 2 ? h("strong", null, part) : part));
  const list = (block) => {
    const lines = block.split("\n").map((line) => line.slice(2));
    return listOf("dots", lines, (line) => h("li", null, inline(line)));
  };
  return text
    .split(/\n{2,}/)
    .map((block) => (block.startsWith("- ") ? list(block) : h("p", null, inline(block))));
}
