/** The page of a screen without a login, `/sen1_screen#TOKEN`: what its link shows, and nothing else. */

import { Screen } from "./screen/page.js";

const reload = () => location.reload();
addEventListener("hashchange", reload);
new Screen(document.body, location.hash.slice(1), reload).poll();
