/** Have Home Assistant's own form, which comes with the editor of a card that it always has. */
export async function loadForm() {
  if (customElements.get("ha-form")) return;
  await window.loadCardHelpers();
  await customElements.get("hui-button-card").getConfigElement();
}
