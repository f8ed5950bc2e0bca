/** Why nobody was signed in. Each has its words on one page, and in the log. */
export type WhyNot =
  /** What came back is of no flow that this browser began: used before, too old, of another browser or provider. */
  | 'stale'
  /** The person said no, at the provider. */
  | 'declined'
  /** The provider says that it can't. */
  | 'provider-refuses'
  /** It doesn't answer, or not as OpenID Connect asks. */
  | 'no-answer'
  /** What came back isn't what this provider would have said to this browser. */
  | 'not-genuine'
  /** Nobody here is known by it. That says nothing of whether anybody has an address. */
  | 'unknown'

/** Nobody was signed in; `what` is a code for the log and for whoever runs the portal. */
export class SignInRefused extends Error {
  override name = 'SignInRefused'
  readonly why: WhyNot
  readonly what: string | undefined

  constructor(why: WhyNot, what?: string) {
    super(what ?? why)
    this.why = why
    this.what = what === undefined || /^[\w-]{1,60}$/.test(what) ? what : 'other' // it may be anybody's words
  }
}
