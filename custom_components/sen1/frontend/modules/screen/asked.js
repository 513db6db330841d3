/** The Home Assistant of a screen: it reads what its link was told, and changes nothing. */

const LONGEST_MS = 30_000;

const PREVIEW = window === window.top ? {} : { "X-Sen1-Preview": "1" };

/** Return what asks by a token, one after the other; no address ever bears it. */
export function askerOf(token) {
  let last = Promise.resolve();
  return (message) => {
    const answer = last.then(() => post(token, message));
    // Nothing of an answer is kept here.
    last = answer.then(
      () => undefined,
      () => undefined,
    );
    return answer;
  };
}

async function post(token, message) {
  const cut = new AbortController();
  const timer = setTimeout(() => cut.abort(), LONGEST_MS);
  try {
    const response = await fetch("/api/sen1/screen", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Sen1-Screen": token, ...PREVIEW },
      body: JSON.stringify(message),
      credentials: "omit",
      signal: cut.signal,
    });
    const { result, error } = await response.json();
    const { status, ok } = response;
    if (!ok || error) throw Object.assign(new Error(error?.message), { status, code: error?.code });
    return result;
  } finally {
    clearTimeout(timer);
  }
}

/** Return what cards take for Home Assistant. */
export function hassOf({ time_zone, site, states, entities }, ask) {
  const own = { "sen1/sites": { sites: [site] }, "frontend/get_user_data": { value: null } };
  return {
    connected: true,
    // Nobody: what a link may see is its answers.
    user: {},
    locale: { language: navigator.language, number_format: "language", time_format: "language" },
    config: { time_zone },
    themes: { darkMode: false },
    finest: "hour",
    states,
    entities,
    devices: {},
    connection: { subscribeMessage: async () => () => undefined },
    formatEntityState: (entity, state = entity.state) => state,
    callWS: async (message) => own[message.type] ?? ask(message),
  };
}
