/** Saves baselines over and over into the folder that is named, so many times or until it is killed. */
import { createBaselines } from '../plugin/baselines/index.ts'
import { measuredRoute } from './baselines-data.ts'

const [path, times = 'Infinity'] = process.argv.slice(2)
const baselines = createBaselines({
  path,
  root: path,
  maxBytes: 2 ** 26,
  grown() {},
  warn: (message) => console.log(message),
})
for (let i = 0; i < Number(times); i++) {
  const routes = [measuredRoute('GET /a', 1 + ((i * 997) % 4000)), measuredRoute('GET /b', 10)]
  await baselines.save(i % 2 === 0 ? 'even' : 'odd', () => routes)
  if (i === 1) console.log('ready')
}
console.log('report "done"')
