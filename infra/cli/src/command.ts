/** What a command says, and where. */
export interface Terminal {
  env: Readonly<Record<string, string | undefined>>;
  /** Results, and nothing else: standard output. */
  out: (text: string) => void;
  /** Words for the person at the terminal: standard error. */
  say: (text: string) => void;
}

export interface Command {
  /** A few words for the list of commands. */
  summary: string;
  /** What `--help` prints. */
  help: string;
  /** Answers the exit code: 0 done, 1 not as it should be. @throws CalledWrongly for 2, any other error for 1 */
  run: (args: readonly string[], terminal: Terminal) => Promise<number>;
}
