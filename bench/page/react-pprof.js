import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { FlameGraph, fetchProfile } from 'react-pprof'

const profile = await fetchProfile(location.hash.slice(1))
const graph = createElement(FlameGraph, { profile, width: innerWidth, height: innerHeight })
createRoot(document.getElementById('app')).render(graph)
