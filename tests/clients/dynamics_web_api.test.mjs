// dynamics-web-api, as its documentation calls it: every type of request that it offers.
import assert from "node:assert/strict"
import test from "node:test"
import { DynamicsWebApi } from "dynamics-web-api"
import { applications, fresh, handles, ids, refused, secrets, teams, tokens, url } from "./vault.mjs"

const api = who => new DynamicsWebApi({
  serverUrl: url,
  dataApi: { version: "9.2" },
  onTokenRefresh: async () => tokens[who],
})
const writer = api("security")
const agent = api("agent")

const made = async (name = fresh()) => writer.create({
  collection: handles,
  data: { msdyn_name: name, msdyn_octwitterscreenname: name, msdyn_octwitteruniquehandleid: name },
})

test("create gives the id, and with returnRepresentation the row", async () => {
  const id = await made()
  assert.match(id, /^[0-9a-f-]{36}$/)
  const name = fresh()
  const row = await writer.create({
    collection: handles, data: { msdyn_name: name }, returnRepresentation: true, select: ["msdyn_name", "statecode"],
  })
  assert.equal(row.msdyn_name, name)
  assert.equal(row.statecode, 0)
})

test("retrieve reads one row by id and by alternate key", async () => {
  const name = fresh()
  const id = await made(name)
  const row = await writer.retrieve({ collection: handles, key: id, select: ["msdyn_name"] })
  assert.equal(row.msdyn_name, name)
  const same = await writer.retrieve({
    collection: handles, key: `msdyn_octwitteruniquehandleid='${name}'`, select: ["msdyn_name"],
  })
  assert.equal(same.msdyn_octwitterhandleid, id)
  await refused(404, writer.retrieve({ collection: handles, key: "00000000-0000-4000-8000-000000000001" }))
})

test("retrieve with an ETag that is the row's own gives nothing new", async () => {
  const id = await made()
  const row = await writer.retrieve({ collection: handles, key: id, select: ["msdyn_name"] })
  assert.equal(await writer.retrieve({
    collection: handles, key: id, select: ["msdyn_name"], ifnonematch: row["@odata.etag"],
  }), undefined)
})

test("update changes a row, and only the version that it names", async () => {
  const id = await made()
  assert.equal(await writer.update({ collection: handles, key: id, data: { msdyn_name: "changed" } }), true)
  const row = await writer.update({
    collection: handles, key: id, data: { msdyn_name: "again" }, returnRepresentation: true, select: ["msdyn_name"],
  })
  assert.equal(row.msdyn_name, "again")
  const stale = await writer.update({ collection: handles, key: id, data: { msdyn_name: "x" }, ifmatch: 'W/"1"' })
  assert.equal(stale, false)
})

test("updateSingleProperty sets one column", async () => {
  const id = await made()
  await writer.updateSingleProperty({ collection: handles, key: id, fieldValuePair: { msdyn_name: "single" } })
  assert.equal((await writer.retrieve({ collection: handles, key: id, select: ["msdyn_name"] })).msdyn_name, "single")
})

test("upsert creates what is not there, and not when it must not", async () => {
  const id = crypto.randomUUID()
  await writer.upsert({ collection: handles, key: id, data: { msdyn_name: "upserted" } })
  assert.equal((await writer.retrieve({ collection: handles, key: id })).msdyn_name, "upserted")
  assert.equal(
    await writer.upsert({ collection: handles, key: id, data: { msdyn_name: "x" }, ifnonematch: "*" }), null)
})

test("deleteRecord removes a row, and clears one column", async () => {
  const id = await made()
  await writer.deleteRecord({ collection: handles, key: id, property: "msdyn_octwitterscreenname" })
  const row = await writer.retrieve({ collection: handles, key: id, select: ["msdyn_octwitterscreenname"] })
  assert.equal(row.msdyn_octwitterscreenname, null)
  await writer.deleteRecord({ collection: handles, key: id })
  await refused(404, writer.retrieve({ collection: handles, key: id }))
})

test("retrieveMultiple filters, orders, counts and pages; retrieveAll follows every link", async () => {
  const names = []
  const mark = fresh()
  for (let i = 0; i < 7; ++i) { names.push(`${mark} ${i}`); await made(names[i]) }
  const request = {
    collection: handles, select: ["msdyn_name"], filter: `startswith(msdyn_name,'${mark} ')`, orderBy: ["msdyn_name desc"],
    maxPageSize: 3, count: true,
  }
  const first = await writer.retrieveMultiple(request)
  assert.equal(first.value.length, 3)
  assert.equal(first.oDataCount, 7)
  const second = await writer.retrieveMultiple(request, first.oDataNextLink)
  assert.deepEqual(
    [...first.value, ...second.value].map(row => row.msdyn_name), names.toReversed?.().slice(0, 6) ??
    [...names].reverse().slice(0, 6))
  const all = await writer.retrieveAll({ ...request, count: undefined })
  assert.equal(all.value.length, 7)
  const top = await writer.retrieveMultiple({ ...request, maxPageSize: undefined, top: 2 })
  assert.equal(top.value.length, 2)
})

test("annotations tell formatted values and the names of lookups", async () => {
  const rows = await writer.retrieveMultiple({
    collection: secrets, select: ["statecode", "_msdyn_octwitterhandleid_value"], includeAnnotations: "*",
    filter: "_msdyn_octwitterhandleid_value ne null", top: 1,
  })
  const [row] = rows.value
  assert.equal(row["statecode@OData.Community.Display.V1.FormattedValue"], "Active")
  assert.ok(row["_msdyn_octwitterhandleid_value@OData.Community.Display.V1.FormattedValue"])
  assert.equal(row["_msdyn_octwitterhandleid_value@Microsoft.Dynamics.CRM.lookuplogicalname"], "msdyn_octwitterhandle")
})

test("expand shows what rows lead to, in lists and in one row, two levels deep", async () => {
  const expand = [
    { property: "msdyn_octwitterhandleid", select: ["msdyn_name"] },
    { property: "ownerid", select: ["ownerid"] },
  ]
  const rows = await writer.retrieveMultiple({
    collection: secrets, select: ["msdyn_name"], expand, filter: "_msdyn_octwitterhandleid_value ne null", top: 1,
  })
  const [row] = rows.value
  assert.ok(row.msdyn_octwitterhandleid.msdyn_octwitterhandleid)
  assert.ok(row.ownerid === null || row.ownerid.ownerid)
  const key = row.msdyn_octwitterhandleid.msdyn_octwitterhandleid
  const children = "msdyn_msdyn_octwitterhandle_msdyn_octwitterhandlesecret_octwitterhandleid"
  const one = await writer.retrieve({
    collection: handles, key, select: ["msdyn_name"],
    expand: [{ property: children, select: ["msdyn_name"], filter: "statecode eq 0", orderBy: ["msdyn_name"], top: 5 }],
  })
  assert.ok(one[children].length > 0)
  assert.ok(one[`${children}@odata.nextLink`].includes(`/${children}?`))
  const nested = await writer.retrieve({
    collection: handles, key, select: ["msdyn_name"],
    expand: [{ property: children, select: ["msdyn_name"], expand: [{ property: "msdyn_octwitterhandleid", select: ["msdyn_name"] }] }],
  })
  assert.equal(nested[children][0].msdyn_octwitterhandleid.msdyn_name, nested.msdyn_name)
  await refused(400, writer.retrieve({ collection: secrets, key: row.msdyn_octwitterhandlesecretid, expand: [{ property: "nosuch" }] }))
})

test("count and countAll count", async () => {
  const name = fresh()
  await made(name)
  const filter = `msdyn_name eq '${name}'`
  assert.equal(await writer.count({ collection: handles, filter }), 1)
  assert.equal(await writer.countAll({ collection: handles, filter, select: ["msdyn_name"] }), 1)
})

test("apply counts and groups, and fetch aggregates the same", async () => {
  const mark = fresh()
  for (const name of ["a", "A", "b"]) await writer.create({ collection: handles, data: { msdyn_name: `${mark} ${name}` } })
  const filter = `startswith(msdyn_name,'${mark} ')`
  const grouped = await writer.retrieveMultiple({
    collection: handles, apply: `filter(${filter})/groupby((msdyn_name),aggregate($count as number))`,
  })
  assert.deepEqual(grouped.value.map(group => group.number), [2, 1])
  const total = await writer.retrieveMultiple({ collection: handles, apply: `filter(${filter})/aggregate($count as number)` })
  assert.equal(total.value[0].number, 3)
  const condition = `<filter><condition attribute="msdyn_name" operator="begins-with" value="${mark} "/></filter>`
  const fetched = await writer.fetch({
    collection: handles,
    fetchXml: `<fetch aggregate="true"><entity name="msdyn_octwitterhandle">` +
      `<attribute name="msdyn_name" alias="name" groupby="true"/>` +
      `<attribute name="msdyn_name" alias="number" aggregate="count"/>` +
      `<order alias="number" descending="true"/>${condition}</entity></fetch>`,
  })
  assert.deepEqual(fetched.value.map(group => group.number), [2, 1])
  const distinct = await writer.fetchAll({
    collection: handles,
    fetchXml: `<fetch distinct="true" count="1"><entity name="msdyn_octwitterhandle">` +
      `<attribute name="msdyn_name"/><order attribute="msdyn_name"/>${condition}</entity></fetch>`,
    includeAnnotations: "*",
  })
  assert.equal(distinct.value.length, 2)
  await refused(400, writer.retrieveMultiple({ collection: secrets, apply: "groupby((msdyn_useraccesstoken))" }))
})

test("fetch and fetchAll page by the cookie", async () => {
  const mark = fresh()
  for (let i = 0; i < 5; ++i) await made(`${mark} ${i}`)
  const fetchXml = `<fetch mapping="logical" count="2"><entity name="msdyn_octwitterhandle"><attribute name="msdyn_name"/>` +
    `<order attribute="msdyn_name"/><filter><condition attribute="msdyn_name" operator="begins-with" value="${mark} "/>` +
    `</filter></entity></fetch>`
  const first = await writer.fetch({ collection: handles, fetchXml, includeAnnotations: "*" })
  assert.equal(first.value.length, 2)
  assert.equal(first.PagingInfo.nextPage, 2)
  const second = await writer.fetch({
    collection: handles, fetchXml, includeAnnotations: "*", pageNumber: first.PagingInfo.nextPage,
    pagingCookie: first.PagingInfo.cookie,
  })
  assert.deepEqual(second.value.map(row => row.msdyn_name), [`${mark} 2`, `${mark} 3`])
  const all = await writer.fetchAll({ collection: handles, fetchXml, includeAnnotations: "*" })
  assert.equal(all.value.length, 5)
})

test("associate and disassociate work on collections and on lookups", async () => {
  const handle = await made()
  const application = await writer.create({ collection: applications, data: { msdyn_name: fresh() } })
  const key = {
    collection: applications, primaryKey: application, relatedCollection: handles, relatedKey: handle,
    relationshipName: "msdyn_msdyn_octwitterapplication_msdyn_octwitterhandle_octwitterapplicationid",
  }
  const lookup = async () => (await writer.retrieve({
    collection: handles, key: handle, select: ["_msdyn_octwitterapplicationid_value"],
  }))._msdyn_octwitterapplicationid_value
  await writer.associate(key)
  assert.equal(await lookup(), application)
  await writer.disassociate(key)
  assert.equal(await lookup(), null)
  const single = {
    collection: handles, primaryKey: handle, navigationProperty: "msdyn_octwitterapplicationid",
    relatedCollection: applications, relatedKey: application,
  }
  await writer.associateSingleValued(single)
  assert.equal(await lookup(), application)
  await writer.disassociateSingleValued(single)
  assert.equal(await lookup(), null)
})

test("callFunction and callAction reach unbound and bound operations", async () => {
  const me = await writer.callFunction({ name: "WhoAmI" })
  assert.equal(me.UserId, ids.users.security)
  const targets = [1, 2].map(() => ({
    "@odata.type": "Microsoft.Dynamics.CRM.msdyn_octwitterhandle", msdyn_name: fresh(),
  }))
  const many = await writer.callAction({
    collection: handles, actionName: "Microsoft.Dynamics.CRM.CreateMultiple", action: { Targets: targets },
  })
  assert.equal(many.Ids.length, 2)
})

test("UpdateMultiple changes rows by id and by key, alone and in a batch, all or none", async () => {
  const names = [fresh(), fresh()]
  const [first, second] = [await made(names[0]), await made(names[1])]
  const type = { "@odata.type": "Microsoft.Dynamics.CRM.msdyn_octwitterhandle" }
  const update = (...rows) => ({
    collection: handles, actionName: "Microsoft.Dynamics.CRM.UpdateMultiple",
    action: { Targets: rows.map(row => ({ ...type, ...row })) },
  })
  const name = async key => (await writer.retrieve({ collection: handles, key, select: ["msdyn_name"] })).msdyn_name
  await writer.callAction(update(
    { msdyn_octwitterhandleid: first, msdyn_name: "early" },
    { "@odata.id": `${handles}(msdyn_octwitteruniquehandleid='${names[1]}')`, msdyn_name: "by key" },
    { msdyn_octwitterhandleid: first, msdyn_name: "late" }))
  assert.deepEqual([await name(first), await name(second)], ["late", "by key"])
  await refused(404, writer.callAction(update(
    { msdyn_octwitterhandleid: first, msdyn_name: "x" },
    { msdyn_octwitterhandleid: "00000000-0000-4000-8000-000000000001", msdyn_name: "x" })))
  assert.equal(await name(first), "late")
  writer.startBatch()
  writer.callAction(update({ msdyn_octwitterhandleid: first, msdyn_name: "in a batch" }))
  writer.update({ collection: handles, key: second, data: { msdyn_name: "after it" } })
  await writer.executeBatch()
  assert.deepEqual([await name(first), await name(second)], ["in a batch", "after it"])
  const filters = await writer.retrieveMultiple({
    collection: "sdkmessagefilters", select: ["sdkmessagefilterid"],
    filter: "sdkmessageid/name eq 'UpdateMultiple' and primaryobjecttypecode eq 'msdyn_octwitterhandlesecret'",
  })
  assert.equal(filters.value.length, 1)
})

test("IsValidStateTransition tells which states a row may be given", async () => {
  const id = await made()
  const ask = (NewState, NewStatus) => writer.callFunction({
    name: "IsValidStateTransition",
    parameters: { Entity: { "@odata.id": `${handles}(${id})` }, NewState, NewStatus },
  })
  assert.equal((await ask("Inactive", 2)).IsValid, true)
  assert.equal((await ask("Inactive", 1)).IsValid, false)
  await refused(400, ask("Nothing", 1))
})

test("ReassignObjectsSystemUser refuses who may not assign", async () => {
  await refused(403, agent.callAction({
    collection: "systemusers", key: ids.users.security,
    actionName: "Microsoft.Dynamics.CRM.ReassignObjectsSystemUser",
    action: { ReassignPrincipal: { systemuserid: ids.users.agent, "@odata.type": "Microsoft.Dynamics.CRM.systemuser" } },
  }))
})

test("a batch answers its requests in order", async () => {
  const name = fresh()
  writer.startBatch()
  writer.retrieveMultiple({ collection: handles, select: ["msdyn_name"], top: 1 })
  writer.create({ collection: handles, data: { msdyn_name: name }, contentId: "1" })
  writer.update({ collection: "$1", data: { msdyn_name: `${name} changed` } })
  const [list, id] = await writer.executeBatch()
  assert.equal(list.value.length, 1)
  assert.equal((await writer.retrieve({ collection: handles, key: id })).msdyn_name, `${name} changed`)
})

test("a list whose URL is too long becomes a batch of one", async () => {
  const filter = Array.from({ length: 60 }, (_, i) => `msdyn_name eq 'no such name as this, number ${i}'`).join(" or ")
  const rows = await writer.retrieveMultiple({ collection: handles, select: ["msdyn_name"], filter })
  assert.equal(rows.value.length, 0)
})

test("metadata tells tables, columns, relationships, option sets and the whole as CSDL", async () => {
  const entity = await writer.retrieveEntity({ key: "LogicalName='msdyn_octwitterhandlesecret'", select: ["EntitySetName"] })
  assert.equal(entity.EntitySetName, secrets)
  const byId = await writer.retrieveEntity({ key: entity.MetadataId, select: ["LogicalName"] })
  assert.equal(byId.LogicalName, "msdyn_octwitterhandlesecret")
  const entities = await writer.retrieveEntities({ select: ["LogicalName", "EntitySetName"] })
  assert.ok(entities.value.some(one => one.LogicalName === "team"))
  const attributes = await writer.retrieveAttributes({ entityKey: entity.MetadataId, select: ["LogicalName"] })
  assert.ok(attributes.value.some(one => one.LogicalName === "msdyn_useraccesstoken"))
  const statecode = attributes.value.find(one => one.LogicalName === "statecode")
  const attribute = await writer.retrieveAttribute({
    entityKey: entity.MetadataId, attributeKey: statecode.MetadataId,
    castType: "Microsoft.Dynamics.CRM.StateAttributeMetadata", expand: [{ property: "OptionSet" }],
  })
  assert.equal(attribute.OptionSet.Options.length, 2)
  const relationships = await writer.retrieveRelationships({
    castType: "Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata", select: ["SchemaName"],
  })
  assert.ok(relationships.value.length > 10)
  const relationship = await writer.retrieveRelationship({ key: relationships.value[0].MetadataId })
  assert.equal(relationship.SchemaName, relationships.value[0].SchemaName)
  assert.ok(Array.isArray((await writer.retrieveGlobalOptionSets()).value))
  assert.match(await writer.retrieveCsdlMetadata(), /EntityType Name="msdyn_octwitterhandlesecret"/)
})

test("the schema is fixed: what would change it is refused", async () => {
  const data = { SchemaName: "x_y", "@odata.type": "Microsoft.Dynamics.CRM.EntityMetadata" }
  const some = "70816501-edb9-4740-a16c-6a5efbc05d84"
  await refused(405, writer.createEntity({ data }))
  await refused(405, writer.updateEntity({ data: { ...data, MetadataId: some } }))
  await refused(405, writer.createAttribute({ entityKey: some, data }))
  await refused(405, writer.updateAttribute({ entityKey: some, data: { ...data, MetadataId: some } }))
  await refused(405, writer.createRelationship({ data }))
  await refused(405, writer.updateRelationship({ data: { ...data, MetadataId: some } }))
  await refused(405, writer.deleteRelationship({ key: some }))
  await refused(405, writer.createGlobalOptionSet({ data }))
  await refused(405, writer.updateGlobalOptionSet({ data: { ...data, MetadataId: some } }))
  await refused(405, writer.deleteGlobalOptionSet({ key: some }))
})

test("trackChanges gives a link to what changes from then on", async () => {
  const admin = api("admin")
  const [gone, kept] = [await made(), await made()]
  const whole = await admin.retrieveMultiple({ collection: handles, select: ["msdyn_name"], trackChanges: true })
  assert.ok(whole.value.some(row => row.msdyn_octwitterhandleid === gone))
  const token = link => decodeURIComponent(new URL(link).searchParams.get("$deltatoken"))
  const since = link => admin.retrieveMultiple({
    collection: handles, select: ["msdyn_name"], queryParams: [`$deltatoken=${token(link)}`],
  })
  await writer.deleteRecord({ collection: handles, key: gone })
  const name = fresh()
  await writer.update({ collection: handles, key: kept, data: { msdyn_name: name } })
  const delta = await since(whole.oDataDeltaLink)
  assert.ok(delta.value.some(row => row.msdyn_octwitterhandleid === kept && row.msdyn_name === name))
  assert.ok(delta.value.some(row => row.id === gone && row.reason === "deleted"))
  assert.ok(!(await since(delta.oDataDeltaLink)).value.some(row => row.id === gone))
  await refused(400, admin.retrieveMultiple({ collection: handles, filter: "statecode eq 0", trackChanges: true }))
  await refused(501, admin.retrieveMultiple({ collection: "roles", trackChanges: true }))
  await refused(403, agent.retrieveMultiple({ collection: secrets, select: ["msdyn_name"], trackChanges: true }))
})

test("impersonate and impersonateAAD act for another user, with the rights of both", async () => {
  const admin = api("admin")
  const { security, stranger } = ids.users
  const name = fresh()
  const row = await admin.create({
    collection: handles, data: { msdyn_name: name }, returnRepresentation: true, impersonate: security,
    select: ["_createdby_value", "_createdonbehalfby_value", "_ownerid_value"],
  })
  assert.equal(row._createdby_value, security)
  assert.equal(row._createdonbehalfby_value, ids.users.admin)
  assert.equal(row._ownerid_value, security)

  const object = crypto.randomUUID()
  await writer.update({ collection: "systemusers", key: stranger, data: { azureactivedirectoryobjectid: object } })
  const me = await admin.callFunction({ name: "WhoAmI", impersonateAAD: object })
  assert.equal(me.UserId, stranger)
  await refused(403, admin.retrieveMultiple({ collection: handles, impersonateAAD: object }))
  await refused(403, agent.callFunction({ name: "WhoAmI", impersonate: security }))
  await refused(403, admin.callFunction({ name: "WhoAmI", impersonate: crypto.randomUUID() }))
})

test("a record is shared, asked about and no more shared by actions and functions", async () => {
  const { reader } = ids.users
  const name = fresh()
  const id = await writer.create({ collection: handles, data: { msdyn_name: name, msdyn_octwitterscreenname: name } })
  const target = { msdyn_octwitterhandleid: id, "@odata.type": "Microsoft.Dynamics.CRM.msdyn_octwitterhandle" }
  const principal = { systemuserid: reader, "@odata.type": "Microsoft.Dynamics.CRM.systemuser" }
  const share = (actionName, mask) => writer.callAction({
    actionName, action: { Target: target, PrincipalAccess: { AccessMask: mask, Principal: principal } },
  })
  const shared = async () => (await writer.callFunction({
    name: "RetrieveSharedPrincipalsAndAccess", parameters: { Target: { "@odata.id": `${handles}(${id})` } },
  })).PrincipalAccesses
  const rights = async () => (await writer.callFunction({
    collection: "systemusers", key: reader, name: "Microsoft.Dynamics.CRM.RetrievePrincipalAccess",
    parameters: { Target: { "@odata.id": `${handles}(${id})` } },
  })).AccessRights
  assert.deepEqual(await shared(), [])
  await share("GrantAccess", "ReadAccess,WriteAccess")
  assert.deepEqual(await shared(), [{
    AccessMask: "ReadAccess, WriteAccess",
    Principal: { "@odata.type": "#Microsoft.Dynamics.CRM.systemuser", ownerid: reader },
  }])
  await share("ModifyAccess", "ReadAccess")
  assert.equal((await shared())[0].AccessMask, "ReadAccess")
  assert.equal(await rights(), "ReadAccess")
  await writer.callAction({ actionName: "RevokeAccess", action: { Target: target, Revokee: principal } })
  assert.deepEqual(await shared(), [])
  await refused(403, agent.callAction({ actionName: "RevokeAccess", action: { Target: target, Revokee: principal } }))
})

test("an agent reads a token in clear, and nobody filters by one", async () => {
  const [row] = (await agent.retrieveMultiple({ collection: secrets, select: ["msdyn_name"], top: 1 })).value
  const shown = await agent.retrieve({
    collection: secrets, key: row.msdyn_octwitterhandlesecretid, select: ["msdyn_useraccesstoken"],
    queryParams: ["UnMaskedData=true"],
  })
  assert.ok(shown.msdyn_useraccesstoken.length > 10)
  await refused(400, agent.retrieveMultiple({ collection: secrets, filter: "msdyn_useraccesstoken ne null" }))
})

test("audits tell what was done to a row, and the functions about them how it changed", async () => {
  const id = await made()
  await writer.update({ collection: handles, key: id, data: { statecode: 1 } })
  const reviewer = api("auditor")
  const audits = await reviewer.retrieveMultiple({
    collection: "audits", select: ["auditid", "action", "operation", "createdon", "_userid_value", "attributemask"],
    filter: `_objectid_value eq ${id} and operation le 2`, orderBy: ["createdon desc"], includeAnnotations: "*",
  })
  assert.deepEqual(audits.value.map(row => row.action), [5, 1])
  assert.equal(audits.value[0]["action@OData.Community.Display.V1.FormattedValue"], "Deactivate")
  assert.equal(audits.value[0]._userid_value, ids.users.security)
  const key = audits.value[0].auditid
  assert.equal((await reviewer.retrieve({ collection: "audits", key, select: ["action"] })).action, 5)
  const details = await reviewer.callFunction({
    collection: "audits", key, name: "Microsoft.Dynamics.CRM.RetrieveAuditDetails",
  })
  assert.equal(details.AuditDetail.OldValue.statecode, 0)
  assert.equal(details.AuditDetail.NewValue.statecode, 1)
  const history = await reviewer.callFunction({
    name: "RetrieveRecordChangeHistory",
    parameters: {
      Target: { "@odata.id": `${handles}(${id})` },
      PagingInfo: { PageNumber: 1, Count: 10, ReturnTotalRecordCount: true, PagingCookie: null },
    },
  })
  assert.equal(history.AuditDetailCollection.TotalRecordCount, 2)
  assert.equal(history.AuditDetailCollection.AuditDetails[0].NewValue.statecode, 1)
  await refused(403, api("stranger").retrieveMultiple({ collection: "audits" }))
  await refused(403, writer.callAction({ actionName: "DeleteAuditData", action: { EndDate: "2026-01-01T00:00:00Z" } }))
})
