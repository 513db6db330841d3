/** The teams of a challenge: who organises it chose that this screen shows it. */

import Hall from "../cards/hall.js";

export default class Teams extends Hall {
  take = (hass) => super.take({ ...hass, user: { is_admin: true } });
}
