export interface SlotLimits {
  /** Calls under way at most, in all. */
  concurrencyMax: number;
  /** Calls under way at most to one subscription; one alone once a call to it has failed, until one succeeds. */
  perSubscriptionMax: number;
  now: () => Date;
}

/** Who may be called now: keeps one slow endpoint from taking the place of all others, a failing one from being stormed, and one that has asked for a pause from being called in it. */
export function createSlots({ concurrencyMax, perSubscriptionMax, now }: SlotLimits) {
  const taken = new Map<string, string>();
  const countOf = new Map<string, number>();
  const failing = new Set<string>();
  const pausedUntil = new Map<string, Date>();
  const isPaused = (subscriptionId: string): boolean => (pausedUntil.get(subscriptionId) ?? 0) > now();
  const hasRoom = (subscriptionId: string): boolean =>
    taken.size < concurrencyMax &&
    !isPaused(subscriptionId) &&
    (countOf.get(subscriptionId) ?? 0) < (failing.has(subscriptionId) ? 1 : perSubscriptionMax);

  return {
    /** Takes a slot for a delivery; false when there is none for its subscription. */
    take(deliveryId: string, subscriptionId: string): boolean {
      if (taken.has(deliveryId) || !hasRoom(subscriptionId)) return false;
      taken.set(deliveryId, subscriptionId);
      countOf.set(subscriptionId, (countOf.get(subscriptionId) ?? 0) + 1);
      return true;
    },
    release(deliveryId: string): void {
      const subscriptionId = taken.get(deliveryId);
      if (subscriptionId === undefined) return;
      taken.delete(deliveryId);
      const count = (countOf.get(subscriptionId) ?? 1) - 1;
      if (count === 0) countOf.delete(subscriptionId);
      else countOf.set(subscriptionId, count);
    },
    /** Takes note of how the last call to a subscription went. */
    note(subscriptionId: string, isFailing: boolean): void {
      if (isFailing) failing.add(subscriptionId);
      else failing.delete(subscriptionId);
    },
    /** Nothing more goes to a subscription until then. */
    pause: (subscriptionId: string, until: Date) => void pausedUntil.set(subscriptionId, until),
    /** Ends its pause. */
    resume: (subscriptionId: string) => void pausedUntil.delete(subscriptionId),
    /** Subscriptions that have asked for a pause which is not over. */
    pausedSubscriptions(): string[] {
      for (const [id] of pausedUntil) if (!isPaused(id)) pausedUntil.delete(id);
      return [...pausedUntil.keys()];
    },
    /** Whether a subscription may get another call now. */
    hasRoom,
    freeCount: () => concurrencyMax - taken.size,
    deliveries: () => [...taken.keys()],
    /** Subscriptions that have all the slots they may have. */
    busySubscriptions: () => [...countOf.keys()].filter((id) => !hasRoom(id)),
  };
}
