import type { Mount } from "../core/island.ts";

export const mount: Mount = () => undefined;
