// What is chosen on the page counts when the button is pressed: so it says how many accounts that makes.

const button = document.querySelector('#act')
const radios = [...document.querySelectorAll('input[form="plan"]')]
const number = new Intl.NumberFormat('en-GB')
const bar = document.querySelector('#plan')
const prefix = bar?.dataset.prefix ?? ''
const others = { update: Number(bar?.dataset.update), create: Number(bar?.dataset.create) }

function show() {
  const chosen = radios.filter((radio) => radio.checked).map((radio) => radio.value)
  const create = others.create + chosen.filter((value) => value === 'create').length
  const update = others.update + chosen.filter((value) => value !== 'create' && value !== 'leave-out').length
  const accounts = (count) => `${number.format(count)} ${count === 1 ? 'account' : 'accounts'}`
  const act =
    create === 0
      ? update === 0
        ? 'Apply what you chose'
        : `Update ${accounts(update)}`
      : update === 0
        ? `Create ${accounts(create)}`
        : `Update ${number.format(update)} and create ${number.format(create)}`
  button.textContent = `${prefix}${act}`
}

if (button && bar) for (const radio of radios) radio.addEventListener('change', show)
