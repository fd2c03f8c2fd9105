import type { RawProfile } from './cpuprofile.ts'

/** Parses the text of `v8.startCpuProfile`, in which V8 does not escape names and URLs. */
export function parseProfile(text: string): RawProfile {
  return JSON.parse(escapeStrings(text)) as RawProfile
}

function escapeStrings(text: string): string {
  return text.replace(
    /"functionName":"(.*?)","lineNumber":(-?\d+),"columnNumber":(-?\d+),"scriptId":(\d+),"url":"(.*?)"\}(?=,"children":\[|,"positionTicks":\[|\})/gs,
    (_, name: string, line, column, script, url: string) =>
      `"functionName":${JSON.stringify(name)},"lineNumber":${line},"columnNumber":${column},"scriptId":${script},"url":${JSON.stringify(url)}}`,
  )
}
