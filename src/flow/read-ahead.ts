/**
 * Makes the next items while one is worked on, so that two who wait for each other (the program and the database, say)
 * work at the same time. No more than `count` items are made and not taken yet; when it ends, none is being made.
 */
export async function* readAhead<T>(items: AsyncIterable<T>, count: number): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]()
  const asked = Array.from({ length: count }, ask)
  try {
    for (;;) {
      const next = await (asked.shift() as Promise<IteratorResult<T>>)
      if (next.done) return
      asked.push(ask())
      yield next.value
    }
  } finally {
    await Promise.allSettled(asked)
    await iterator.return?.()
  }

  function ask(): Promise<IteratorResult<T>> {
    const next = iterator.next()
    next.catch(() => {}) // told to who takes it; others may stand before it
    return next
  }
}
