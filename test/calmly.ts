/**
 * Runs a measurement with what is asserted of it, and once or twice more where it fails: for what holds on a machine
 * that is left alone, and that another process may spoil. What is wrong fails every time.
 */
export async function calmly(measure: () => unknown): Promise<void> {
  for (let again = 2; ; again--) {
    try {
      await measure()
      return
    } catch (error) {
      if (again === 0) throw error
    }
  }
}
