import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { layout, rowCount } from '../dashboard/model/boxes.ts'
import {
  colourClass,
  colourClasses,
  FASTER,
  MATCH,
  packageClass,
  palette,
  type Theme,
} from '../dashboard/model/colours.ts'
import { fit } from '../dashboard/model/fit.ts'
import { picture } from '../dashboard/model/picture.ts'
import {
  between,
  including,
  panBy,
  type Range,
  readRange,
  sameRange,
  whole,
  writeRange,
  zoomAt,
} from '../dashboard/model/range.ts'
import { raster, type Scene } from '../dashboard/model/raster.ts'
import { search } from '../dashboard/model/search.ts'
import { boxAt } from '../dashboard/model/visible.ts'
import { bigProfile, frameOf, profileOf } from './fake-data.ts'

const colours = palette('light')

describe('pixels', () => {
  test('each pixel has the colour of the box that is there, gaps and edges aside', () => {
    const profile = bigProfile(3000)
    const scene = sceneOf(profile)
    const { boxes, classes } = scene
    const width = 700
    const lines = paint(scene, width, rowCount(boxes))
    const scale = boxes.end[0] / width
    let wide = 0
    lines.forEach((line, row) => {
      for (let x = 0; x < width; x++) {
        const middle = boxAt(boxes, row, (x + 0.5) * scale)
        if (middle < 0 || (boxes.end[middle] - boxes.start[middle]) / scale < 12) continue
        const inside = [boxes.start[middle] / scale + 2 < x, x < boxes.end[middle] / scale - 3]
        if (inside.includes(false)) continue
        wide++
        assert.equal(line[x], colours.solid[classes[boxes.frame[middle]]])
      }
    })
    assert.ok(wide > 3000)
  })

  test('what is narrower than a pixel still shows, and only where something is', () => {
    const profile = bigProfile(20_000)
    const scene = sceneOf(profile)
    const { boxes } = scene
    const width = 300
    const scale = boxes.end[0] / width
    paint(scene, width, rowCount(boxes)).forEach((line, row) => {
      const covered = new Uint8Array(width + 1)
      for (let box = boxes.rows[row]; box < boxes.rows[row + 1]; box++) {
        covered.fill(
          1,
          Math.max(0, Math.floor(boxes.start[box] / scale - 0.5)),
          Math.ceil(boxes.end[box] / scale + 0.5),
        )
      }
      const first = Math.round(boxes.start[boxes.rows[row]] / scale)
      if (first < width) assert.notEqual(line[first], colours.background, `row ${row} begins`)
      line.forEach((pixel, x) => {
        if (covered[x] === 0) assert.equal(pixel, colours.background, `row ${row} pixel ${x}`)
      })
    })
  })

  test('a match inside a pixel wins it', () => {
    const stacks = Array.from({ length: 4000 }, (_, i) => `f${i} 10`)
    const profile = profileOf('all', stacks.join('\n'))
    const drawn = picture(profile, false)
    const scene = { ...sceneOf(profile), matches: search(profile.frames, drawn, 'f1234') }
    const [, line] = paint(scene, 100, 2)
    assert.equal(line.filter((pixel) => pixel === colours.solid[MATCH]).length, 1)
    assert.equal(line.indexOf(colours.solid[MATCH]), Math.floor(1234 / 40))
  })

  test('rows above the zoomed box are faint', () => {
    const scene = { ...sceneOf(profileOf('all', 'a;b 1000')), focusRow: 1 }
    const [root, a] = paint(scene, 50, 2)
    assert.equal(root[10], colours.faint[0])
    assert.equal(a[10], colours.solid[scene.classes[1]])
  })

  test('a million boxes cost no more visits than pixels', () => {
    const scene = sceneOf(bigProfile(200_000))
    let reads = 0
    const counted = new Proxy(scene.boxes.start, {
      get(target, name) {
        if (typeof name === 'string' && /^\d/.test(name)) reads++
        return Reflect.get(target, name)
      },
    })
    const width = 500
    paint({ ...scene, boxes: { ...scene.boxes, start: counted } }, width, 40)
    assert.ok(reads < 40 * width * 4, `${reads} reads`)
  })
})

describe('colours', () => {
  for (const theme of ['light', 'dark'] as Theme[]) {
    test(`text can be read on every colour, ${theme}`, () => {
      const { solid, faint, text, fadedText, css } = palette(theme)
      assert.equal(css.length, FASTER + 3)
      for (let i = 0; i < solid.length; i++) {
        assert.ok(contrast(bytes(solid[i]), hex(text)) >= 4.5, `class ${i}: ${css[i]}`)
        assert.ok(contrast(bytes(faint[i]), hex(fadedText)) >= 4.5, `faint class ${i}: ${css[i]}`)
      }
    })
  }

  test('say where code comes from: one hue per package, your own code is none of them', () => {
    const mine = colourClass(frameOf('a@app.ts:1'))
    const shades = ['a', 'b', 'c', 'd'].map((name) => colourClass(frameOf(`${name}@npm:@s/one/i.js:1`)))
    assert.ok(shades.every((shade) => shade - packageClass('@s/one') < 2))
    assert.equal(shades.includes(mine), false)
    assert.notEqual(colourClass(frameOf('a@node:fs:1')), colourClass(frameOf('a')))
  })
})

describe('ranges', () => {
  const span = 1000

  test('zoom keeps the point under the pointer, and stays inside', () => {
    const zoomed = zoomAt(whole(span), span, 0.25, 0.5)
    assert.deepEqual(zoomed, { from: 125, to: 625 })
    assert.deepEqual(zoomAt(zoomed, span, 0, 10), whole(span))
    let range: Range = whole(span)
    for (let i = 0; i < 500; i++) range = zoomAt(range, span, 0.7, 0.5)
    assert.ok(range.to > range.from)
  })

  test('pan stops at the edges', () => {
    assert.deepEqual(panBy({ from: 100, to: 300 }, span, 0.5), { from: 200, to: 400 })
    assert.deepEqual(panBy({ from: 100, to: 300 }, span, -9), { from: 0, to: 200 })
    assert.deepEqual(panBy({ from: 100, to: 300 }, span, 9), { from: 800, to: 1000 })
  })

  test('moves just so far that something is seen', () => {
    const range = { from: 400, to: 600 }
    assert.equal(including(range, span, 450, 500), range)
    assert.deepEqual(including(range, span, 300, 350), { from: 300, to: 500 })
    assert.deepEqual(including(range, span, 700, 800), { from: 600, to: 800 })
    assert.equal(including(range, span, 0, 1000), range)
  })

  test('glides from one to the other', () => {
    assert.deepEqual(between({ from: 0, to: 100 }, { from: 50, to: 60 }, 0.5), { from: 25, to: 80 })
    const end = { from: 50, to: 60 }
    assert.equal(between({ from: 0, to: 100 }, end, 1), end)
  })

  test('what is written for the URL is read back, nonsense is the whole box', () => {
    const box = { from: 200, to: 400 }
    assert.equal(writeRange(box, box), '')
    for (const range of [
      { from: 250, to: 260 },
      { from: 100, to: 900 },
      { from: 200.001, to: 200.002 },
    ]) {
      const read = readRange(writeRange(range, box), box, span)
      assert.ok(sameRange(read, range, span * 10), JSON.stringify([read, range]))
    }
    const hour = { from: 0, to: 3.6e9 }
    const deep = { from: 2_023_456_789, to: 2_023_456_799 }
    const read = readRange(writeRange(deep, hour), hour, hour.to)
    assert.ok(Math.abs(read.from - deep.from) < 0.01 && read.to - read.from < 361, JSON.stringify(read))
    for (const nonsense of ['', 'x', '1_0', '_', 'NaN_2', '1'])
      assert.equal(readRange(nonsense, box, span), box)
  })
})

test('names are cut to what fits, with an ellipsis, by whole characters', () => {
  const widthOf = (char: string) => (char === '…' ? 2 : char.length > 1 ? 4 : 1)
  assert.equal(fit('abcdef', 6, widthOf), 'abcdef')
  assert.equal(fit('abcdef', 5, widthOf), 'abc…')
  assert.equal(fit('abcdef', 3, widthOf), '')
  assert.equal(fit('', 3, widthOf), '')
  assert.equal(fit('a𝒳bcdefgh', 8, widthOf), 'a𝒳b…')
})

function sceneOf(profile: ReturnType<typeof bigProfile>): Scene {
  const boxes = layout(profile.tree)
  const range = { from: 0, to: boxes.end[0] }
  return { boxes, classes: colourClasses(profile.frames), matches: undefined, range, focusRow: 0 }
}

function paint(scene: Scene, width: number, rows: number): Uint32Array[] {
  const pixels = new Uint32Array(width * rows)
  raster(scene, colours, pixels, width, 0, 1)
  return Array.from({ length: rows }, (_, row) => pixels.slice(row * width, (row + 1) * width))
}

function bytes(pixel: number): number[] {
  return [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255]
}

function hex(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
}

/** As the WCAG defines it. */
function contrast(a: readonly number[], b: readonly number[]): number {
  const luminance = (colour: readonly number[]) => {
    const [red, green, blue] = colour.map((byte) => {
      const value = byte / 255
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}
