// What goes wrong, and how often: a plan is {seed, limit, data: {KIND: share}, authority: {KIND: share}}; the
// shares of one server add up to at most 1, and after `limit` faults there are no more. Which request meets which fault follows from the seed and the
// requests' order.

/** mulberry32: numbers from 0 to below 1. */
function numbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export class Faults {
  met = {}; // kind → how often

  constructor(kinds) {
    this.kinds = kinds;
    this.calm();
  }

  calm() {
    this.plan = {};
  }

  /** Throws on a kind that nobody injects: a test with a misspelt fault would prove nothing. */
  set({ seed = 0, limit = Infinity, ...plan }) {
    for (const [server, shares] of Object.entries(plan)) {
      const known = this.kinds[server] ?? [];
      for (const kind of Object.keys(shares)) {
        if (!known.includes(kind)) throw new Error(`no fault ${server}/${kind}; there are ${known.join(', ')}`);
      }
    }
    this.plan = plan;
    this.left = limit;
    this.random = numbers(seed);
  }

  /** The fault for this request of the server, or undefined; `fits(kind)` says which ones can befall it. */
  next(server, fits = () => true) {
    if (!this.plan[server] || this.left === 0) return undefined;
    let left = this.random();
    for (const [kind, share] of Object.entries(this.plan[server])) {
      left -= share;
      if (left < 0) {
        if (!fits(kind)) return undefined;
        this.left -= 1;
        this.met[kind] = (this.met[kind] ?? 0) + 1;
        return kind;
      }
    }
    return undefined;
  }
}
