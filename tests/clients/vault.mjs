// Where the vault is that the tests of this folder drive: clients_test.py started it and says so in the environment.
import assert from "node:assert/strict"

export const url = process.env.ROOKERY_URL
export const tokens = JSON.parse(process.env.ROOKERY_TOKENS)
export const ids = JSON.parse(process.env.ROOKERY_IDS)
export const secrets = "msdyn_octwitterhandlesecrets"
export const handles = "msdyn_octwitterhandles"
export const applications = "msdyn_octwitterapplications"
export const teams = "teams"

let number = 0
/** A unique handle id that no other test uses. */
export const fresh = () => `client-${process.pid}-${++number}`

/** What a client library throws must carry this status. */
export async function refused(status, promise) {
  await assert.rejects(promise, error => {
    const found = error.status ?? error.statusCode ?? error.code ?? error.error?.status
    assert.equal(Number(found), status, JSON.stringify(error, Object.getOwnPropertyNames(error)))
    return true
  })
}
