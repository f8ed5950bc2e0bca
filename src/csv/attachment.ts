/** The header that names a file to be saved, for old clients and new (RFC 6266), whatever the name holds. */
export function attachment(filename: string): string {
  const name = filename.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\]/gu, '-').toWellFormed()
  const plain = name.replace(/[^\w .()+-]/g, '_')
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (it) => `%${it.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}
