/**
 * The way to a view of the dashboard from where nobody knows its address, such as the last page of a
 * form: `/sen1/VIEW`. A household that has no dashboard of ours yet gets one.
 */

// Not awaited: it waits in turn for the first dashboard. Pages that were open before we were set up
// lack it; those that were open before an update keep theirs.
if (!customElements.get("ll-strategy-dashboard-sen1")) import("./sen1.js");

const PATH = "sen1-energy";

class Door extends HTMLElement {
  set hass(hass) {
    this._hass = hass;
    this.arrive?.();
    this.led ??= this.lead();
  }

  async lead() {
    const wanted = location.pathname.split("/").slice(2).join("/") || "home";
    const { search } = location;
    const dashboard = (await this.find()) ?? (await this.make());
    history.replaceState(history.state, "", `/${dashboard}/${wanted}${search}`);
    window.dispatchEvent(new CustomEvent("location-changed", { detail: { replace: true } }));
  }

  /** Return the path of a dashboard that builds itself, or of what somebody made of it. */
  async find() {
    const rows = await this._hass.callWS({ type: "lovelace/dashboards/list" });
    for (const { url_path: path } of rows) {
      if (path === PATH || (await this.isOurs(path))) return path;
    }
    return (await this.isOurs(null)) ? "lovelace" : undefined;
  }

  async isOurs(path) {
    const question = { type: "lovelace/config", url_path: path };
    // Of one that Home Assistant makes by itself there is nothing to be read.
    const config = await this._hass.callWS(question).catch(() => undefined);
    return config?.strategy?.type === "custom:sen1";
  }

  /** Make the dashboard as the dialog of new ones does; return its path once it can be opened. */
  async make() {
    await this._hass.callWS({
      type: "lovelace/dashboards/create",
      url_path: PATH,
      title: "SEN1",
      icon: "mdi:hub",
      mode: "storage",
      show_in_sidebar: true,
      require_admin: false,
    });
    const config = { strategy: { type: "custom:sen1" } };
    await this._hass.callWS({ type: "lovelace/config/save", url_path: PATH, config });
    await new Promise((resolve) => {
      this.arrive = () => PATH in this._hass.panels && resolve();
      this.arrive();
    });
    return PATH;
  }
}

if (!customElements.get("sen1-door")) customElements.define("sen1-door", Door);
