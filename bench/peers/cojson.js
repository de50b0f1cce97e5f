/**
 * Jazz, by its core: one group, a list for each session, and a trusted (plain, signed) transaction for each record. Messages
 * go through JSON text, as on its WebSocket. It signs and verifies a running hash of each session, not each record, so what
 * it does is nearest to what we do: one signature vouches for a stretch of a log.
 */
import { LocalNode, cojsonInternals } from "cojson";
import { NapiCrypto } from "cojson/crypto/NapiCrypto";
import { Balances, recordsOf } from "./payments.js";

/** A node that holds the records; `catchUp` is how long a fresh one takes until it has folded them all, in milliseconds. */
export async function open({ records: count, sessions }) {
  const crypto = await NapiCrypto.create();
  const secret = crypto.newRandomAgentSecret();
  const createNode = () => new LocalNode(secret, crypto.newRandomSessionID(crypto.getAgentID(secret)), crypto);
  const records = recordsOf(count);
  const expected = Balances.of(records);
  const server = createNode();
  const ids = await fill(server, createNode, records, sessions);
  return {
    catchUp: async () => {
      const start = performance.now();
      const node = createNode();
      const disconnect = connect(server, node);
      const balances = await fold(node, ids, count);
      const elapsed = performance.now() - start;
      if (!balances.isEqual(expected)) throw new RangeError("cojson came to other balances");
      disconnect();
      await node.gracefulShutdown();
      return elapsed;
    },
  };
}

/** Every session writes its share on a node of its own. */
async function fill(server, createNode, records, sessions) {
  const group = server.createGroup();
  const writers = [];
  for (let session = 0; session < sessions; session++) {
    const node = createNode();
    connect(server, node);
    const list = (await node.load(group.id)).createList();
    writers.push({ node, list });
  }
  for (const [index, record] of records.entries())
    writers[index % sessions].list.append(Buffer.from(record).toString("base64"), undefined, "trusting");
  for (const { node, list } of writers) {
    await until(() => (contentOf(server, list.id)?.asArray().length ?? 0) >= Math.floor(records.length / sessions));
    await node.gracefulShutdown();
  }
  return writers.map(({ list }) => list.id);
}

function contentOf(node, id) {
  const value = node.getCoValue(id);
  return value.isAvailable() ? value.getCurrentContent() : undefined;
}

async function fold(node, ids, count) {
  const balances = new Balances();
  await new Promise((resolve, reject) => {
    const follow = async (id) => {
      let seen = 0;
      const advance = (list) => {
        const items = list.asArray();
        for (; seen < items.length; seen++) balances.fold(Buffer.from(items[seen], "base64"));
        if (balances.count >= count) resolve();
      };
      const list = await node.load(id);
      list.subscribe(advance);
      advance(list);
    };
    Promise.all(ids.map(follow)).catch(reject);
  });
  return balances;
}

let links = 0;

function connect(server, client) {
  const name = `link ${++links}`;
  const ends = cojsonInternals.connectedPeers(`${name} client`, `${name} server`, {
    peer1role: "server",
    peer2role: "client",
  });
  for (const { outgoing } of ends) {
    const push = outgoing.push.bind(outgoing);
    outgoing.push = (message) => {
      if (typeof message === "string") return push(message);
      const text = JSON.stringify(message);
      setImmediate(() => push(JSON.parse(text)));
      return undefined;
    };
  }
  server.syncManager.addPeer(ends[1]);
  client.syncManager.addPeer(ends[0]);
  return () => {
    for (const { outgoing } of ends) outgoing.close?.();
  };
}

async function until(isTrue) {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 1));
}
