import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, extname, join } from 'node:path'
import type { FastifyInstance } from 'fastify'

/** The folder of nhsuk-frontend's templates, styles, scripts and icons. */
export const NHSUK_FRONTEND = join(
  dirname(createRequire(import.meta.url).resolve('nhsuk-frontend/package.json')),
  'dist',
)

const OWN = join(import.meta.dirname, 'assets')
const ICONS = join(NHSUK_FRONTEND, 'nhsuk', 'assets', 'images')

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
}

/** Styles, scripts and icons under /assets: some hundred kilobytes, read once and kept. */
export async function serveAssets(app: FastifyInstance): Promise<void> {
  const files = new Map<string, string>([
    ['nhsuk-frontend.css', withoutBrandFonts(await readFile(distFile('nhsuk-frontend.min.css'), 'utf8'))],
    ['nhsuk-frontend.js', await readFile(distFile('nhsuk-frontend.min.js'), 'utf8')],
  ])
  for (const name of await readdir(OWN)) files.set(name, await readFile(join(OWN, name), 'utf8'))
  // The icons that the styles point at; the NHS logo beside them is not ours to use.
  for (const name of await readdir(ICONS))
    if (/^nhsuk-icon-(arrow|chevron|cross|minus|plus|search|tick|user)[a-z-]*\.svg$/.test(name))
      files.set(`images/${name}`, await readFile(join(ICONS, name), 'utf8'))

  for (const [name, content] of files) {
    const tag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`
    app.get(`/assets/${name}`, async (request, reply) => {
      reply.header('cache-control', 'public, max-age=0, must-revalidate').header('etag', tag)
      if (request.headers['if-none-match'] === tag) return reply.code(304).send()
      return reply.type(TYPES[extname(name)] as string).send(content)
    })
  }
}

function distFile(name: string): string {
  return join(NHSUK_FRONTEND, 'nhsuk', name)
}

// Frutiger belongs to the NHS and would be loaded from its server; the styles name Arial next.
function withoutBrandFonts(css: string): string {
  return css.replace(/@font-face\s*\{[^}]*\}/g, '').replaceAll('Frutiger W01,', '')
}
