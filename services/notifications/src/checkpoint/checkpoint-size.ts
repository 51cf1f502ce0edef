/** The size of the tree that a checkpoint (C2SP tlog-checkpoint: origin, size, root hash) of this origin stands for; null for anything else. */
export function checkpointSize(note: string, origin: string): number | null {
  const [name, size = ''] = note.split('\n', 2);
  return name === origin && /^(0|[1-9]\d{0,14})$/.test(size) ? Number(size) : null;
}
