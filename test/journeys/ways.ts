import type { BrowserContextOptions } from 'playwright-core'
import type { Hands } from '../support/browser.ts'

type Way = { name: string; isScripted: boolean; options: BrowserContextOptions & { hands?: Hands } }

/** In which ways a journey is made: as most people do, and with a keyboard alone on a narrow screen without script. */
export const WAYS: [string, Way][] = [
  ['with a mouse and script', { name: 'one', isScripted: true, options: { hands: 'mouse' } }],
  [
    'with the keyboard alone, without script at 320 pixels',
    {
      name: 'two',
      isScripted: false,
      options: { javaScriptEnabled: false, viewport: { width: 320, height: 800 } },
    },
  ],
]
