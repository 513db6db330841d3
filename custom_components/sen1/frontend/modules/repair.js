/** A repair answered where one is: its own steps, so that what is decided is decided as there. */

import { button } from "./card.js";
import { h, unescaped } from "./dom.js";

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
      if (this.step.step_id !== before) {
        this.answer = Object.fromEntries(
          (this.step.data_schema ?? []).map(({ name, default: value, description }) => [
            name,
            description?.suggested_value ?? value,
          ]),
        );
      }
      this.failed = false;
      if (this.step.type === "create_entry") this.onEnd();
    } catch {
      this.failed = true;
    }
    this.isBusy = false;
    this.card.redraw();
    this.card.frame.querySelector("[data-repair] :is(button, input)")?.focus();
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
        h("h3", null, this.words(`${at}.title`)),
        told,
        step.data_schema.map((field) => this.field(field, at)),
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
    h(
      "div",
      { class: "repair", "data-repair": true },
      content,
      h("div", { class: "chips" }, buttons),
    );

  cancel = () => button(this.card.text.repair.later, undefined, () => this.close());

  /** Return what was answered; what is empty is left out. */
  filled = () =>
    Object.fromEntries(
      Object.entries(this.answer).filter(([, value]) => value !== undefined && value !== ""),
    );

  // The fields of a form

  /** A field without a selector is a text. */
  field({ name, selector = {} }, at) {
    const error = this.step.errors?.[name];
    const id = `repair-${name}`;
    const label = this.words(`${at}.data.${name}`);
    const more = [
      h("p", { class: "under", id: `${id}-more` }, this.words(`${at}.data_description.${name}`)),
      error && h("p", { class: "bad", role: "alert" }, this.words(`error.${error}`)),
    ];
    const set = (value) => {
      this.answer[name] = value;
    };
    const given = { id, "aria-describedby": `${id}-more` };
    if (selector.select) {
      return h("fieldset", null, h("legend", null, label), this.boxes(name, selector.select), more);
    }
    if (selector.boolean) {
      return h(
        "div",
        { class: "field" },
        this.box(label, this.answer[name] === true, set, given),
        more,
      );
    }
    const { type, read = (text) => text, ...bounds } = this.input(selector);
    return h(
      "div",
      { class: "field" },
      h("label", { for: id }, label),
      h("input", {
        ...given,
        type,
        ...bounds,
        value: this.answer[name] ?? "",
        oninput: (event) => set(read(event.target.value)),
      }),
      more,
    );
  }

  input({ date, number }) {
    if (date) return { type: "date" };
    if (number) {
      return {
        type: "number",
        min: number.min,
        max: number.max,
        read: (text) => (text === "" ? undefined : Number(text)),
      };
    }
    return { type: "text" };
  }

  boxes(name, { options, translation_key: list }) {
    return options.map((option) =>
      this.box(
        this.localize(`component.${this.issue.domain}.selector.${list}.options.${option}`),
        (this.answer[name] ?? []).includes(option),
        (checked) => {
          const others = (this.answer[name] ?? []).filter((one) => one !== option);
          this.answer[name] = checked ? [...others, option] : others;
        },
      ),
    );
  }

  box = (label, isChecked, onChange, more) =>
    h(
      "label",
      { class: "box" },
      h("input", {
        type: "checkbox",
        checked: isChecked,
        onchange: (event) => onChange(event.target.checked),
        ...more,
      }),
      label,
    );
}

/** Return a text whose only marks are `**`, lists and empty lines; the rest is shown as it is. */
function marked(text) {
  const inline = (line) =>
    line
      .split("**")
      .map(unescaped)
      .map((part, i) => (i % 2 ? h("strong", null, part) : part));
  const list = (block) => {
    const lines = block.split("\n").map((line) => line.slice(2));
    return h(
      "ul",
      { class: "dots" },
      lines.map((line) => h("li", null, inline(line))),
    );
  };
  return text
    .split(/\n{2,}/)
    .map((block) => (block.startsWith("- ") ? list(block) : h("p", null, inline(block))));
}
