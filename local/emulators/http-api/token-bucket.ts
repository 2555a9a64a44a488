/** "Throttle requests to your HTTP APIs": a bucket of `burst` tokens that fills up with `rate` of them a second. */
export interface TokenBucket {
  /** Whether a request may pass now. */
  take(nowMilliseconds: number): boolean;
}

export function createTokenBucket({ rate, burst }: { readonly rate: number; readonly burst: number }): TokenBucket {
  let tokens = burst;
  let filledAt: number | undefined;
  return {
    take(now) {
      const elapsed = Math.max(0, now - (filledAt ?? now));
      tokens = Math.min(burst, tokens + (elapsed * rate) / 1000);
      filledAt = now;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
