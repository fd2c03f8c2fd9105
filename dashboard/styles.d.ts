/** The address of a style sheet, for code that loads it when needed. */
declare module '*.css?url' {
  const href: string
  export default href
}
