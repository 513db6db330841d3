/** A card of what one command answers: read again and again, and changed by commands that answer the same. */

import { button, Card, choice } from "./card.js";
import { h } from "./dom.js";

/**
 * A subclass names the command with `static asks`, and with `static page` what it takes to ask it; once it
 * is `known`, it draws with `page`.
 */
export class Asking extends Card {
  static tag = "div";
  static readsEach = 15_000;

  isBusy = false;
  turn = 0;

  /** Return the words of the page, which the first of its folders has. */
  get words() {
    return this.text[this.constructor.words[0]];
  }

  async read() {
    // What is being changed is answered by that change.
    if (!this.hass.connected || this.isBusy || !this.may(this.constructor.page)) return;
    try {
      await this.ask({ type: this.constructor.asks });
      this.failed = false;
    } catch ({ code }) {
      this.failed = code ?? true;
    }
    this.redraw();
  }

  /** Ask for all of it, or for a change; the answer asked for last is kept. */
  async ask(message) {
    this.turn += 1;
    const { turn } = this;
    const answer = await this.hass.callWS({ ...message, language: this.language });
    if (turn === this.turn) this.known = answer;
    return answer;
  }

  content() {
    return this.instead(this.words) ?? this.page(this.known);
  }

  /** Return what stands instead of the page while it has nothing to show, or undefined. */
  instead(words) {
    const { hass } = this;
    // Who had a role may have none by now.
    if (!this.may(this.constructor.page) || this.failed === "unauthorized")
      return [h("ha-card", this.locked(words))];
    if (this.known) return undefined;
    if (!hass.connected) return [h("ha-card", this.offline())];
    if (!this.failed) return [h("ha-card", this.loading(240))];
    return [
      h(
        "ha-card",
        this.unread(words.not_read, () => this.read()),
      ),
    ];
  }

  /** Return a button for a change, which is off while nothing can be changed, or something `isLacking`. */
  deed = (label, icon, onclick, { isLacking = false, ...properties } = {}) =>
    button(label, icon, onclick, { disabled: isLacking || this.isOff, ...properties });

  /** Return what is said while Home Assistant is not reached. */
  offline = () => this.alert("warning", this.text.offline, this.text.offline_next);

  /** Return what is to be known before all else: what failed, and what was done. */
  told = () => [
    !this.hass.connected && this.offline(),
    this.notice && this.alert("error", this.notice, this.reason),
    this.said && this.alert("good", this.said, this.saidMore),
  ];

  /** Return which of several is shown, each by its title. */
  which = (label, all, shown, id) =>
    all.length > 1 &&
    choice(
      label,
      all.map((one) => [one.title, one === shown, () => this.show(one[id])]),
    );

  show(id) {
    this.shown = id;
    this.said = this.notice = undefined;
    this.redraw();
  }

  /** Say what was done; its button is gone. */
  say(said, more) {
    this.said = said;
    this.saidMore = more;
    this.redraw();
    this.goTo("h2[tabindex]");
  }

  /** Have something changed once; return the answer, or say what failed. */
  async change(message, failure) {
    if (this.isBusy) return undefined;
    return this.attemptChange(() => this.ask(message), failure);
  }

  /** Have something changed that may answer something else than is asked for. */
  async attemptChange(act, failure) {
    this.isBusy = true;
    this.notice = undefined;
    this.redraw();
    try {
      return await act();
    } catch (error) {
      this.reason = await this.reasonOf(error);
      this.notice = failure;
      return undefined;
    } finally {
      this.isBusy = false;
      this.redraw();
    }
  }

  /** Return why something was refused, in the words of SEN1, where it has some for it. */
  async reasonOf({ translation_key: key, translation_placeholders: placeholders }) {
    if (!key) return undefined;
    const words = await this.hass.loadBackendTranslation("exceptions", "sen1");
    return words(`component.sen1.exceptions.${key}.message`, placeholders);
  }

  /** Go on reading from a heading. */
  async goTo(heading) {
    const element = this.frame.querySelector(heading);
    // What is in a card of Home Assistant is on the page once that is drawn.
    await element?.closest("ha-card")?.updateComplete;
    element?.focus();
  }
}
