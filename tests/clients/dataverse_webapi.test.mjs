// dataverse-webapi, as its documentation calls it: every type of request that it offers.
import assert from "node:assert/strict"
import { globalAgent } from "node:https"
import test from "node:test"
import * as api from "dataverse-webapi/lib/node"
import { fresh, handles, ids, tokens, url } from "./vault.mjs"

// The library knows one port only, and a test has to take the one that is free.
globalAgent.defaultPort = Number(new URL(url).port)

// A new one each time, since following a next link writes into it. The library makes `https:/` of `https://`, which is no URL
// for a reference.
const config = () => Object.assign(new api.WebApiConfig("9.2", tokens.security, url), { url: `${url}/api/data/v9.2` })

const made = name => api.createWithReturnData(
  config(), handles, { msdyn_name: name, msdyn_octwitteruniquehandleid: name }, "$select=msdyn_octwitterhandleid,msdyn_name")

test("create gives the URL of the row, createWithReturnData the row", async () => {
  assert.match(String(await api.create(config(), handles, { msdyn_name: fresh() })), /[0-9a-f-]{36}/)
  const name = fresh()
  assert.equal((await made(name)).msdyn_name, name)
})

test("retrieve and retrieveAlternateKey read one row", async () => {
  const name = fresh()
  const { msdyn_octwitterhandleid: id } = await made(name)
  assert.equal((await api.retrieve(config(), handles, id, "$select=msdyn_name")).msdyn_name, name)
  const same = await api.retrieveAlternateKey(config(), handles, `msdyn_octwitteruniquehandleid='${name}'`)
  assert.equal(same.msdyn_octwitterhandleid, id)
})

test("retrieveMultiple and its next page list rows", async () => {
  const mark = fresh()
  for (let i = 0; i < 3; ++i) await made(`${mark} ${i}`)
  const query = `$select=msdyn_name&$orderby=msdyn_name&$filter=startswith(msdyn_name,'${mark} ')`
  const first = await api.retrieveMultiple(config(), handles, query, { maxPageSize: 2 })
  assert.equal(first.value.length, 2)
  const second = await api.retrieveMultipleNextPage(config(), first["@odata.nextLink"], { maxPageSize: 2 })
  assert.deepEqual(second.value.map(row => row.msdyn_name), [`${mark} 2`])
})

test("retrieveMultiple counts by groups", async () => {
  const mark = fresh()
  for (let i = 0; i < 3; ++i) await made(`${mark} ${i}`)
  const query = `$apply=filter(startswith(msdyn_name,'${mark} '))/groupby((statecode),aggregate($count as number))`
  const groups = await api.retrieveMultiple(config(), handles, query)
  assert.deepEqual(groups.value.map(group => [group.statecode, group.number]), [[0, 3]])
})

test("retrieve and retrieveMultiple show what rows lead to", async () => {
  const { msdyn_octwitterhandleid: id } = await made(fresh())
  const row = await api.retrieve(config(), handles, id, "$select=msdyn_name&$expand=ownerid($select=ownerid)")
  assert.match(row.ownerid.ownerid, /[0-9a-f-]{36}/)
  const users = await api.retrieveMultiple(
    config(), "systemusers", "$select=fullname&$expand=systemuserroles_association($select=name)")
  assert.ok(users.value.some(user => user.systemuserroles_association.some(role => role.name)))
})

test("update, updateWithReturnData, updateProperty, deleteProperty and deleteRecord change a row", async () => {
  const { msdyn_octwitterhandleid: id } = await made(fresh())
  const name = async () => (await api.retrieve(config(), handles, id, "$select=msdyn_name")).msdyn_name
  await api.update(config(), handles, id, { msdyn_name: "one" })
  assert.equal(await name(), "one")
  const row = await api.updateWithReturnData(config(), handles, id, { msdyn_name: "two" }, "$select=msdyn_name")
  assert.equal(row.msdyn_name, "two")
  await api.updateProperty(config(), handles, id, "msdyn_name", "three")
  assert.equal(await name(), "three")
  await api.deleteProperty(config(), handles, id, "msdyn_name")
  assert.equal(await name(), null)
  await api.deleteRecord(config(), handles, id)
  await assert.rejects(api.retrieve(config(), handles, id))
})

test("associate and disassociate change a collection", async () => {
  const { msdyn_octwitterhandleid: handle } = await made(fresh())
  const application = await api.createWithReturnData(
    config(), "msdyn_octwitterapplications", { msdyn_name: fresh() }, "$select=msdyn_name")
  const id = application.msdyn_octwitterapplicationid
  const collection = "msdyn_msdyn_octwitterapplication_msdyn_octwitterhandle_octwitterapplicationid"
  const lookup = async () => (await api.retrieve(config(), handles, handle))._msdyn_octwitterapplicationid_value
  // Its reference has the port, which a request to a default port does not name.
  const customHeaders = { Host: new URL(url).host }
  await api.associate(config(), "msdyn_octwitterapplications", id, collection, handles, handle, { customHeaders })
  assert.equal(await lookup(), id)
  await api.disassociate(config(), "msdyn_octwitterapplications", id, collection, handle)
  assert.equal(await lookup(), null)
})

test("functions and actions are called, unbound and bound", async () => {
  const me = await api.unboundFunction(config(), "WhoAmI")
  assert.equal(me.UserId, ids.users.security)
})

test("batchOperation sends a change set and reads", async () => {
  const name = fresh()
  const answer = await api.batchOperation(
    config(), "B1", "C1",
    [{ queryString: handles, entity: { msdyn_name: name }, method: "POST" }],
    [`${handles}?$select=msdyn_name&$top=1`])
  assert.ok(answer)
  const found = await api.retrieveMultiple(config(), handles, `$select=msdyn_name&$filter=msdyn_name eq '${name}'`)
  assert.equal(found.value.length, 1)
})
