// Makes and uses passkeys: the browser's answer goes into the form's field, and the form is sent. Without this script the
// other ways are there.

for (const place of document.querySelectorAll('[data-passkey]')) {
  if (!window.PublicKeyCredential) continue
  place.hidden = false
  place.querySelector('button').addEventListener('click', (event) => {
    event.preventDefault()
    use(place).catch(() => tell(place))
  })
}

async function use(place) {
  const options = JSON.parse(place.dataset.options)
  options.challenge = bytesOf(options.challenge)
  if (options.user) options.user.id = bytesOf(options.user.id)
  for (const known of [options.excludeCredentials, options.allowCredentials].flatMap((list) => list ?? []))
    known.id = bytesOf(known.id)
  const publicKey = options
  const made =
    place.dataset.passkey === 'create'
      ? await navigator.credentials.create({ publicKey })
      : await navigator.credentials.get({ publicKey })
  const form = place.closest('form')
  form.querySelector('[data-passkey-answer]').value = JSON.stringify(answerOf(made))
  form.requestSubmit ? form.requestSubmit() : form.submit()
}

function answerOf({ id, rawId, type, response }) {
  const parts = ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']
  const given = parts.filter((part) => response[part]).map((part) => [part, textOf(response[part])])
  const transports = response.getTransports ? { transports: response.getTransports() } : {}
  return {
    id,
    rawId: textOf(rawId),
    type,
    clientExtensionResults: {},
    response: { ...Object.fromEntries(given), ...transports },
  }
}

function tell(place) {
  place.querySelector('[role=alert]').textContent = 'No passkey was used. Try again, or use another way.'
}

function bytesOf(text) {
  return Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (sign) => sign.charCodeAt(0))
}

function textOf(bytes) {
  const signs = String.fromCharCode(...new Uint8Array(bytes))
  return btoa(signs).replace(/\+/g, '-').replace(/\//g, '_').replaceAll('=', '')
}
