import fs from 'node:fs'

// Loaded into a worker before anything else (`--import`): kills it, as the kernel would, when the job with this ID
// begins, which the worker tells in its log.
const { writeSync } = fs

fs.writeSync = ((file: number, text: string, ...rest: []) => {
  const written = writeSync(file, text, ...rest)
  if (text.includes(`"id":"${process.env.POISONED_JOB}"`) && text.includes('job begins'))
    process.kill(process.pid, 'SIGKILL')
  return written
}) as typeof writeSync
