// While choices on possible duplicates aren't kept, the button that uploads would upload something else than they say.

const upload = document.querySelector('form[action$="/confirmation"] button')
const unkept = document.querySelector('#unkept')

document.querySelector('form[data-choices]')?.addEventListener('change', () => {
  const warning = document.createElement('strong')
  warning.textContent = 'You have changed your choices. Keep them first, then upload.'
  unkept?.replaceChildren(warning)
  if (upload) upload.disabled = true
})
