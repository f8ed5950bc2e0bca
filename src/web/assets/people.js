// The list of people: ticks a whole page at once, and says how many are selected.

const form = document.querySelector('#selection')
const whole = document.querySelector('#whole-page')
const number = new Intl.NumberFormat('en-GB')

if (form && whole) {
  const all = form.querySelector('input[name=all]')
  const ticks = [...form.querySelectorAll('input[name=account]')]
  const words = form.querySelector('.muster-selected__count')
  whole.closest('label').hidden = false

  function show() {
    const ticked = ticks.filter((tick) => tick.checked).length
    whole.checked = ticked === ticks.length
    whole.indeterminate = ticked > 0 && ticked < ticks.length
    const selected = all?.checked ? Number(all.dataset.total) : ticked
    words.textContent = selected === 0 ? 'Nobody selected' : `${number.format(selected)} selected:`
    for (const tick of [whole, ...ticks]) tick.disabled = all?.checked ?? false
  }

  whole.addEventListener('change', () => {
    for (const tick of ticks) tick.checked = whole.checked
    show()
  })
  form.addEventListener('change', show)
  // A page that is gone back to has its ticks still, but for that of all who match: they may be others by now.
  addEventListener('pageshow', () => {
    if (all) all.checked = false
    show()
  })
  show()
}
