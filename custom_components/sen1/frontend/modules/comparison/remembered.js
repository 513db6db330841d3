/** What a person chose to compare last, kept by Home Assistant for its user: another device shows it too. */

const KEY = "sen1.compare";

/** Return what was kept, of measures compared `{series}`; or nothing. */
export async function remembered(hass, key = KEY) {
  try {
    return (await hass.callWS({ type: "frontend/get_user_data", key })).value ?? {};
  } catch {
    return {};
  }
}

/** Keep a choice; what cannot be kept is chosen anew next time. */
export function remember(hass, value, key = KEY) {
  hass.callWS({ type: "frontend/set_user_data", key, value }).catch(() => {});
}
