/** Words that people put digits and signs around when a password is asked of them at work; Muster's own among them. */
export const COMMON_WORDS = new Set(
  `password passwort passwords passphrase passw pass qwerty qwertyuiop asdfghjkl zxcvbnm welcome letmein changeme
  secret administrator admin user login muster nhs nhsmail hospital healthcare nurse doctor trust staff monday tuesday
  wednesday thursday friday saturday sunday january february march april may june july august september october november
  december spring summer autumn winter london england liverpool arsenal chelsea manchester football iloveyou sunshine
  princess dragon monkey superman batman computer internet test testing guest demo default temporary temp abc abcdef
  abcdefgh company office work root rootroot adminadmin testtest trustno manutd asdfghjklqwertyuiop
  correcthorsebatterystaple`.split(/\s+/),
)
