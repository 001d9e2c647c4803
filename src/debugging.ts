/** Whether this program wants to know more than usual. */

/** `JOBLET_DEBUG=1` tells the story of each run, and looks for tasks that write to shared memory. */
export const isDebugging = (): boolean => process.env['JOBLET_DEBUG'] === '1'
