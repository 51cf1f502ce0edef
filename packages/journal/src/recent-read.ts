/** A read whose answer is kept: what it gives is at most `ageMs` old. Who asks while it is under way waits for the same answer. */
export function recentRead<Value>(ageMs: number, load: () => Promise<Value>): () => Promise<Value> {
  let last: { at: number; value: Promise<Value> } | null = null;
  return () => {
    const now = performance.now();
    if (last === null || now - last.at >= ageMs) {
      const reading = { at: now, value: load() };
      last = reading;
      reading.value.catch(() => {
        if (last === reading) last = null; // a failure is not kept
      });
    }
    return last.value;
  };
}
