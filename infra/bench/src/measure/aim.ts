import { ratioOf, type Row } from './figures.ts';

/** What a comparison shall reach. */
export interface Aim {
  /** The product's share of the ceiling's rate, at least. */
  ratioMin?: number;
  /** The product's p50, in those of the ceiling, at most. */
  p50RatioMax?: number;
  /** The product's p99, in those of the ceiling, at most. */
  p99RatioMax?: number;
  /** The product's p50 itself, at most, in ms. */
  p50MsMax?: number;
  /** The product's p99, in those of its own first row, at most. */
  p99GrowthMax?: number;
  /** The labels of the rows that it is about; all where none are named. */
  at?: readonly string[];
}

export interface Check {
  what: string;
  value: number;
  isMet: boolean;
}

/** Holds the rows against the aim; a row that lacks what is needed gives no check. */
export function checksOf(rows: readonly Row[], aim: Aim): Check[] {
  const first = rows[0]?.product.p99Ms;
  return rows
    .filter(({ label }) => aim.at === undefined || aim.at.includes(label))
    .flatMap((row, index) => [
      ...atLeast(`${row.label}: of the ceiling's rate`, ratioOf(row), aim.ratioMin),
      ...atMost(`${row.label}: p50 in the ceiling's`, quotient(row.product.p50Ms, row.ceiling?.p50Ms), aim.p50RatioMax),
      ...atMost(`${row.label}: p99 in the ceiling's`, quotient(row.product.p99Ms, row.ceiling?.p99Ms), aim.p99RatioMax),
      ...atMost(`${row.label}: p50 in ms`, row.product.p50Ms, aim.p50MsMax),
      ...atMost(
        `${row.label}: p99 in the first row's`,
        index === 0 ? null : quotient(row.product.p99Ms, first),
        aim.p99GrowthMax,
      ),
    ]);
}

const quotient = (value: number | null | undefined, by: number | null | undefined): number | null =>
  value === null || value === undefined || !by ? null : value / by;

const atLeast = (what: string, value: number | null, min: number | undefined): Check[] =>
  value === null || min === undefined ? [] : [{ what: `${what}, at least ${min}`, value, isMet: value >= min }];

const atMost = (what: string, value: number | null, max: number | undefined): Check[] =>
  value === null || max === undefined ? [] : [{ what: `${what}, at most ${max}`, value, isMet: value <= max }];
