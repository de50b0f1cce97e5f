/** The accounts of a file that an operator keeps: one of each line, `#` begins a remark. */
import { readFile } from "node:fs/promises";
import { textToAccount, type AccountId } from "@amigos/core";
import { HubError } from "../hub-error.ts";

/** A hundred thousand accounts and what is said of them: such a file takes a few MiB of memory. */
const ALLOW_LIST_BYTES_MAX = 16 * 1024 * 1024;

/** @throws {HubError} `option-invalid` with the first line that is no account */
export async function readAllowList(path: string): Promise<ReadonlySet<AccountId>> {
  const content = await readText(path);
  const accounts = new Set<AccountId>();
  for (const [index, line] of content.split("\n").entries()) {
    const text = line.split("#", 1)[0]?.trim() ?? "";
    if (text === "") continue;
    const account = textToAccount(text);
    if (!account.ok)
      throw new HubError("option-invalid", `${path}, line ${index + 1}: ${text.slice(0, 80)} is no account.`);
    accounts.add(account.value);
  }
  return accounts;
}

async function readText(path: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    if (bytes.length <= ALLOW_LIST_BYTES_MAX) return bytes.toString("utf8");
  } catch (error) {
    throw new HubError(
      "option-invalid",
      `${path} cannot be read (${error instanceof Error ? error.message : String(error)}): name the file with the accounts to let in.`,
      { cause: error },
    );
  }
  throw new HubError("option-invalid", `${path} is too long for a list of accounts.`);
}
