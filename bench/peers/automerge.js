/**
 * automerge-repo without signatures: a document for each session, a change for each record, and a message channel between two
 * repos. Nobody authenticates anything, which is the least that any system over Automerge pays.
 */
import { MessageChannel } from "node:worker_threads";
import * as Automerge from "@automerge/automerge";
import { Repo } from "@automerge/automerge-repo";
import { MessageChannelNetworkAdapter } from "@automerge/automerge-repo-network-messagechannel";
import { Balances, recordsOf } from "./payments.js";

/** A repo that holds the records; `catchUp` is how long a fresh one takes until it has folded them all, in milliseconds. */
export async function open({ records: count, sessions }) {
  const records = recordsOf(count);
  const expected = Balances.of(records);
  // It answers and does not announce: otherwise every document would cross the link twice.
  const server = new Repo({ peerId: "server", network: [], sharePolicy: async () => false });
  const documents = Array.from({ length: sessions }, () => Automerge.from({ log: [] }));
  for (const [index, record] of records.entries())
    documents[index % sessions] = Automerge.change(documents[index % sessions], (document) => {
      document.log.push(record);
    });
  const urls = documents.map((document) => server.import(Automerge.save(document)).url);
  return {
    catchUp: async () => {
      const { port1, port2 } = new MessageChannel();
      const start = performance.now();
      const client = new Repo({
        peerId: `client ${++clients}`,
        network: [new MessageChannelNetworkAdapter(port2)],
        sharePolicy: async () => true,
      });
      const isMet = new Promise((resolve) => client.networkSubsystem.once("peer", resolve));
      server.networkSubsystem.addNetworkAdapter(new MessageChannelNetworkAdapter(port1));
      await isMet;
      const balances = await fold(client, urls, count);
      const elapsed = performance.now() - start;
      if (!balances.isEqual(expected)) throw new RangeError("automerge-repo came to other balances");
      await client.shutdown();
      port1.close();
      port2.close();
      return elapsed;
    },
  };
}

let clients = 0;

async function fold(repo, urls, count) {
  const balances = new Balances();
  await new Promise((resolve, reject) => {
    const follow = async (url) => {
      let seen = 0;
      const advance = (document) => {
        for (; seen < document.log.length; seen++) balances.fold(document.log[seen]);
        if (balances.count >= count) resolve();
      };
      const handle = await repo.find(url);
      handle.on("change", ({ doc }) => advance(doc));
      advance(handle.doc());
    };
    Promise.all(urls.map(follow)).catch(reject);
  });
  return balances;
}
