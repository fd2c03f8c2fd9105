/**
 * The one value that travels from attribution to the screen: a call tree with its own times.
 *
 * Everything here is plain data in columns, so that the same value is stored, sent as JSON and drawn.
 * Ids are indices; 0 is a valid id, so compare with `=== undefined` or `< 0`, never by truth.
 */

/**
 * Where the code of a frame comes from. `root` names a selection, `phase` a phase of Fastify's life cycle, `system` a
 * state of V8; these are no functions.
 */
export type FrameKind = 'root' | 'phase' | 'app' | 'package' | 'node' | 'native' | 'system'

/** A function. Lines and columns are 1-based; 0 means that V8 does not know. */
export interface Frame {
  /** Name as V8 or the source map gives it; `(anonymous)` when neither knows one. */
  readonly name: string
  /** Path below the application's root with `/`, `node:…` for Node's own code, `''` when there is none. */
  readonly file: string
  readonly line: number
  readonly column: number
  readonly kind: FrameKind
  /** npm package that the file belongs to, when `kind` is `package`. */
  readonly package?: string
}

/** Numbers that are read by their place. */
export type Column = ArrayLike<number>

/**
 * A call tree in columns: node `i` is a frame at a place in a stack.
 *
 * Always: all columns have one length of at least 1; node 0 is the root; `parent[0] === -1`; `parent[i] < i`
 * for every other node, so that one loop backwards sees children before their parents; no two nodes with the
 * same parent have the same frame.
 */
export interface CallTree<Numbers extends Column = readonly number[]> {
  readonly parent: Numbers
  /** Index into `Profile.frames`. */
  readonly frame: Numbers
  /** CPU time in microseconds spent in the frame itself at this place, never negative. */
  readonly selfUs: Numbers
  /** Samples that ended in this node. */
  readonly samples: Numbers
}

/**
 * Own time per source line, for the lines where samples ended. Columns of one length, each node and line once.
 *
 * The lines of a node never have more than the node; less, where V8 or the source map could not tell the line. What
 * a line called is not in it: V8 does not say from which line a call was made.
 */
export interface LineTicks<Numbers extends Column = readonly number[]> {
  readonly node: Numbers
  /** 1-based line of the frame's file. */
  readonly line: Numbers
  readonly samples: Numbers
  /** Of the node's own time, microseconds. */
  readonly selfUs: Numbers
}

/**
 * Merged CPU profile of one or many requests.
 *
 * Own CPU time is measured by the clock; samples say only where it went. So
 * `sum(tree.selfUs) === ownUs` up to rounding, also when samples are few: the time of a long turn is shared by the
 * samples in it, all other time by all other samples. Time in which V8 did not sample, and all time of a selection
 * without any sample, stands under one `(not sampled)` frame.
 */
export interface Profile<Numbers extends Column = readonly number[]> {
  readonly version: 1
  /** What was selected, for people: `GET /users/:id`, or `GET /users/:id #k3`. */
  readonly title: string
  /** Set when all requests of the selection are of one route. */
  readonly route?: string
  /** Set when they are of several: of how many. */
  readonly routes?: number
  /** Requests merged into it. */
  readonly requests: number
  /** Samples in it; the sum of `tree.samples`. */
  readonly samples: number
  /** Own CPU time of the selection, microseconds. */
  readonly ownUs: number
  /** Nominal time between two samples, microseconds. */
  readonly intervalUs: number
  /** ISO 8601; start of the first request and end of the last. `''` when there is none. */
  readonly startedAt: string
  readonly endedAt: string
  /** Absolute path of the application's root that `Frame.file` is relative to, for links into an editor. */
  readonly root: string
  readonly frames: readonly Frame[]
  readonly tree: CallTree<Numbers>
  readonly lines: LineTicks<Numbers>
  /** Set when it was asked for, and there are some requests to compare. */
  readonly across?: Across
  /** Set with the option `callCounts`, for all requests of a route or of all routes. */
  readonly calls?: CallCounts
}

/**
 * How often functions were called, counted by V8 since recording began or was cleared: in other requests than the kept
 * ones, and so for the selection's routes as a whole. Work of no request that ran meanwhile is in it.
 */
export interface CallCounts {
  /** Requests all of which is counted. */
  readonly requests: number
  /** Of these only a part is: another route's request came or went meanwhile. */
  readonly partly: number
  /** Nothing of these is, for requests of other routes were in flight with them. */
  readonly overlapped: number
  /** Nor of these: counting would have held up the application, or was not possible. */
  readonly skipped: number
  /** Index into `Profile.frames`; each once. Some stand in no node of the tree, since no sample met them. */
  readonly frame: readonly number[]
  /** Calls of each of these frames. */
  readonly count: readonly number[]
  /**
   * Whether it is asynchronous or a generator: V8 counts those anew when they go on after an `await` or `yield`, so
   * that the count is the most that their calls can be.
   */
  readonly resumes: readonly boolean[]
}

/**
 * What functions cost one request after the other. The requests, in order of their start, are dealt out to parts of
 * equal size; of a function that takes too little to tell nothing is said.
 */
export interface Across {
  /** Requests in each part. */
  readonly requests: readonly number[]
  /** Index into `Profile.frames`; each once. */
  readonly frame: readonly number[]
  /** For each of these frames and each part: CPU in it and in what it called, microseconds per request. */
  readonly totalUs: readonly (readonly number[])[]
}

/** The profile of one request, and the order in which it ran. */
export interface Chart<Numbers extends Column = readonly number[]> extends Profile<Numbers> {
  /** Wall time of the request, microseconds. */
  readonly wallUs: number
  /** CPU after the response, microseconds: part of `ownUs`, and in no span. */
  readonly afterUs: number
  readonly spans: Spans<Numbers>
}

/**
 * What a request's turns were spent in, in order of time: columns of one length, times in whole microseconds since the
 * request's start.
 *
 * Always: `0 <= startUs[i] < endUs[i] <= startUs[i + 1]`, the last one ends with the wall time or before, two that
 * touch differ in `node`, and together they are the request's own CPU in its wall time, up to rounding.
 *
 * A span is the time that its samples stand for: half way to the samples before and after in the same turn, or to the
 * end of the turn, but no further than ten intervals. What is further away, and a turn without any sample, is of the
 * root. So a span lies within an `own` slice of the request; where a request has so many slices that they were merged,
 * it can stand in one that is named after others.
 */
export interface Spans<Numbers extends Column = readonly number[]> {
  /** Of `Profile.tree`: where the samples ended; 0, the root, where nothing is known. */
  readonly node: Numbers
  readonly startUs: Numbers
  readonly endUs: Numbers
  /** 0 where nothing is known, and after a collection that came in between. Samples after the response are in none. */
  readonly samples: Numbers
}
