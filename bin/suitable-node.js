// Which Node runs Muster, and handing over to it. Plain CommonJS here and beside: it has to run on any Node 20,
// and the early ones load no file without an extension as a module.
'use strict'
const { spawn, spawnSync } = require('node:child_process')
const { existsSync } = require('node:fs')
const { join } = require('node:path')

const root = join(__dirname, '..')
const LEAST = [22, 18] // the first to run TypeScript by itself

exports.root = root

/** The program to run Muster with: Node 24 from the packages where this system has one, else our own if new enough. */
exports.findNode = () => {
  const system = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  const program = process.platform === 'win32' ? 'node.exe' : 'node'
  const packaged = join(root, 'node_modules', `node-${system}`, 'bin', program)
  if (existsSync(packaged) && spawnSync(packaged, ['--version']).status === 0) return packaged
  return isNewEnough() ? process.execPath : undefined
}

exports.isNewEnough = isNewEnough

exports.whatToInstall = () =>
  `Muster needs Node ${LEAST.join('.')} or newer. This is Node ${process.versions.node}, and the packages bring none ` +
  `for ${process.platform}-${process.arch}.\nInstall Node 24 (https://nodejs.org) and try again.`

/** Runs a program in our stead: it gets our signals, and we end as it ends. */
exports.handOver = (program, parameters) => {
  const child = spawn(program, parameters, { stdio: 'inherit' })
  const forward = (signal) => {
    // Ctrl-C: the terminal has sent it to the child as well, and a second one may mean impatience.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, forward)
  child.on('error', (error) => {
    console.error(error.message)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    for (const each of signals) process.off(each, forward)
    if (signal) process.kill(process.pid, signal)
    else process.exitCode = code
  })
}

function isNewEnough() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  return major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])
}
