// How does a reply arrive once, however often the connection breaks?

const WAITS = [1, 2, 4, 8, 15, 30]; // seconds between tries
const PATIENCE = 30_000; // milliseconds for one try
const LOST = [502, 503, 504]; // from a proxy or a busy database: the same may be sent again

/** Sends one thing until it has arrived. The same body has the same key, by which the server knows it again. */
export class Sending {
  #body;
  #key;

  /** The answer, if there was one. `onLost(seconds)` is called before each wait. */
  async send(url, fields, language, onLost) {
    const body = JSON.stringify(fields);
    // Not crypto.randomUUID, which a page on plain http does not have.
    if (body !== this.#body) this.#key = crypto.getRandomValues(new Uint32Array(4)).join("-");
    this.#body = body;
    for (const seconds of [...WAITS, 0]) {
      const answer = await post(url, body, language, { "Idempotency-Key": this.#key }).catch(() => null);
      if (answer && !LOST.includes(answer.status)) return answer;
      if (seconds) {
        onLost(seconds);
        await later(seconds);
      }
    }
  }
}

/** Post JSON without cookies: a reader needs none. */
export function post(url, body, language, more) {
  const headers = { "Content-Type": "application/json", "Accept-Language": language, ...more };
  return fetch(url, { method: "POST", body, headers, credentials: "omit", signal: AbortSignal.timeout?.(PATIENCE) });
}

/** After some seconds, or as soon as the connection is back. */
const later = (seconds) =>
  new Promise((resolve) => {
    setTimeout(resolve, seconds * 1000);
    addEventListener("online", resolve, { once: true });
  });
