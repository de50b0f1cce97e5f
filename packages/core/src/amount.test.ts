import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  amount,
  assetCode,
  formatAmount,
  formatMoney,
  isAssetCode,
  parseAmount,
  parseMoney,
  type Asset,
} from "./amount.ts";
import { AMOUNT_MAX } from "./limits.ts";

const AMI: Asset = { code: assetCode("AMI"), decimals: 2 };
const WHOLE: Asset = { code: assetCode("TICKET"), decimals: 0 };
const ETHER: Asset = { code: assetCode("ETH"), decimals: 18 };

function parsed(text: string, asset: Asset = AMI): string {
  const result = parseAmount(text, asset);
  return result.ok ? `${result.value}` : result.error.type;
}

describe("amounts", () => {
  it.each([
    ["5", "500"],
    ["5.0", "500"],
    ["5.00", "500"],
    ["0.01", "1"],
    [" 5.00\n", "500"],
    ["92233720368547758.07", "9223372036854775807"],
    ["92233720368547758.08", "amount-out-of-range"],
    ["9".repeat(40), "amount-out-of-range"],
    ["5.001", "amount-too-precise"],
    ["5.0000000000000000000000000000", "amount-too-precise"],
    ["", "amount-not-a-number"],
    ["-1", "amount-not-a-number"],
    ["+1", "amount-not-a-number"],
    ["1e3", "amount-not-a-number"],
    ["0x10", "amount-not-a-number"],
    ["5.", "amount-not-a-number"],
    [".5", "amount-not-a-number"],
    ["5,00", "amount-not-a-number"],
    ["٥", "amount-not-a-number"],
    ["1 000", "amount-not-a-number"],
    ["9".repeat(100_000), "amount-not-a-number"],
  ])("[AMT1] %j reads as %s", (text, outcome) => {
    expect(parsed(text)).toBe(outcome);
  });

  it("[AMT1] every amount of every asset formats to text that parses back", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, AMOUNT_MAX), fc.constantFrom(AMI, WHOLE, ETHER), (value, asset) => {
        expect(parsed(formatAmount(value, asset), asset)).toBe(`${value}`);
      }),
    );
    expect(formatAmount(-1n, AMI)).toBe("-0.01");
    expect(formatAmount(5n, WHOLE)).toBe("5");
  });

  it("[AMT1] money names an asset of the network", () => {
    expect(parseMoney("5.00 AMI", [AMI])).toEqual({ ok: true, value: { asset: "AMI", amount: 500n } });
    expect(parseMoney("  5.00   AMI ", [AMI]).ok).toBe(true);
    for (const text of ["5.00", "5.00 ETH", "5.00 ami", "5.00 AMI AMI", "AMI 5.00", ""]) {
      expect(parseMoney(text, [AMI]), text).toEqual({ ok: false, error: { type: "asset-unknown", text } });
    }
    expect(formatMoney({ asset: AMI.code, amount: 500n }, [AMI])).toBe("5.00 AMI");
    expect(formatMoney({ asset: ETHER.code, amount: 500n }, [AMI])).toBe("500 ETH");
  });

  it("[AMT1] amounts and asset codes outside their bounds are defects of the caller", () => {
    expect(amount(AMOUNT_MAX)).toBe(AMOUNT_MAX);
    expect(() => amount(AMOUNT_MAX + 1n)).toThrow("2^63");
    expect(() => amount(-1n)).toThrow("2^63");
    expect(["A", "AMI", "A1", "ABCDEFGHIJKL"].every(isAssetCode)).toBe(true);
    expect(["", "1A", "ami", "AMI ", "AMI\n", "ÄMI", "ABCDEFGHIJKLM"].some(isAssetCode)).toBe(false);
    expect(() => assetCode("ami")).toThrow("upper-case");
  });
});
