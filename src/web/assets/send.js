// The page that sends a file: the accounts are downloaded in place, a file may be dropped on its field, and of a large one
// it is shown how much has gone.

import { initAll } from '/assets/nhsuk-frontend.js'

const EVERY_MS = 1000

/** Smaller ones are gone before anybody reads how much of them is. */
const SHOWN_FROM = 1024 * 1024

setUp()

function setUp() {
  const form = document.querySelector('form[data-export]')
  form?.addEventListener('submit', (event) => {
    event.preventDefault()
    download(form, event.submitter).catch(() => form.submit()) // whatever is away, the page that follows says so
  })
  for (const place of document.querySelectorAll('[data-drop]')) takeDropped(place)
  const sending = document.querySelector('form[data-send]')
  sending?.addEventListener('submit', (event) => sendShown(sending, event))
}

async function download(form, submitter) {
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

function takeDropped(place) {
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

function sendShown(sending, event) {
  const [file] = sending.querySelector('input[type=file]').files
  if (sending.dataset.send === 'now') event.preventDefault()
  if (event.defaultPrevented || !file || file.size < SHOWN_FROM) return
  event.preventDefault()
  sending.dataset.send = 'now'
  send(sending, new FormData(sending, event.submitter))
}

function send(sending, body) {
  const place = sending.querySelector('.muster-progress')
  const bar = place.querySelector('progress')
  const words = place.querySelector('.muster-progress__words')
  const announcement = place.querySelector('[role=status]')
  const request = new XMLHttpRequest()
  let told = 0
  place.hidden = false
  tell('Sending the file')
  request.upload.addEventListener('progress', ({ loaded, total }) => {
    bar.max = total
    bar.value = loaded
    words.textContent =
      loaded < total ? `${megabytes(loaded)} of ${megabytes(total)} MB sent` : 'All of it is sent'
    const quarter = Math.floor((4 * loaded) / total)
    if (quarter > told)
      announcement.textContent = quarter < 4 ? `${25 * quarter} % sent` : 'All of it is sent'
    told = Math.max(told, quarter)
  })
  request.addEventListener('load', () => {
    const answer = new URL(request.responseURL)
    if (answer.pathname !== new URL(sending.action).pathname) return location.assign(answer)
    showPage(request.responseText)
  })
  request.addEventListener('error', () => {
    sending.dataset.send = ''
    tell(
      'The file didn’t arrive: the connection was lost, or the file has changed. Nothing was taken. Send it again.',
    )
  })
  request.open('POST', sending.action)
  request.send(body)

  function tell(text) {
    words.textContent = text
    announcement.textContent = text
  }
}

/** What is wrong is said on the page that came as the answer: it takes this one's place. */
function showPage(html) {
  const next = new DOMParser().parseFromString(html, 'text/html')
  const main = document.adoptNode(next.querySelector('main'))
  document.querySelector('main').replaceWith(main)
  document.title = next.title
  setUp()
  initAll(main) // among it what is wrong gets the focus
}

function megabytes(bytes) {
  return (bytes / 1e6).toLocaleString('en-GB', { minimumFractionDigits: 1, maximumFractionDigits: 1 })
}
