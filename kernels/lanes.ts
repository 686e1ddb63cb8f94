/**
 * Arithmetic on float32 numbers, one (T is f32) or four at a time (T is v128), so that a formula is written once for
 * the body of a row and for its tail. Every operation rounds to float32, in both widths alike.
 */

export function add<T>(a: T, b: T): T {
  if (isVector<T>()) return f32x4.add(a, b);
  return a + b;
}

export function sub<T>(a: T, b: T): T {
  if (isVector<T>()) return f32x4.sub(a, b);
  return a - b;
}

export function mul<T>(a: T, b: T): T {
  if (isVector<T>()) return f32x4.mul(a, b);
  return a * b;
}

export function div<T>(a: T, b: T): T {
  if (isVector<T>()) return f32x4.div(a, b);
  return a / b;
}

export function root<T>(a: T): T {
  if (isVector<T>()) return f32x4.sqrt(a);
  return sqrt<f32>(a);
}

export function magnitude<T>(a: T): T {
  if (isVector<T>()) return f32x4.abs(a);
  return abs<f32>(a);
}

export function largerOf<T>(a: T, b: T): T {
  if (isVector<T>()) return f32x4.max(a, b);
  return max<f32>(a, b);
}

/** The number `a`, not negative, with the sign of `b`. */
export function withSign<T>(a: T, b: T): T {
  if (isVector<T>()) return v128.or(a, v128.and(b, f32x4.splat(-0.0)));
  return copysign<f32>(a, b);
}

/** The same number in every lane. */
export function all<T>(a: f32): T {
  if (isVector<T>()) return f32x4.splat(a);
  return a;
}
