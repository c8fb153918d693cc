export { type ContractCase, storageContract } from './storage-contract.js'
