import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { recentRead } from './recent-read.ts';

describe('a recent read', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());

  it('is made once for all who ask within its age, and again after it', async () => {
    let reads = 0;
    const read = recentRead(250, () => Promise.resolve(++reads));
    expect(await Promise.all([read(), read()])).toEqual([1, 1]);
    vi.advanceTimersByTime(249);
    expect(await read()).toBe(1);
    vi.advanceTimersByTime(1);
    expect(await read()).toBe(2);
  });

  it('does not keep a failure', async () => {
    let reads = 0;
    const read = recentRead(250, () => (++reads === 1 ? Promise.reject(new Error('not now')) : Promise.resolve(reads)));
    await expect(read()).rejects.toThrow('not now');
    expect(await read()).toBe(2);
  });
});
