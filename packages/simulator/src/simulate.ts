/** One run: from a scenario, a seed and settings to what came of it. The same three give the same bytes on every runtime. */
import { bytesToHex, concatBytes, hexToBytes, sha256 } from "@amigos/core";
import { reconcile, stateRoot } from "@amigos/reconcile";
import { adversaryOf } from "./adversaries/index.ts";
import type { Violation } from "./checkers/checker.ts";
import { Violated } from "./checkers/checkers.ts";
import { lanesOf, type Lanes } from "./outcomes/lanes.ts";
import { outcomeOf, type Outcome } from "./outcomes/outcome.ts";
import type { Scenario } from "./scenarios/scenario.ts";
import { DEFAULTS, type Settings } from "./settings.ts";
import type { Rules } from "./world/ledger.ts";
import { World } from "./world/world.ts";

export interface SimulationOptions {
  readonly scenario: Scenario;
  readonly seed: number;
  /** What is set otherwise than the scenario has it. */
  readonly settings?: Partial<Settings>;
  /** Left out: the protocol's. */
  readonly rules?: Rules;
  /** Whether to keep who paid whom, to draw it. */
  readonly keepsLanes?: boolean;
  /** Called with every event, one line each. */
  readonly onEvent?: (line: string) => void;
  /** Called once a simulated hour. */
  readonly onHour?: (hour: number, hours: number) => void;
}

export interface SimulationResult {
  readonly scenario: string;
  readonly seed: number;
  readonly settings: Settings;
  readonly outcome: Outcome;
  /** Of every event, in order. */
  readonly trace: string;
  /** Of every event and the last state: two runs with one hash did the same. */
  readonly hash: string;
  /** Where they were asked for. */
  readonly lanes?: Lanes;
  /** What the first check that failed found, and when. */
  readonly violation?: Violation & { readonly time: string };
}

/** What the settings of a run are. */
export function settingsOf(scenario: Scenario, settings: Partial<Settings> = {}): Settings {
  return { ...DEFAULTS, ...scenario.settings, ...settings };
}

/**
 * @example
 * const { outcome } = await simulate({ scenario: villageMarket, seed: 7, settings: { dailyLimit: 20_00 } })
 */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const simulation = await Simulation.begin(options);
  while (await simulation.step());
  return simulation.result();
}

/**
 * The same, hour by hour, for who wants to watch.
 *
 * @example
 * const simulation = await Simulation.begin({ scenario: villageMarket, seed: 7 })
 * while (await simulation.step()) draw(simulation.lanes())
 * const { outcome, hash } = simulation.result()
 */
export class Simulation {
  /** How long the world lasts. */
  readonly hours: number;
  readonly #options: SimulationOptions;
  readonly #world: World;
  #violation: SimulationResult["violation"];

  private constructor(options: SimulationOptions, world: World) {
    this.#options = options;
    this.#world = world;
    this.hours = world.settings.days * 24;
  }

  static async begin(options: SimulationOptions): Promise<Simulation> {
    const { scenario, seed, onEvent, onHour, rules = { reconcile } } = options;
    const settings = settingsOf(scenario, options.settings);
    const world = await World.create({
      scenario,
      settings,
      seed: `amigos-simulation/${scenario.name}/${seed}`,
      rules,
      adversary: adversaryOf(settings),
      ...(onEvent === undefined ? {} : { onEvent }),
      ...(onHour === undefined ? {} : { onHour: (hour: number) => onHour(hour, settings.days * 24) }),
    });
    return new Simulation(options, world);
  }

  /** How many of them have passed. */
  get hour(): number {
    return this.#world.hour;
  }

  /** Lets one hour pass, after the last one everybody meet. Whether there is more: not after a check that failed. */
  async step(): Promise<boolean> {
    if (this.#violation !== undefined) return false;
    try {
      return await this.#world.step();
    } catch (error) {
      if (!(error instanceof Violated)) throw error;
      this.#world.note(`violated ${error.message}`);
      this.#violation = { ...error.violation, time: this.#world.clockText };
      return false;
    }
  }

  /** Who paid whom so far, to draw it. */
  lanes(): Lanes {
    return lanesOf(this.#world);
  }

  /** What has come of it so far. */
  result(): SimulationResult {
    const world = this.#world;
    const { scenario, seed, keepsLanes } = this.#options;
    const trace = world.trace.digest();
    return {
      scenario: scenario.name,
      seed,
      settings: world.settings,
      outcome: outcomeOf(world),
      trace,
      hash: bytesToHex(sha256(concatBytes(hexToBytes(trace), hexToBytes(stateRoot(world.ledger.settled))))),
      ...(keepsLanes === true ? { lanes: this.lanes() } : {}),
      ...(this.#violation === undefined ? {} : { violation: this.#violation }),
    };
  }
}
