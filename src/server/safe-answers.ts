/**
 * What every answer tells a browser, of whatever door: take it for nothing but what it says it is, run nothing in it,
 * show it in no frame, give it no camera, and over HTTPS come back over HTTPS only. Pages say more
 * (src/web/safe-headers.ts).
 */
export function safeHeaders(publicUrl: string): Record<string, string> {
  return {
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'content-security-policy': "default-src 'none';frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
    ...(publicUrl.startsWith('https:') ? { 'strict-transport-security': A_YEAR } : {}),
  }
}

const A_YEAR = `max-age=${365 * 24 * 3600}; includeSubDomains`
