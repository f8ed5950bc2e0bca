import { registerHooks } from 'node:module'

// Loaded before a portal (`node --import`): its queries name no scope, as if somebody had forgotten it in each of them.
const SCOPE = '/src/access/scope-sql.ts'

const NONE = `
  import sql, { raw } from 'sql-template-tag'
  export function inScope(_scope, column, only) {
    return only === undefined ? sql\`true\` : sql\`\${raw(column)} = \${only}\`
  }`

registerHooks({
  load: (url, context, nextLoad) =>
    url.endsWith(SCOPE) ? { format: 'module', source: NONE, shortCircuit: true } : nextLoad(url, context),
})
