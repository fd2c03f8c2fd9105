/**
 * The profile: a call tree with self times, the one value that travels from attribution to the screen.
 *
 * Everything here is plain data in columns, so that the same value is stored, sent as JSON and drawn.
 * Ids are indices; 0 is a valid id, so compare with `=== undefined` or `< 0`, never by truthiness.
 */

/**
 * Where the code of a frame comes from. Three kinds are not functions: `root` stands for a selection, `phase` for a
 * phase of Fastify's life cycle, `system` for a state of V8.
 */
export const frameKinds = ['root', 'phase', 'app', 'package', 'node', 'native', 'system'] as const
export type FrameKind = (typeof frameKinds)[number]

/** Name of time of which nothing is known, among functions. */
export const NOT_SAMPLED = '(not sampled)'

/** A function. Lines and columns are 1-based; 0 means that V8 does not know them. */
export interface Frame {
  /** Name as V8 or the source map gives it; `(anonymous)` when neither knows one. */
  readonly name: string
  /** Path relative to the application's root, with `/`; `node:…` for Node's own code; `''` when there is none. */
  readonly file: string
  readonly line: number
  readonly column: number
  readonly kind: FrameKind
  /** npm package that the file belongs to, when `kind` is `package`. */
  readonly package?: string
}

/** A list of numbers, plain or a typed array, that is read by index. */
export type Column = ArrayLike<number>

/**
 * A call tree in columns: node `i` is a frame at a place in a stack.
 *
 * It always holds that all columns have the same length, at least 1; node 0 is the root; `parent[0] === -1`;
 * `parent[i] < i` for every other node, so that one loop backwards sees children before their parents; no two nodes
 * with the same parent have the same frame.
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
 * Self time per source line, for the lines in which samples ended. Columns have the same length; each pair of node and
 * line occurs once.
 *
 * The lines of a node never add up to more than the node, and to less where V8 or the source map could not tell the
 * line. What a line called is not included: V8 does not say from which line a call was made.
 */
export interface LineTicks<Numbers extends Column = readonly number[]> {
  readonly node: Numbers
  /** Line in the frame's file, 1-based. */
  readonly line: Numbers
  readonly samples: Numbers
  /** The line's part of the node's self time, microseconds. */
  readonly selfUs: Numbers
}

/**
 * Merged CPU profile of one or many requests.
 *
 * Own CPU time is measured by the clock; samples only say where it went. So `sum(tree.selfUs) === ownUs` up to
 * rounding, even with few samples: the time of a long turn is shared by the samples in it, all other time by all other
 * samples. Time in which V8 did not sample, and all time of a selection without any sample, is self time of a
 * `(not sampled)` frame.
 */
export interface Profile<Numbers extends Column = readonly number[]> {
  readonly version: 1
  /** What was selected, for people: `GET /users/:id`, or `GET /users/:id #k3`. */
  readonly title: string
  /** Set when all requests of the selection are of one route. */
  readonly route?: string
  /** Number of routes, set when the requests are of several. */
  readonly routes?: number
  /** Requests merged into it. */
  readonly requests: number
  /** Number of samples: the sum of `tree.samples`. */
  readonly samples: number
  /** Own CPU time of the selection, microseconds. */
  readonly ownUs: number
  /** Nominal time between two samples, microseconds. */
  readonly intervalUs: number
  /** Start of the first request and end of the last, ISO 8601; `''` when there are no requests. */
  readonly startedAt: string
  readonly endedAt: string
  /** Absolute path of the application's root that `Frame.file` is relative to, for links into an editor. */
  readonly root: string
  readonly frames: readonly Frame[]
  readonly tree: CallTree<Numbers>
  readonly lines: LineTicks<Numbers>
  /** Set when it was asked for and there are at least two requests. */
  readonly across?: Across
  /** Set with the option `callCounts`, if the selection is all requests of a route or of all routes. */
  readonly calls?: CallCounts
}

/**
 * How often functions were called, counted by V8 since recording began or was cleared. The counted requests are not the
 * kept ones, so counts are for the selection's routes as a whole. They include work of no request that ran meanwhile.
 */
export interface CallCounts {
  /** Requests whose calls are all counted. */
  readonly requests: number
  /** Requests counted only in part, because a request of another route came or went meanwhile. */
  readonly partly: number
  /** Requests not counted at all, because requests of other routes were in flight with them. */
  readonly overlapped: number
  /** Requests not counted because counting would have held up the application, or was not possible. */
  readonly skipped: number
  /** Index into `Profile.frames`; each once. Frames that no sample hit are in no node of the tree. */
  readonly frame: readonly number[]
  /** Calls of each of these frames. */
  readonly count: readonly number[]
  /**
   * Whether the function is asynchronous or a generator: V8 counts it again each time it resumes after an `await` or
   * `yield`, so its count is only an upper bound of its calls.
   */
  readonly resumes: readonly boolean[]
}

/**
 * What functions cost over the course of the requests. In order of their start, requests are divided into parts of
 * equal size, give or take one request; functions that took too little to tell are left out.
 */
export interface Across {
  /** Requests in each part. */
  readonly requests: readonly number[]
  /** Index into `Profile.frames`; each once. */
  readonly frame: readonly number[]
  /** Total CPU by frame, then by part: in the function and in what it called, microseconds per request. */
  readonly totalUs: readonly (readonly number[])[]
}

/** The profile of one request, with its spans in order of time. */
export interface Chart<Numbers extends Column = readonly number[]> extends Profile<Numbers> {
  /** Wall time of the request, microseconds. */
  readonly wallUs: number
  /** CPU after the response, microseconds: part of `ownUs`, but in no span. */
  readonly afterUs: number
  readonly spans: Spans<Numbers>
}

/**
 * What a request's turns were spent on, in order of time: columns of the same length, times in whole microseconds since
 * the request's start.
 *
 * It always holds that `0 <= startUs[i] < endUs[i] <= startUs[i + 1]`, that the last span ends no later than the wall
 * time, that two adjoining spans differ in `node`, and that all of them add up to the request's own CPU in its wall
 * time, up to rounding.
 *
 * A span is the time that its samples stand for: half way to the previous and next sample of the same turn, or to the
 * turn's start or end, but at most ten intervals. Time further away, and a turn without samples, belongs to the root.
 * So a span lies within an `own` slice of the request, or, where a request has so many slices that they were merged,
 * within a merged slice, which may be of another kind.
 */
export interface Spans<Numbers extends Column = readonly number[]> {
  /** Node of `Profile.tree` in which the samples ended; 0, the root, where nothing is known. */
  readonly node: Numbers
  readonly startUs: Numbers
  readonly endUs: Numbers
  /**
   * Samples in the span: 0 where nothing is known, and in the part of a span after a garbage collection that split it.
   * Samples after the response are in no span.
   */
  readonly samples: Numbers
}
