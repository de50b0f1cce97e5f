/** What a hub process tells the process that started it, once, over Node's channel between the two. */
import type { HubErrorType } from "../hub-error.ts";

export type ParentMessage =
  | { readonly type: "listening"; readonly url: string; readonly network: string }
  | { readonly type: "refused"; readonly error: { readonly type: HubErrorType; readonly message: string } };
