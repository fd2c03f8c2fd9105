/** Where a style lies, for those that load it when it is needed. */
declare module '*.css?url' {
  const href: string
  export default href
}
