/**
 * What an operator watches, as Prometheus reads it (text exposition format 0.0.4). Gauges are read when they are asked for;
 * what happened is counted from the replica's events, from the start of the process on.
 */
import type { Replica } from "@amigos/engine";
import type { Reply } from "./reply.ts";

type Kind = "gauge" | "counter";

interface Metric {
  readonly name: string;
  readonly kind: Kind;
  readonly help: string;
  /** One for each set of labels: `["outcome", "accepted", 3]`, or a bare number. */
  readonly values: readonly (readonly [label: string, value: string, amount: number])[] | number;
}

const OUTCOMES = ["accepted", "rejected", "deferred", "ignored"] as const;

export function createMetrics(replica: Replica): () => Reply {
  const verdicts = new Map<string, number>(OUTCOMES.map((outcome) => [outcome, 0]));
  const counts = { checkpoints: 0, refusals: 0, mismatches: 0, storeFailures: 0 };
  replica.subscribe((event) => {
    if (event.type === "settled") {
      counts.checkpoints += 1;
      for (const { outcome } of event.verdicts) verdicts.set(outcome, (verdicts.get(outcome) ?? 0) + 1);
    } else if (event.type === "refused") counts.refusals += 1;
    else if (event.type === "ledger-mismatch") counts.mismatches += 1;
    else if (event.type === "store-failed") counts.storeFailures += 1;
  });
  return () => ({
    status: 200,
    headers: { "Content-Type": "text/plain; version=0.0.4; charset=utf-8", "Cache-Control": "no-store" },
    body: metricsOf(replica, verdicts, counts).map(render).join(""),
  });
}

function metricsOf(
  replica: Replica,
  verdicts: ReadonlyMap<string, number>,
  counts: Readonly<Record<"checkpoints" | "refusals" | "mismatches" | "storeFailures", number>>,
): readonly Metric[] {
  const gauge = (name: string, help: string, values: number): Metric => ({ name, kind: "gauge", help, values });
  const counter = (name: string, help: string, values: Metric["values"]): Metric => ({
    name: `${name}_total`,
    kind: "counter",
    help,
    values,
  });
  return [
    gauge("amigos_height", "Height of the newest checkpoint.", replica.settled.height),
    gauge("amigos_ledger_time_seconds", "Time of the newest checkpoint.", replica.settled.time / 1000),
    gauge("amigos_undecided_entries", "Entries that no checkpoint has decided.", replica.undecided.size),
    gauge("amigos_peers", "Devices that are connected and have proven their keys.", replica.peers.length),
    gauge("amigos_documents", "Documents in memory.", replica.counts.documents),
    gauge("amigos_keys_held_against", "Keys that sent what no honest device sends.", replica.counts.keysHeldAgainst),
    gauge("amigos_forked_places", "Proofs of equivocations.", replica.evidence.length),
    gauge("process_resident_memory_bytes", "Memory of the process.", process.memoryUsage.rss()),
    counter("amigos_checkpoints", "Checkpoints made.", counts.checkpoints),
    counter(
      "amigos_verdicts",
      "Verdicts in checkpoints. What is deferred is judged again.",
      [...verdicts].map(([outcome, amount]) => ["outcome", outcome, amount] as const),
    ),
    counter("amigos_refused", "What peers sent and was not taken in.", counts.refusals),
    counter("amigos_ledger_mismatches", "Checkpoints that do not follow from what came before.", counts.mismatches),
    counter("amigos_store_failures", "Writes that the disk refused.", counts.storeFailures),
  ];
}

function render({ name, kind, help, values }: Metric): string {
  const rows = typeof values === "number" ? [`${name} ${values}`] : values.map(labelled(name));
  return `${[`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`, ...rows].join("\n")}\n`;
}

function labelled(name: string): (row: readonly [label: string, value: string, amount: number]) => string {
  return ([label, value, amount]) => `${name}{${label}="${value}"} ${amount}`;
}
