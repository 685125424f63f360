// @odata/client, an OData client that knows nothing of Dataverse: every type of request that it offers for version 4.
import assert from "node:assert/strict"
import test from "node:test"
import odata from "@odata/client"
import { fresh, handles, ids, teams, tokens, url } from "./vault.mjs"

const { EdmV4, OData, ODataFilter, RawValue, defaultProxy } = odata
const ns = "Microsoft.Dynamics.CRM"

// The library gives the row that it made, which Dataverse answers when it is asked for it.
const client = OData.New4({
  serviceEndpoint: `${url}/api/data/v9.2/$metadata`,
  commonHeaders: { Authorization: `Bearer ${tokens.security}`, Prefer: "return=representation" },
})
const rows = client.getEntitySet(handles)
const options = () => client.newOptions()
const guid = id => EdmV4.Guid.from(id)
const made = (name = fresh()) => rows.create({ msdyn_name: name, msdyn_octwitteruniquehandleid: name })

test("create gives the row, retrieve reads it by id and by alternate key", async () => {
  const name = fresh()
  const row = await made(name)
  assert.equal(row.msdyn_name, name)
  const byId = await rows.retrieve(guid(row.msdyn_octwitterhandleid), options().select("msdyn_name"))
  assert.equal(byId.msdyn_name, name)
  const byKey = await rows.retrieve({ msdyn_octwitteruniquehandleid: name })
  assert.equal(byKey.msdyn_octwitterhandleid, row.msdyn_octwitterhandleid)
})

test("find, query and count list rows by values, filters and options", async () => {
  const mark = fresh()
  for (let i = 0; i < 3; ++i) await made(`${mark} ${i}`)
  assert.equal((await rows.find({ msdyn_name: `${mark} 1` })).length, 1)
  const some = await rows.query(
    options().filter(`startswith(msdyn_name,'${mark}')`).select(["msdyn_name"]).orderby("msdyn_name", "desc").top(2))
  assert.deepEqual(some.map(row => row.msdyn_name), [`${mark} 2`, `${mark} 1`])
  const between = ODataFilter.newFilter().field("msdyn_name").gt(`'${mark} 0'`).field("msdyn_name").le(`'${mark} 2'`)
  assert.equal((await rows.query(between)).length, 2)
  const either = ODataFilter.newFilter().field("msdyn_name").in([`${mark} 0`, `${mark} 2`])
  assert.equal((await rows.query(either)).length, 2)
  assert.equal(await rows.count(ODataFilter.newFilter().field("msdyn_name").eqString(`${mark} 0`)), 1)
  assert.ok(await rows.count() >= 3)
})

test("update and delete change a row", async () => {
  const id = guid((await made()).msdyn_octwitterhandleid)
  await rows.update(id, { msdyn_name: "one" })
  assert.equal((await rows.retrieve(id)).msdyn_name, "one")
  await rows.delete(id)
  await assert.rejects(rows.retrieve(id), /Does Not Exist/)
})

test("what Dataverse does not have is an error of the server", async () => {
  await assert.rejects(rows.query(options().skip(1)), /Skip Clause is not supported in CRM/)
  await assert.rejects(rows.query(ODataFilter.newFilter().field("nosuch").eqString("x")), /nosuch/)
})

test("functionImport and function call functions with literals and enumerations", async () => {
  assert.equal((await client.functionImport("WhoAmI")).UserId, ids.users.security)
  const { Detail } = await client.functionImport(
    "RetrieveCurrentOrganization", { AccessType: RawValue.from(`${ns}.EndpointAccessType'Default'`) })
  assert.equal(Detail.Endpoints.Values[0], `${url}/`)
  const counts = await client.functionImport(
    "RetrieveTotalRecordCount", { EntityNames: RawValue.from("['msdyn_octwitterhandle','team']") })
  assert.deepEqual(counts.EntityRecordCountCollection.Keys, ["msdyn_octwitterhandle", "team"])
  assert.ok(counts.EntityRecordCountCollection.Values.every(count => count > 0))
  const users = client.getEntitySet("systemusers")
  const self = guid(ids.users.security)
  const all = await users.function(`${ns}.RetrieveUserPrivileges`, self)
  assert.ok(all.RolePrivileges.some(one => one.PrivilegeName === "prvrkyGrantUnmask" && one.Depth === "Global"))
  const one = await users.function(
    `${ns}.RetrieveUserPrivilegeByPrivilegeName`, self, { PrivilegeName: "prvrkyGrantUnmask" })
  assert.equal(one.RolePrivileges.length, 1)
})

test("actionImport and action call actions", async () => {
  const members = client.getEntitySet(teams)
  const team = guid((await members.create({ name: fresh() })).teamid)
  const Members = [{ systemuserid: ids.users.reader, "@odata.type": `${ns}.systemuser` }]
  const count = async () => {
    const { value } = await client.newRequest(
      { collection: `${teams}(${team})/teammembership_association`, method: "GET", params: options() })
    return value.length
  }
  await members.action(`${ns}.AddMembersTeam`, team, { Members })
  assert.equal(await count(), 1)
  await assert.rejects(members.action(`${ns}.AddMembersTeam`, team, { Members }), /duplicate key/)
  await members.action(`${ns}.RemoveMembersTeam`, team, { Members })
  assert.equal(await count(), 0)
  const waiting = await client.actionImport(
    "rky_CreateCredential", { UserId: ids.users.reader, Name: fresh(), LifetimeSeconds: 60 })
  assert.ok(waiting.Token.startsWith("rky1_"))
})

// Common headers go into every part of a batch, where a credential is refused: the batch has proved who asks.
const Authorization = `Bearer ${tokens.security}`
const batching = OData.New4({
  serviceEndpoint: `${url}/api/data/v9.2/$metadata`,
  commonHeaders: { Prefer: "return=representation" },
  fetchProxy: (to, init) => defaultProxy(to, { ...init, headers: { ...init.headers, Authorization } }),
})

test("execBatchRequests reads, and writes each in a change set of its own", async () => {
  const name = fresh()
  // In a batch the library leaves it to its caller to escape a URL.
  const filter = encodeURIComponent(`msdyn_name eq '${name}'`)
  const [created, listed] = await batching.execBatchRequests([
    batching.newBatchRequest({ collection: handles, method: "POST", entity: { msdyn_name: name } }),
    batching.newBatchRequest({ collection: handles, params: options().filter(filter) }),
  ])
  assert.equal(created.status, 201)
  assert.equal((await listed.json()).value[0].msdyn_name, name)
})

test("execBatchRequestsJson is of OData 4.01, which Dataverse does not speak", async () => {
  await assert.rejects(batching.execBatchRequestsJson([
    batching.newBatchRequest({ collection: handles, params: options().top(1) }),
  ]))
})
