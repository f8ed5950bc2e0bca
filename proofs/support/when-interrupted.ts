/**
 * Has something disposed of when the proof is interrupted (Ctrl-C, SIGTERM), so that no process of it stays behind;
 * until what this returns is disposed of itself.
 * @param say what is printed then, such as what was counted so far
 */
export function disposeWhenInterrupted(
  thing: AsyncDisposable,
  say: () => string = () => 'interrupted',
): Disposable {
  const interrupted = async () => {
    console.log(say())
    await thing[Symbol.asyncDispose]()
    process.exit(130)
  }
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
  return {
    [Symbol.dispose]: () => {
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
    },
  }
}
