/**
 * Making an account, or making one known that exists, before there is a wallet: on the store that its wallet will be opened on, so that whatever interrupts
 * it, the same account goes on from where it was (spec [DEV5]).
 */
import {
  accountIdOf,
  assert,
  body,
  decodeWith,
  encodeWith,
  field,
  id,
  sequence,
  signInception,
  type AccountId,
  type AccountRecord,
  type Founder,
  type Network,
  type Schema,
  type VerifiedInception,
} from "@amigos/core";
import { KEY, put } from "../journal/journal.ts";
import type { KeyVault } from "../ports/key-vault.ts";
import type { Clock, Random } from "../ports/runtime.ts";
import { StoreError, type Store, type StoreOperation } from "../ports/store.ts";
import { accountAsKnown } from "../replica/account-as-known.ts";
import { claimStore } from "../replica/claim-store.ts";
import { Directory, recordOperations, type RecordError } from "../replica/directory.ts";
import { Knowledge } from "../replica/knowledge.ts";
import { load } from "../replica/opening.ts";
import { createFounder, openAccount, type Account } from "./account.ts";
import { inTurn, masterKeyMissing, type AppendControl } from "./control-log.ts";
import { masterKeyName } from "./key-names.ts";
import { WalletError } from "./wallet-error.ts";

export interface CreateAccountOptions {
  readonly network: Network;
  /** What the account's first wallet will be opened on. */
  readonly store: Store;
  readonly keys: KeyVault;
  readonly random: Random;
  readonly clock: Clock;
  /** Made before by `createFounder`, for an account that the network's genesis gives money to. Left out: a new one. */
  readonly founder?: Founder;
}

const ROW_BYTES_MAX = 64;

const accountRowSchema: Schema<{ readonly account: AccountId }> = body<{ readonly account: AccountId }>({
  account: field(0, id<AccountId>()),
});

/**
 * Makes an account, offline: the ledger learns of it with the first sync. On a store where that was begun before and no
 * wallet was opened since, it is the account that was made then. Once a wallet is open on the store, it has the account
 * (`openAccount`), and this one says `wallet-opened`.
 * @throws {WalletError} `wallet-opened`, `store-of-another` when the store holds another founder's account,
 * `master-key-missing` when the vault is not the one that it was made with
 * @throws {JournalRefused} when the store belongs to another network or version
 * @throws {StoreError} when the store cannot be read or written
 */
export async function createAccount(options: CreateAccountOptions): Promise<Account> {
  const { network, store } = options;
  const inception = await inTurn(store, async () => {
    await claimStore(store, network);
    await mustHaveNoWallet(store);
    return foundedOn(options);
  });
  return accountOn(options, inception);
}

export interface RestoreAccountOptions extends Omit<CreateAccountOptions, "founder"> {
  /** What the account has said about itself, as its backup holds it. */
  readonly record: AccountRecord;
}

/**
 * Makes an account that exists already known on an empty store, for a device whose vault was given the account's master key
 * back (spec [DEV16]): then it grants itself a session as any account does. What the record lacks is learned from the ledger
 * with the first sync. If the account has said something else meanwhile, the grant may lose its place there.
 * @throws {WalletError} `wallet-opened`, `record-refused` with what is not authentic about it, `store-of-another` when the
 * store holds another account, `master-key-missing` when the vault does not hold the account's key
 * @throws {JournalRefused} when the store belongs to another network or version
 * @throws {StoreError} when the store cannot be read or written
 */
export async function restoreAccount(options: RestoreAccountOptions): Promise<Account> {
  const { network, store, record } = options;
  const inception = await inTurn(store, async () => {
    await claimStore(store, network);
    await mustHaveNoWallet(store);
    const examined = new Directory(network, () => undefined).examine(record);
    if (!examined.ok) throw recordRefused(examined.error);
    const [restored] = examined.value.inceptions;
    assert(restored !== undefined, "a record begins with an inception");
    const made = await accountMadeOn(store);
    if (made !== undefined && made !== restored.id) throw storeOfAnother(store, { expected: restored.id, found: made });
    await store.write([accountRow(restored.id), ...recordOperations(examined.value)]);
    return restored;
  });
  return accountOn(options, inception);
}

function accountOn(
  { network, store, ...options }: Omit<CreateAccountOptions, "founder">,
  inception: VerifiedInception,
): Promise<Account> {
  return openAccount({
    network,
    store,
    ...options,
    inception,
    append: appendTo(network, store),
    directory: async () => (await knowledgeOf(network, store)).directory,
    // No wallet was opened here, so nothing is known of any log, and nobody is in touch.
    nextPlace: () => sequence(0),
    denyDevice: () => undefined,
    standing: async () => undefined,
  });
}

/** The account that the store holds, or a new one, durable there now. */
async function foundedOn(options: CreateAccountOptions): Promise<VerifiedInception> {
  const { network, store, keys, founder } = options;
  const made = await accountMadeOn(store);
  if (made === undefined) {
    const inception = await sign(network, keys, founder ?? (await createFounder(options)));
    await store.write([accountRow(inception.id), ...recordOperations({ inceptions: [inception], control: [] })]);
    return inception;
  }
  const inception = (await knowledgeOf(network, store)).directory.inception(made);
  assert(inception !== undefined, "an account is kept with its inception");
  const expected = founder === undefined ? inception.id : accountIdOf({ version: 1, network: network.id, ...founder });
  if (expected === inception.id) return inception;
  throw storeOfAnother(store, { expected, found: inception.id });
}

function accountRow(account: AccountId): StoreOperation {
  return put(KEY.account, encodeWith(accountRowSchema, { account }));
}

function storeOfAnother(
  store: Store,
  { expected, found }: { readonly expected: AccountId; readonly found: AccountId },
): WalletError {
  return new WalletError(
    { type: "store-of-another", expected, found },
    `${store.name} holds another account: use an empty store`,
  );
}

function recordRefused(error: RecordError): WalletError {
  return new WalletError({ type: "record-refused", error }, `what an account said is not taken: ${error.type}`);
}

/** The account that was made on the store, if one was. */
export async function accountMadeOn(store: Store): Promise<AccountId | undefined> {
  const row = await store.get(KEY.account);
  if (row === undefined) return undefined;
  const decoded = decodeWith(accountRowSchema, row, ROW_BYTES_MAX);
  if (decoded.ok) return decoded.value.account;
  throw new StoreError("store-damaged", `${store.name}: the account row cannot be read`);
}

async function sign(network: Network, keys: KeyVault, founder: Founder): Promise<VerifiedInception> {
  const master = await keys.signer(masterKeyName(founder.nonce));
  if (master === undefined) throw masterKeyMissing();
  return signInception({ version: 1, network: network.id, ...founder }, master);
}

/** One step after the other, whichever handle it comes from, each on what the store holds by then. */
function appendTo(network: Network, store: Store): AppendControl {
  return (account, prepare) =>
    inTurn(store, async () => {
      await mustHaveNoWallet(store);
      const prepared = await prepare(accountAsKnown(await knowledgeOf(network, store), account));
      if (prepared === undefined) return;
      const records = recordOperations({ inceptions: [], control: [prepared.control] });
      await store.write([...records, ...prepared.operations]);
    });
}

async function knowledgeOf(network: Network, store: Store): Promise<Knowledge> {
  const knowledge = new Knowledge(network, store);
  await load(knowledge, store);
  return knowledge;
}

/** What signs beside a wallet would not be known to it. */
export async function mustHaveNoWallet(store: Store): Promise<void> {
  if ((await store.get(KEY.session)) === undefined) return;
  throw new WalletError({ type: "wallet-opened" }, `${store.name} has a wallet: open that, and ask it for the account`);
}
