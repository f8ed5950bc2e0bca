import type { BrowserContextOptions } from 'playwright-core'

/** In which ways a journey is made: as most people do, and on a narrow screen without script. */
export const WAYS: [string, { name: string; isScripted: boolean; options: BrowserContextOptions }][] = [
  ['with script', { name: 'one', isScripted: true, options: {} }],
  [
    'without script at 320 pixels',
    {
      name: 'two',
      isScripted: false,
      options: { javaScriptEnabled: false, viewport: { width: 320, height: 800 } },
    },
  ],
]
