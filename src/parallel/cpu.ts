export * from '../cpu.js'
