/** The power of this moment; the curve of the day is not given to who has but a link. */

import Power from "../cards/power.js";

export default class Now extends Power {
  fetch() {}
  loading = () => false;
}
