/** The page of a screen: it asks what to show, shows it, and goes on for weeks by itself. */

import { h, update } from "../dom.js";
import { formatsOf } from "../formats.js";
import { textsOf } from "../texts.js";
import { askerOf, hassOf } from "./asked.js";
import { slideOf } from "./slides.js";
import { pageSheet } from "./style.js";

const ASKED_EACH_MS = 60_000;
const LONGEST_MS = 300_000;
/** After so long without an answer figures are too old to be shown. */
const KEPT_MS = 172_800_000;
const MOMENT = {
  weekday: "long",
  day: "numeric",
  month: "long",
  hour: "numeric",
  minute: "2-digit",
};

/** Why a link shows nothing. */
const REFUSALS = ["off", "outside", "untrusted_proxy"];

/** The digest of all modules, which is in the address of this one. */
const DIGEST = new URL(import.meta.url).pathname.split("/").at(-3);

export class Screen {
  constructor(root, token, reload) {
    const ask = askerOf(token);
    Object.assign(this, { root, ask, reload, pause: ASKED_EACH_MS, slides: [] });
    this.stage = h("section");
    document.adoptedStyleSheets.push(pageSheet);
    document.documentElement.lang = navigator.language;
  }

  /** Ask what to show, again and again; less often as long as that fails. */
  async poll() {
    try {
      this.text ??= await textsOf(navigator.language, "screen");
      this.draw();
      await this.take(await this.ask({ type: "screen" }));
      this.pause = ASKED_EACH_MS;
    } catch (error) {
      this.fail(error);
      this.pause = Math.min(2 * this.pause, LONGEST_MS);
    }
    this.draw();
    setTimeout(() => this.poll(), this.pause);
  }

  /** Show what was answered; what stays the same stays as it is. */
  async take(answer) {
    // The page may have begun with modules of before: it has shown what it can first.
    if (this.answer && answer.modules !== DIGEST) return this.reload();
    const { shows, site, challenge, title } = answer;
    const isSame = JSON.stringify(answer) === JSON.stringify(this.answer);
    this.hass = isSame ? { ...this.hass, connected: true } : hassOf(answer, this.askForCard);
    Object.assign(this, { answer, refused: undefined, known: Date.now() });
    document.title = title;
    const made = JSON.stringify([shows, site, challenge]);
    if (made !== this.made) {
      this.clear();
      this.slides = await Promise.all(shows.map((name) => slideOf(name, answer)));
      this.made = made;
    }
    await this.tell();
    if (!this.slide) this.turn();
  }

  tell = () => Promise.all(this.slides.map((slide) => slide.take(this.hass)));

  /** Ask for a card; where nobody answers, the picture of before stays. */
  askForCard = async (message) => {
    try {
      return await this.ask(message);
    } catch (error) {
      if (error.status !== 200) this.fail(error);
      throw error;
    }
  };

  fail({ code }) {
    if (REFUSALS.includes(code)) {
      this.clear();
      Object.assign(this, { refused: code, answer: undefined, hass: undefined });
      document.title = "";
    } else if (this.hass) {
      this.hass = { ...this.hass, connected: false };
      this.tell();
    }
    this.failed = true;
    this.draw();
  }

  /** Let go of all that is shown. */
  clear() {
    clearTimeout(this.turning);
    this.slide?.leave();
    this.stage.replaceChildren();
    Object.assign(this, { slides: [], slide: undefined, made: undefined });
  }

  /** Show the next, also where there is but one: what it shows is asked for again. */
  turn() {
    const { slides, slide, answer } = this;
    if (!slides.length) return;
    slide?.leave();
    this.slide = slides[(slides.indexOf(slide) + 1) % slides.length];
    this.stage.replaceChildren(this.slide.place);
    this.slide.enter();
    this.turning = setTimeout(() => this.turn(), 1000 * answer.seconds);
    this.draw();
  }

  draw() {
    update(this.root, [this.content()].flat().filter(Boolean));
  }

  content() {
    const { text, answer, refused, hass, known, slides, slide } = this;
    if (!text) return [];
    if (refused) return said(...text.screen[refused]);
    if (!answer) return said(...(this.failed ? [text.offline, text.screen.tries] : [text.loading]));
    if (!slide || Date.now() - known > KEPT_MS) return said(answer.title);
    const until = !hass.connected && text.known_until(formatsOf(hass).date(known, MOMENT));
    const dots = slides.map((one) => h("li", { class: one === slide && "on" }));
    return [
      this.stage,
      h(
        "footer",
        h("span", answer.title),
        until && h("span", { role: "status" }, until),
        slides.length > 1 && h("ol", { "aria-hidden": "true" }, dots),
      ),
    ];
  }
}

const said = (what, next) => h("main", h("h1", what), next && h("p", next));
