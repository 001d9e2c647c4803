/** How much of the suite runs: the short form, or what `npm run test:faults -- --minutes 30` asks for. */

/** Minutes of the soak; 0 for none. */
export const soakMinutes = Number(process.env['JOBLET_FAULT_MINUTES'] ?? 0)

/** Whether the page is written from what comes out. */
export const writesPage = process.env['JOBLET_FAULT_PAGE'] === '1'

/** Whether nothing is left out. */
export const isFull = soakMinutes > 0
