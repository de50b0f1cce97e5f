/** The page of the demo: a story and its steps, whether all agree, the phones and their hub, and what happened. */
import { Fragment } from "preact";
import type { ReadonlySignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { UpdateBanner } from "../../app/update-banner.tsx";
import type { AppUpdate } from "../../app/app-update.ts";
import { language, texts } from "../../texts/index.ts";
import { BrandMark } from "../../ui/brand-mark.tsx";
import { Notice } from "../../ui/notice.tsx";
import type { Player } from "../player.ts";
import { demo } from "../texts.ts";
import type { WorldView } from "../world/world-view.ts";
import { ConvergenceBadge } from "./convergence-badge.tsx";
import { DemoLanguage } from "./demo-language.tsx";
import { Happened } from "./happened.tsx";
import { Phones } from "./phones.tsx";
import { StoryChoice } from "./story-choice.tsx";
import { StoryTeller } from "./story-teller.tsx";
import { WorldBar } from "./world-bar.tsx";
import "./demo.css";

export interface DemoPageProps {
  readonly player: Player;
  readonly world: ReadonlySignal<WorldView | undefined>;
  readonly hasFailed: ReadonlySignal<boolean>;
  readonly update: AppUpdate;
}

export function DemoPage({ player, world, hasFailed, update }: DemoPageProps) {
  const view = world.value;
  const state = player.state.value;
  useEffect(() => {
    document.title = `${demo.title} · ${texts.appName}`;
  }, [language.value]);
  return (
    <Fragment key={language.value}>
      <UpdateBanner update={update} />
      <div class="demo">
        <header class="demo-head">
          <a class="demo-brand" href="/">
            <BrandMark size={40} />
            <span>
              {texts.appName}
              <span class="small soft demo-back">{demo.toWallet}</span>
            </span>
          </a>
          <DemoLanguage />
        </header>
        <main class="demo-main">
          <div class="demo-top">
            <div class="demo-title">
              <h1>{demo.title}</h1>
              <p class="soft">{demo.lead}</p>
            </div>
            <StoryChoice player={player} />
          </div>
          {hasFailed.value || state.hasFailed ? (
            <Notice tone="dispute" title={demo.failedTitle}>
              <p>{demo.failed}</p>
            </Notice>
          ) : null}
          <StoryTeller player={player} world={view} />
          {view === undefined ? (
            <p class="demo-loading soft" role="status">
              {demo.loading}
            </p>
          ) : (
            <>
              <div class="demo-ledger">
                <ConvergenceBadge world={view} />
                <WorldBar player={player} world={view} />
              </div>
              <Phones player={player} world={view} />
              <Happened world={view} />
            </>
          )}
        </main>
      </div>
    </Fragment>
  );
}
