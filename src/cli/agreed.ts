import { createInterface } from 'node:readline/promises'

/** Asks on the terminal. Without one there is nobody to ask, and silence is no agreement. */
export async function agreed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    console.error('There is no terminal to ask on: add --yes to apply.')
    return false
  }
  const asking = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const abandoned = new Promise<string>((resolve) => asking.once('close', () => resolve('')))
    return /^y(es)?$/i.test((await Promise.race([asking.question(`${question} [y/N] `), abandoned])).trim())
  } finally {
    asking.close()
  }
}
