'use strict'
const { setFlagsFromString } = require('node:v8')

/**
 * Has V8 collect garbage before it piles up to several times what is in use, as it else does on a machine that has
 * memory. A file's rows live for two batches: the young generation is kept small, and the old one is collected at three
 * times what it held. Measured in docs/performance.md.
 */
exports.holdMemoryBack = () => {
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--heap-growing-percent=200')
}
