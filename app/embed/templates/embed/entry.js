// A thread of Rejoinder in any page: <rejoinder-thread article="…"> and <rejoinder-count article="…">.
import { define } from "{{ asset("embed", "elements.js") }}";

const here = (path) => new URL(path, import.meta.url).href;

define({
  origin: new URL(import.meta.url).origin,
  thread: here("{{ asset("pages", "thread.js") }}"),
  styles: [
    here("{{ asset("pages", "tokens.css") }}"),
    here("{{ asset("pages", "thread.css") }}"),
    here("{{ asset("embed", "embed.css") }}"),
  ],
  words: {{ words|tojson }},
});
