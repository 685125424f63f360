// $metadata by what OASIS publishes of CSDL: the XML schemas of edmx and edm, its own reader, and the JSON schema of what that
// makes of it. A client that generates code from the document reads it in the same way.
import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import test from "node:test"
import Ajv from "ajv"
import csdl from "odata-csdl"
import { tokens, url } from "./vault.mjs"

const require = createRequire(import.meta.url)
const schema = name => require.resolve(`odata-csdl/schemas/${name}`)

const answer = await fetch(`${url}/api/data/v9.2/$metadata`, { headers: { authorization: `Bearer ${tokens.security}` } })
const xml = await answer.text()

test("$metadata is valid by the XML schemas", () => {
  assert.equal(answer.status, 200)
  execFileSync("xmllint", ["--nonet", "--noout", "--schema", schema("edmx.xsd"), "-"], { input: xml, stdio: ["pipe", "ignore", "pipe"] })
})

test("$metadata is read without a message, and what is read is valid by the JSON schema", () => {
  const messages = []
  const model = csdl.xml2json(xml, { messages })
  assert.deepEqual(messages.map(one => one.message), [])
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true })
  const valid = ajv.validate(JSON.parse(readFileSync(schema("csdl.schema.json"), "utf8")), model)
  assert.ok(valid, JSON.stringify(ajv.errors))
  const table = model["Microsoft.Dynamics.CRM"].msdyn_octwitterhandlesecret
  assert.deepEqual(table.$Key, ["msdyn_octwitterhandlesecretid"])
  assert.equal(table.msdyn_octwitterhandleid.$Kind, "NavigationProperty")
})

test("a document that breaks the schemas is found out", () => {
  const broken = xml.replace("<EntityType ", "<EntityTipe ")
  assert.throws(() =>
    execFileSync("xmllint", ["--nonet", "--noout", "--schema", schema("edmx.xsd"), "-"], { input: broken, stdio: ["pipe", "ignore", "ignore"] }))
})
