// Keeps the progress of what runs in the background up to date, and loads the page anew, once, when its status changes.

const EVERY_MS = 1000
const LONGEST_MS = 15000

const { title } = document

for (const element of document.querySelectorAll('[data-progress]')) follow(element)

function follow(element) {
  const { progress: url, status, next } = element.dataset
  const bar = element.querySelector('progress')
  const words = element.querySelector('.muster-progress__words')
  const announcement = element.querySelector('[role=status]')
  element.querySelector('.muster-progress__refresh').hidden = true
  let wait = EVERY_MS
  let before = null
  let told = 0
  setTimeout(look, wait)

  async function look() {
    try {
      if (await ask()) return
      wait = document.visibilityState === 'visible' ? EVERY_MS : LONGEST_MS // the title tells whoever is elsewhere
    } catch {
      wait = Math.min(wait * 2, LONGEST_MS) // the server or the network is away: it goes on when they are back
    }
    setTimeout(look, wait)
  }

  /** True when the page is on its way to being loaded anew. */
  async function ask() {
    const answer = await fetch(url, { headers: { accept: 'application/json' }, cache: 'no-store' })
    if (answer.status >= 500) throw new Error('not now')
    // Signed out, or gone: the page itself says so.
    if (!answer.ok || answer.redirected) return loadAnew('')
    const now = await answer.json()
    if (now.status !== status) return loadAnew(next)
    show(now)
    return false
  }

  function show(now) {
    if (now.total > 0) {
      bar.max = now.total
      bar.value = now.done
    }
    words.textContent = now.words + rate(now)
    if (now.total > 0) document.title = `${Math.floor((100 * now.done) / now.total)}% – ${title}`
    const quarter = now.total > 0 ? Math.floor((4 * now.done) / now.total) : 0
    if (quarter > told) announcement.textContent = now.words
    told = Math.max(told, quarter)
  }

  function rate(now) {
    const at = performance.now()
    const first = before
    before ??= { at, done: now.done }
    if (!first || now.done <= first.done) return ''
    const perSecond = Math.round((1000 * (now.done - first.done)) / (at - first.at))
    return perSecond > 0 ? `, about ${perSecond.toLocaleString('en-GB')} a second` : ''
  }

  function loadAnew(why) {
    announcement.textContent = why
    setTimeout(() => location.reload(), why ? 700 : 0) // time for a screen reader to begin with it
    return true
  }
}
