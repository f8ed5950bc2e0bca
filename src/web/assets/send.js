// The page that sends a file: the accounts are downloaded in place, and a file may be dropped on its field.

const EVERY_MS = 1000

const form = document.querySelector('form[data-export]')
form?.addEventListener('submit', (event) => {
  event.preventDefault()
  download(event.submitter).catch(() => form.submit()) // whatever is away, the page that follows says so
})

async function download(submitter) {
  const answer = await fetch(form.action, {
    method: 'POST',
    body: new URLSearchParams(new FormData(form, submitter)),
  })
  const page = new URL(answer.url)
  if (!answer.ok || !page.searchParams.has('export')) return location.assign(answer.url)
  let place = show(await answer.text())
  place.focus()
  while (place.querySelector('[data-progress]')) {
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS))
    const now = await fetch(page, { cache: 'no-store' })
    if (now.ok) place = show(await now.text())
  }
  place.querySelector('a[download]')?.click()
}

/** The part of the page that tells of the file, as the answer has it. */
function show(html) {
  const place = document.querySelector('#export')
  const next = new DOMParser().parseFromString(html, 'text/html').querySelector('#export')
  if (next) place.replaceChildren(...next.childNodes)
  const refresh = place.querySelector('.muster-progress__refresh')
  if (refresh) refresh.hidden = true
  return place
}

for (const place of document.querySelectorAll('[data-drop]')) {
  const input = place.querySelector('input[type=file]')
  const hint = place.querySelector('.nhsuk-hint')
  hint?.append(' You can drag it here, too.')
  const holdsFile = (event) => event.dataTransfer?.types.includes('Files')
  const mark = (isOver) => place.classList.toggle('muster-drop--over', isOver)
  place.addEventListener('dragover', (event) => {
    if (!holdsFile(event)) return
    event.preventDefault()
    mark(true)
  })
  place.addEventListener('dragleave', () => mark(false))
  place.addEventListener('drop', (event) => {
    if (!holdsFile(event)) return
    event.preventDefault()
    mark(false)
    const [file] = event.dataTransfer.files
    if (!file) return
    const one = new DataTransfer()
    one.items.add(file)
    input.files = one.files
    input.focus()
  })
}
