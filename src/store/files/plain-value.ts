import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBUUIDValue,
  type DuckDBValue,
} from "@duckdb/node-api";

const dayMilliseconds = 86_400_000;

/**
 * A value of DuckDB as JavaScript has it: times as RFC 3339 in UTC (what has no zone is taken to be in UTC), lists as arrays,
 * structs and maps as objects, decimals as numbers, whole numbers beyond 2^53 as bigint.
 */
export function plainValue(value: DuckDBValue): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof DuckDBTimestampTZValue || value instanceof DuckDBTimestampValue)
    return utc(Number(floored(value.micros, 1_000n)));
  if (value instanceof DuckDBTimestampMillisecondsValue) return utc(Number(value.millis));
  if (value instanceof DuckDBTimestampSecondsValue) return utc(Number(value.seconds) * 1_000);
  if (value instanceof DuckDBTimestampNanosecondsValue) return utc(Number(floored(value.nanos, 1_000_000n)));
  if (value instanceof DuckDBDateValue) return utc(value.days * dayMilliseconds);
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  if (value instanceof DuckDBListValue) return value.items.map(plainValue);
  if (value instanceof DuckDBStructValue)
    return Object.fromEntries(Object.entries(value.entries).map(([key, each]) => [key, plainValue(each)]));
  if (value instanceof DuckDBMapValue)
    return Object.fromEntries(
      value.entries.map(({ key, value: each }) => [String(plainValue(key)), plainValue(each)]),
    );
  if (value instanceof DuckDBUUIDValue) return value.toString();
  if (value instanceof DuckDBBlobValue) return value.bytes;
  return String(value);
}

/** Rounded towards the past: bigint division rounds towards zero. */
function floored(value: bigint, unit: bigint): bigint {
  const quotient = value / unit;
  return value < 0n && quotient * unit !== value ? quotient - 1n : quotient;
}

/** RFC 3339, or as DuckDB has it where there is no such time ("infinity"). */
function utc(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? "infinity" : date.toISOString();
}
