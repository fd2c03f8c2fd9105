/** `GET /users/:id` with a less prominent method and marked parameters. */
export function RouteName({ method, url }: { readonly method: string; readonly url: string }) {
  return (
    <span class="route-name">
      {method !== '' && <span class="method">{method} </span>}
      <span class="pattern">
        {url.split(/(:[^/]+|\*)/).map((part, i) => (i % 2 === 1 ? <span class="param">{part}</span> : part))}
      </span>
    </span>
  )
}
