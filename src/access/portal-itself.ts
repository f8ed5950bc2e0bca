/**
 * The administrator as whom the portal itself makes what nobody asked for: a row of its own, made by the migrations, that
 * has no role, can't sign in and is in no list. No actor has this ID.
 */
export const PORTAL_ITSELF = 0
