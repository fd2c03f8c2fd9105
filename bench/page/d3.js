import './node_modules/d3-flame-graph/dist/d3-flamegraph.css'
import flamegraph from 'd3-flame-graph'
import { select } from 'd3-selection'

// Frames of less than a pixel are not made: by default it makes them all, which costs several times as much.
const data = await (await fetch(location.hash.slice(1))).json()
const chart = flamegraph().width(innerWidth).cellHeight(18).minFrameSize(1).selfValue(true)
select('#chart').datum(data).call(chart)
