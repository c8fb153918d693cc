export { busContract } from './bus-contract.js'
export type { ContractCase } from './contract-case.js'
export { storageContract } from './storage-contract.js'
