/** What was asked for took too long to wait for; it may still come, to nobody. */
export class NoAnswer extends Error {
  override name = 'NoAnswer'
}

/** @throws NoAnswer when the work takes longer than so many milliseconds */
export async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const tooLate = Promise.withResolvers<never>()
  const timer = setTimeout(() => tooLate.reject(new NoAnswer()), milliseconds)
  try {
    return await Promise.race([work, tooLate.promise])
  } finally {
    clearTimeout(timer)
  }
}
