/** Of the passwords found most often in leaked lists, those long enough to be allowed otherwise. */
export const COMMON_PASSWORDS = new Set(
  `qwertyuiop qwertyuiop123 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc qazwsxedcrfv zaq12wsxcde3 q1w2e3r4t5 q1w2e3r4t5y6
  1029384756 0192837465 1122334455 112233445566 123123123123 1231231234 12341234123 123qweasdzxc 1234qwerasdf
  123456789a a123456789 a1234567890 123456789q qwerty123456 123456qwerty abcd123456 abc1234567 abcdefg123
  asdfghjkl123 zxcvbnm123 zxcvbnm1234 asdfghjklqwertyuiop iloveyou12 iloveyou123 iloveyou1234 letmein123 letmein1234
  football123 baseball123 basketball princess123 superman123 sunshine123 liverpool1 manchester manutd1234 arsenal123
  chelsea123 charlie123 michael123 changeme123 p@ssw0rd123 correcthorsebatterystaple trustno1234 starwars123
  computer123 internet123 mypassword mypassword1 passwordpassword password1234567890 qwertyqwerty adminadmin
  administrator1 rootroot123 testtest123 test123456 guest12345 welcome2muster`.split(/\s+/),
)

/** Words that people put digits and signs around when a password is asked of them at work. */
export const COMMON_WORDS = new Set(
  `password passwort passwords passphrase passw pass qwerty qwertyuiop asdfghjkl zxcvbnm welcome letmein changeme
  secret administrator admin user login muster nhs nhsmail hospital healthcare nurse doctor trust staff monday tuesday
  wednesday thursday friday saturday sunday january february march april may june july august september october november
  december spring summer autumn winter london england liverpool arsenal chelsea manchester football iloveyou sunshine
  princess dragon monkey superman batman computer internet test testing guest demo default temporary temp abc abcdef
  abcdefgh company office work`.split(/\s+/),
)
