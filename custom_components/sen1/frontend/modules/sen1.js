/**
 * What every page loads: the names of the strategy and of the cards, each fetched when it is shown.
 */

const CARDS = [
  "buildings",
  "challenge",
  "class",
  "cold",
  "collection",
  "comparison",
  "forecast",
  "goals",
  "home",
  "investment",
  "invite",
  "learnt",
  "participate",
  "past",
  "place",
  "report",
  "roles",
  "screens",
  "sharing",
  "tabs",
  "together",
  "town",
  "wall",
];

/** After how long what could not be fetched is asked for again, ms: with a box that says so, without. */
const AGAIN_MS = 5_000;
const SOON_MS = 1_000;

const french = () => document.documentElement.lang.startsWith("fr");

/** What is said where no texts can be fetched, what to do and to press; last, what the dashboard has. */
// Made of texts/first_module.yaml by scripts/translations.
const SAID = {
  en: [
    "SEN1 could not be loaded.",
    "It tries again by itself. If this stays, it may just have been updated: reload the page.",
    "Reload the page",
    "Your energy, your friends’ and your cooperative’s",
  ],
  fr: [
    "SEN1 n’a pas pu être chargé.",
    "Il réessaie tout seul. Si cela dure, il vient peut-être d’être mis à jour : rechargez la page.",
    "Recharger la page",
    "Votre énergie, celle de vos amis et de votre coopérative",
  ],
};
// End of what is made.
const said = () => SAID[french() ? "fr" : "en"];

const element = (tag, properties) => Object.assign(document.createElement(tag), properties);

let closures;
/** Return what each module needs, which the server knows; without it that is found out step by step. */
const known = () => {
  closures ??= import("./closures.js").then(({ default: all }) => all).catch(() => ({}));
  return closures;
};

/** Fetch a module, and with it all that it needs. */
async function load(path) {
  const needs = (await known())[path] ?? [];
  const loading = import(`./${path}`);
  for (const need of needs) {
    const { href } = new URL(need.replace("*", french() ? "fr" : "en"), import.meta.url);
    if (document.querySelector(`link[href="${href}"]`)) continue;
    document.head.append(element("link", { rel: "modulepreload", href }));
  }
  return loading;
}

/** A card that Home Assistant can have at once; what it shows is fetched when it is configured. */
const elementOf = (name) =>
  class extends HTMLElement {
    static getConfigForm = async () => (await load("editor.js")).formOf(name);
    static getStubConfig = () => ({});

    constructor() {
      super();
      // Themes and card-mod look for it as soon as there is a card.
      this.attachShadow({ mode: "open" });
    }

    setConfig(config) {
      this.config = config;
      this.card?.configure(config);
      this.show();
    }

    set hass(hass) {
      this._hass = hass;
      this.show();
    }

    connectedCallback() {
      this.card?.connect();
      this.show();
    }

    disconnectedCallback() {
      this.card?.disconnect();
    }

    /** Show what there is; what fails is told, and tried again a little later. */
    async show() {
      if (!this.config || this.again) return;
      try {
        if (!this.card) {
          this.making ??= this.make();
          await this.making;
        }
        await this.card.take(this._hass);
        this.box?.remove();
      } catch (error) {
        console.error(error);
        if (!this.card) this.making = undefined;
        this.fail();
      }
    }

    async make() {
      const { default: Card } = await load(`cards/${name}.js`);
      this.card = new Card(this);
      this.card.configure(this.config);
      if (this.isConnected) this.card.connect();
    }

    fail() {
      const [what, next, press] = said();
      this.box ??= element("ha-card", { role: "alert", style: "padding: 16px" });
      this.box.replaceChildren(
        element("p", { textContent: what }),
        element("p", { textContent: next }),
        element("button", { textContent: press, onclick: () => location.reload() }),
      );
      this.shadowRoot.append(this.box);
      clearTimeout(this.again);
      this.again = setTimeout(() => {
        this.again = undefined;
        if (this.isConnected) this.show();
      }, AGAIN_MS);
    }

    getCardSize = () => 5;
    getGridOptions = () => ({ columns: 12, min_columns: 6 });
  };

class Strategy extends HTMLElement {
  /** Return the dashboard; Home Assistant shows what this fails with and asks no second time. */
  static generate = async (config, hass, tries = 12) => {
    try {
      return await (await load("strategy.js")).generate(config, hass);
    } catch (error) {
      const [what, , press] = said();
      if (tries === 1) throw new Error(`${what} ${press}.`, { cause: error });
      await new Promise((done) => setTimeout(done, SOON_MS));
      return Strategy.generate(config, hass, tries - 1);
    }
  };
  static getCreateSuggestions = () => ({ title: "SEN1", icon: "mdi:hub" });
}

/** Wait for a press: nobody edits without one, and who does not edit need not load names of cards. */
const pressed = () =>
  new Promise((done) => {
    for (const press of ["pointerdown", "keydown"])
      addEventListener(press, done, { capture: true, once: true });
  });

/** List the cards for the picker, once what it needs was fetched. */
const list = async () => {
  try {
    await (await load("picker.js")).list(CARDS);
  } catch {
    setTimeout(list, AGAIN_MS);
  }
};

// The frontend replaces the registry of elements as it starts; what comes before that is lost.
await customElements.whenDefined("home-assistant");
customElements.define("ll-strategy-dashboard-sen1", Strategy);
window.customStrategies = window.customStrategies || [];
window.customStrategies.push({
  type: "sen1",
  strategyType: "dashboard",
  name: "SEN1",
  get description() {
    return said().at(-1);
  },
});
for (const name of CARDS) customElements.define(`sen1-${name}-card`, elementOf(name));
// Where there is no dashboard, no card is picked.
await customElements.whenDefined("ha-panel-lovelace");
known();
if (!new URLSearchParams(location.search).has("edit")) await pressed();
list();
