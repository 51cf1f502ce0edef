/** One row a problem type: `/problems/<code>` is its `type` (RFC 9457), the row what it means everywhere. Words are Markdown. */
export interface ProblemType {
  status: number;
  title: string;
  /** When a caller meets it. */
  meaning: string;
  /** What the caller can do. */
  remedy: string;
  /** Members that an answer has beside the usual ones, by way of example. */
  members?: Readonly<Record<string, unknown>>;
}
