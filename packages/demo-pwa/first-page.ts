/**
 * Keeps what the first page needs at once in one file, also where screens and the demo need some of it, too: they are opened from a
 * page that has loaded it. Cut by who shares what with whom, it would be many small files, and more bytes.
 */
import { sep } from "node:path";

/** What a bundler knows of a module. */
interface Module {
  readonly importers: readonly string[];
}

interface FirstPageOptions {
  /** Path of the module that the page begins with. */
  readonly entry: string;
  /** Of whose modules: of libraries the page needs some parts and screens need others. */
  readonly folder: string;
}

interface Graph {
  readonly getModuleInfo: (id: string) => Module | null;
}

/** Names the file that a module of the app belongs into, or none. */
export function firstPage({ entry, folder }: FirstPageOptions): (id: string, graph: Graph) => string | null {
  // Style sheets too, whosever they are: a file of nothing else would be none, and still be asked for.
  const isOurs = (id: string): boolean => id.startsWith(folder + sep) || id.endsWith(".css");
  return (id, graph) => {
    if (!isOurs(id)) return null;
    const seen = new Set([id]);
    for (const one of seen) {
      if (one === entry) return "first";
      for (const importer of graph.getModuleInfo(one)?.importers ?? []) if (isOurs(importer)) seen.add(importer);
    }
    return null;
  };
}
