/** Helpers for tests of this and every package above. Never imported by what ships. */
export {
  AMI,
  START,
  ami,
  createPerson,
  createTestNetwork,
  founderOf,
  genesisReference,
  namedSigner,
  signOperation,
  signPayment,
  type EntryOptions,
  type PaymentOptions,
  type Person,
  type PersonOptions,
} from "./people.ts";
