/** Takes one line that a person can read while something is downloaded, made or booted. */
export type Progress = (message: string) => void;

/**
 * Where a server came from. `environment`: somebody else's, we only hold its address. `docker`: a container of ours.
 * `native`: a child process of ours.
 */
export type Origin = 'environment' | 'docker' | 'native';

/** The variables of a process, as in `process.env`. Passed in, so that tests choose them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What every server needs to start. */
export interface ServerOptions {
  /** The server's own directory: its data, its log and its secrets, made if missing. Delete it to begin anew. */
  dataDir: string;
  /** The port to listen on, on the loopback interface. 0 picks a free one. */
  port: number;
  progress: Progress;
  /** Defaults to `process.env`. */
  environment?: Environment;
}
