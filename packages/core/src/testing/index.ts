/** Helpers for tests of this and every package above. Never imported by what ships. */
export { genesisReference } from "../entry/entry.ts";
export { bundleOf, recordOf } from "./bundles.ts";
export {
  AMI,
  START,
  ami,
  createPerson,
  createTestNetwork,
  founderOf,
  namedSigner,
  signOperation,
  signPayment,
  type EntryOptions,
  type PaymentOptions,
  type Person,
  type PersonOptions,
} from "./people.ts";
