/**
 * What every page loads: the names of the strategy and of the cards, each fetched when it is shown.
 */

const CARDS = [
  "buildings",
  "challenge",
  "class",
  "cold",
  "collection",
  "comparator",
  "comparison",
  "energy",
  "forecast",
  "friends",
  "goals",
  "hall",
  "investment",
  "invite",
  "learnt",
  "participate",
  "past",
  "power",
  "questions",
  "ranking",
  "report",
  "sharing",
  "steps",
  "usual",
  "wall",
  "watch",
  "wattmeter",
];

const french = () => document.documentElement.lang.startsWith("fr");
const load = (module) => import(`./${module}.js`);

/** A card that Home Assistant can have at once; what it shows is fetched when it is configured. */
const elementOf = (name) =>
  class extends HTMLElement {
    static getConfigForm = async () => (await load("editor")).formOf(name);
    static getStubConfig = () => ({});

    setConfig(config) {
      this.config = config;
      this.loading ??= load(`cards/${name}`).then(({ default: Card }) => {
        this.card = new Card(this);
        this.card.configure(this.config);
        this.card.take(this._hass);
        if (this.isConnected) this.card.connect();
      });
      this.card?.configure(config);
    }

    set hass(hass) {
      this._hass = hass;
      this.card?.take(hass);
    }

    connectedCallback() {
      this.card?.connect();
    }

    disconnectedCallback() {
      this.card?.disconnect();
    }

    getCardSize = () => 5;
    getGridOptions = () => ({ columns: 12, min_columns: 6 });
  };

class Strategy extends HTMLElement {
  static generate = async (config, hass) => (await load("strategy")).generate(config, hass);
  static getCreateSuggestions = () => ({ title: "SEN1", icon: "mdi:hub" });
}

// The frontend replaces the registry of elements as it starts; what comes before that is lost.
await customElements.whenDefined("home-assistant");
customElements.define("ll-strategy-dashboard-sen1", Strategy);
window.customStrategies = window.customStrategies || [];
window.customStrategies.push({
  type: "sen1",
  strategyType: "dashboard",
  name: "SEN1",
  get description() {
    return french()
      ? "Votre énergie, celle de vos amis et de votre coopérative"
      : "Your energy, your friends’ and your cooperative’s";
  },
});
for (const name of CARDS) customElements.define(`sen1-${name}-card`, elementOf(name));
// Where there is no dashboard, no card is picked.
await customElements.whenDefined("ha-panel-lovelace");
(await load("picker")).list(CARDS);
