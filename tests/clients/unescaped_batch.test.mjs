// A $batch as the vendor's client for Python (PowerPlatform-Dataverse-Client) writes it: URLs as a person would, with
// blanks, quotes and umlauts as they are.
import assert from "node:assert/strict"
import test from "node:test"
import { fresh, handles, tokens, url } from "./vault.mjs"

const service = `${url}/api/data/v9.2`

/** The status and the JSON of each part's answer. */
async function batch(parts) {
  const boundary = `batch_${fresh()}`
  const body = parts.map(part =>
    `--${boundary}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n${part}`).join("")
  const answer = await fetch(`${service}/$batch`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${tokens.security}`,
      "content-type": `multipart/mixed; boundary="${boundary}"`,
      "odata-version": "4.0",
      "odata-maxversion": "4.0",
      prefer: "odata.continue-on-error",
    },
    body: `${body}--${boundary}--\r\n`,
  })
  assert.equal(answer.status, 200)
  return [...(await answer.text()).matchAll(/HTTP\/1\.1 (\d+)[^]*?\r\n\r\n(.*)/g)]
    .map(([, status, json]) => ({ status: Number(status), json: json ? JSON.parse(json) : null }))
}

const get = path => `GET ${path} HTTP/1.1\r\nAccept: application/json\r\n\r\n\r\n`
const post = (path, data) =>
  `POST ${path} HTTP/1.1\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(data)}\r\n`

test("the vendor's client writes the URLs of a batch without escapes", async () => {
  const name = `Grüße, ${fresh()}`
  const [made, byName, table, missing] = await batch([
    post(`${service}/${handles}`, { msdyn_name: name }),
    get(`${service}/${handles}?$select=msdyn_name&$filter=msdyn_name eq '${name}' and statecode eq 0&$orderby=createdon desc`),
    get(`${service}/EntityDefinitions?$select=MetadataId,LogicalName&$filter=LogicalName eq 'msdyn_octwitterhandle'`),
    get(`${service}/${handles}(msdyn_octwitteruniquehandleid='no such handle')`),
  ])
  assert.equal(made.status, 204)
  assert.deepEqual(byName.json.value.map(row => row.msdyn_name), [name])
  assert.deepEqual(table.json.value.map(one => one.LogicalName), ["msdyn_octwitterhandle"])
  assert.equal(missing.status, 404)
})

test("the link to the next page of such a request is escaped", async () => {
  const mark = `Übersicht ${fresh()}`
  await batch([1, 2, 3].map(i => post(`${service}/${handles}`, { msdyn_name: `${mark} ${i}` })))
  const line = `GET ${service}/${handles}?$select=msdyn_name&$filter=startswith(msdyn_name, '${mark}') HTTP/1.1`
  const [page] = await batch([`${line}\r\nPrefer: odata.maxpagesize=2\r\n\r\n\r\n`])
  assert.equal(page.json.value.length, 2)
  const next = page.json["@odata.nextLink"]
  assert.match(next, /^[!-~]+$/)
  const rest = await fetch(next, { headers: { authorization: `Bearer ${tokens.security}`, prefer: "odata.maxpagesize=2" } })
  assert.equal((await rest.json()).value.length, 1)
})

test("a control character or a # is refused in its part alone", async () => {
  const [tab, hash, fine] = await batch([
    get(`${service}/${handles}?$filter=msdyn_name eq 'a\tb'`),
    get(`${service}/${handles}?$filter=msdyn_name eq 'a#b'`),
    get(`${service}/${handles}?$filter=msdyn_name eq 'a%23b'`),
  ])
  assert.deepEqual([tab.status, hash.status, fine.status], [400, 400, 200])
})
