/** How far the backup is, and the way to it. */
import { routeToFragment } from "../../app/route.ts";
import { dateAndTime } from "../../format/time.ts";
import { locale, texts } from "../../texts/index.ts";
import { Notice } from "../../ui/notice.tsx";
import type { BackupState } from "../../wallet/backup.ts";

export interface BackupNoticeProps {
  readonly backup: BackupState | undefined;
  readonly wasRecovered?: boolean | undefined;
}

export function BackupNotice({ backup, wasRecovered = false }: BackupNoticeProps) {
  const words = texts.backup;
  if (backup === undefined) return <p class="soft">{wasRecovered ? words.recovered : words.elsewhere}</p>;
  const isDone = backup.savedAt !== undefined && !backup.isStale;
  return (
    <Notice
      tone={isDone ? "settled" : "open"}
      icon={isDone ? "check" : "warning"}
      title={backup.savedAt === undefined ? words.none : words.savedAt(dateAndTime(backup.savedAt, locale))}
    >
      <p>{backup.savedAt === undefined ? words.noneHint : backup.isStale ? words.stale : words.fresh}</p>
      <a href={routeToFragment({ screen: "backup" })}>{backup.savedAt === undefined ? words.begin : words.newFile}</a>
    </Notice>
  );
}
