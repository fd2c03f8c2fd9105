import type { Navigate } from '../../model/location.ts'
import { Segments } from '../segments.tsx'

export interface OrderChoiceProps {
  readonly merged: boolean
  readonly onChange: Navigate
}

const orders = [
  { value: false, name: 'In time', title: 'Calls in order of time, below the time line' },
  { value: true, name: 'Merged', title: 'Calls of one stack together, most expensive first' },
]

/** The choice of how the calls of one request are arranged. */
export function OrderChoice({ merged, onChange }: OrderChoiceProps) {
  return (
    <Segments
      label="Order"
      choices={orders}
      value={merged}
      onChoose={(value) => onChange({ merged: value, zoom: '', range: '' })}
    />
  )
}
