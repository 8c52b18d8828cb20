// Where are articles read, and of which types are they? All of it comes from the contract.
import createClient from "openapi-fetch";
import type { components, paths } from "../../rejoinder";

export type Summary = components["schemas"]["Summary"];
export type Article = components["schemas"]["Article"];

export const api = createClient<paths>({ baseUrl: import.meta.env.VITE_REJOINDER });
