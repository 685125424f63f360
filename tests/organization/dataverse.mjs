// What Dataverse does and the OData server does not: conditional requests, upsert by id, its error codes,
// lookups by alternate key, owners that are users or teams, privileges, state with status, migration
// columns, cascaded deletes, row versions. Stricter than Dataverse in one thing: a column that a client
// may not write is refused, where Dataverse ignores it, so that a test sees it was sent.
import { randomUUID } from 'node:crypto';

const GUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const WRITTEN = ['msdyn_octwitterapplications', 'msdyn_octwitterhandles', 'msdyn_octwitterhandlesecrets'];
const OWNERS = ['systemusers', 'teams'];
// Tables of other products: their rows are taken to exist.
const OUTSIDE = ['msdyn_liveworkstreams', 'msdyn_oclanguages', 'msfp_surveys'];
const READ_ONLY = ['createdon', 'modifiedon', 'versionnumber'];
const CREATE_ONLY = ['importsequencenumber', 'overriddencreatedon'];
const SEALED = ['msdyn_useraccesstoken', 'msdyn_useraccesstokensecret', 'msdyn_securetwitterconsumerkey',
  'msdyn_securetwitterconsumersecret', 'msdyn_twitterconsumerkey', 'msdyn_twitterconsumersecret'];
const STATUS_OF_STATE = { 0: 1, 1: 2 };

const FITS = {
  'Edm.String': (v) => typeof v === 'string',
  'Edm.Int32': (v) => Number.isInteger(v) && Math.abs(v) < 2 ** 31,
  'Edm.Boolean': (v) => typeof v === 'boolean',
  'Edm.Guid': (v) => new RegExp(`^${GUID}$`).test(v),
  'Edm.DateTimeOffset': (v) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(v),
};

export class DataverseError extends Error {
  constructor(status, code, message) {
    super(message);
    Object.assign(this, { status, code });
  }
}

const refuse = (status, code, message) => {
  throw new DataverseError(status, code, message);
};
const now = () => new Date().toISOString().replace(/\.\d+Z$/, 'Z');

export class Dataverse {
  /** Every write that took effect, in order: {set, id, operation, body}. */
  journal = [];
  /** Names of privileges that the caller lacks. */
  denied = new Set();
  #rows = new Map(); // id → {set, version, parents: {nav: id}}
  #objects = new Map(); // "SET/azureactivedirectoryobjectid" → id
  #version = 1000;
  #turn = Promise.resolve(); // writes happen one after the other, as in a transaction
  #types = new Map(); // set → {table, key, properties, navs}

  constructor({ schema, exchange, application }) {
    this.exchange = exchange;
    this.user = randomUUID();
    const table = (name) => name.split(/[./]/).pop();
    for (const { name, entityTypeName, navigationPropertyBinding } of schema.entitySets) {
      const type = schema.entityTypes.find((one) => one.name === table(entityTypeName));
      this.#types.set(name, {
        table: type.name,
        key: type.keys[0].name,
        properties: new Map(type.entityProperties.map((property) => [property.name, property])),
        navs: new Map(type.navigationProperties.map((nav) => [nav.name, {
          column: nav.referentialConstraint[0].sourceProperty,
          sets: nav.name === 'ownerid' ? OWNERS : [table(navigationPropertyBinding[nav.name] ?? '')],
        }])),
      });
    }
    this.ready = this.seed('systemusers', { systemuserid: this.user, fullname: '# Rookery', applicationid: application });
  }

  /** A row that is there from the start, past every rule. */
  async seed(set, row) {
    const { key } = this.#types.get(set);
    this.#rows.set(row[key], { set, version: (this.#version += 1), parents: {} });
    if (row.azureactivedirectoryobjectid) this.#objects.set(`${set}/${row.azureactivedirectoryobjectid}`, row[key]);
    await this.exchange('POST', set, row);
  }

  /** All rows of the tables that are written: {set: {id: row}}. */
  async dump() {
    const out = {};
    for (const set of WRITTEN) {
      const { key } = this.#types.get(set);
      const { value } = (await this.exchange('GET', set)).body;
      out[set] = Object.fromEntries(value.map((row) => [row[key], row]));
    }
    return out;
  }

  /** One authorized request, path below /api/data/v9.x/. @returns {{status, headers?, body?}} */
  async answer({ method, path, headers, body }) {
    if (method === 'GET' && path === 'WhoAmI') {
      return { status: 200, body: { BusinessUnitId: randomUUID(), UserId: this.user, OrganizationId: randomUUID() } };
    }
    const found = path.match(new RegExp(`^(\\w+)\\((${GUID})\\)(\\?.*)?$`));
    const set = found?.[1];
    if (!found || !this.#types.has(set)) refuse(404, '0x80060888', `Resource not found for the segment '${path}'.`);
    if (method === 'GET') return this.#retrieve(set, found[2], found[3] ?? '');
    if (!WRITTEN.includes(set) || !['PATCH', 'DELETE'].includes(method)) refuse(405, '0x8004023b', 'The method is not allowed.');
    const write = () => (method === 'PATCH' ? this.#upsert(set, found[2], headers, body) : this.#delete(set, found[2], headers));
    const done = this.#turn.then(write);
    this.#turn = done.catch(() => {});
    return done;
  }

  #row(set, id) {
    const row = this.#rows.get(id);
    return row?.set === set ? row : undefined;
  }

  #missing(set, id) {
    refuse(404, '0x80040217', `Entity '${this.#types.get(set).table}' With Id = ${id} Does Not Exist`);
  }

  #need(privilege) {
    if (!this.denied.has(privilege)) return;
    refuse(403, '0x80040220', `Principal user (Id=${this.user}, type=8, roleCount=1, privilegeCount=12, accessMode=4), `
      + `is missing ${privilege} privilege (Id=${randomUUID()}) on OTC=10901 for entity 'x' (LocalizedName='x'). context.Caller=${this.user}`);
  }

  async #retrieve(set, id, query) {
    const row = this.#row(set, id);
    if (!row) this.#missing(set, id);
    this.#need(`prvRead${this.#types.get(set).table}`);
    const etag = `W/"${row.version}"`;
    const { body } = await this.exchange('GET', `${set}(${id})${query}`);
    return { status: 200, headers: { etag }, body: { ...body, '@odata.etag': etag } };
  }

  /** Throws unless the headers allow the write. */
  #precondition(set, id, row, headers) {
    const given = (name) => (headers[name] === 'null' ? undefined : headers[name]);
    const wanted = given('if-match');
    if (row && given('if-none-match') === '*') refuse(412, '0x80040237', 'A record with matching key values already exists.');
    if (!row && wanted) this.#missing(set, id);
    if (row && wanted && wanted !== '*' && !wanted.split(/\s*,\s*/).includes(`W/"${row.version}"`)) {
      refuse(412, '0x80060882', "The version of the existing record doesn't match the RowVersion property provided.");
    }
  }

  async #upsert(set, id, headers, body) {
    const row = this.#row(set, id);
    const { table, key, properties } = this.#types.get(set);
    this.#precondition(set, id, row, headers);
    this.#need(`prv${row ? 'Write' : 'Create'}${table}`);
    if ('overriddencreatedon' in body) this.#need('prvOverrideCreatedOnCreatedBy');
    const parents = { ...row?.parents };
    const sent = this.#columns(set, body, row, parents);
    const stored = { ...sent, modifiedon: now(), versionnumber: (this.#version += 1) };
    if (row) {
      await this.exchange('PATCH', `${set}(${id})`, stored);
    } else {
      const { overriddencreatedon: migrated } = sent;
      Object.assign(stored, { createdon: migrated ?? now(), overriddencreatedon: migrated ? now() : null });
      for (const name of Object.keys(stored)) if (name.endsWith('@odata.bind') && stored[name] === null) delete stored[name];
      // The OData server would fill what is not given with defaults of its own.
      const empty = Object.fromEntries([...properties.keys()].map((name) => [name, null]));
      await this.exchange('POST', set, { ...empty, _ownerid_value: this.user, _createdby_value: this.user, statecode: 0, statuscode: 1, ...stored, [key]: id });
    }
    this.#rows.set(id, { set, version: this.#version, parents });
    this.journal.push({ set, id, operation: row ? 'update' : 'create', body });
    return { status: 204, headers: { 'odata-entityid': `${set}(${id})` } };
  }

  async #delete(set, id, headers) {
    const row = this.#row(set, id);
    if (!row) this.#missing(set, id);
    this.#precondition(set, id, row, headers);
    this.#need(`prvDelete${this.#types.get(set).table}`);
    await this.#remove(set, id, 'delete');
    return { status: 204 };
  }

  /** With its children: application and handle cascade their delete. */
  async #remove(set, id, operation) {
    this.#rows.delete(id);
    await this.exchange('DELETE', `${set}(${id})`);
    this.journal.push({ set, id, operation, body: null });
    for (const [child, { set: childSet, parents }] of [...this.#rows]) {
      if (Object.values(parents).includes(id) && this.#rows.has(child)) await this.#remove(childSet, child, 'cascade');
    }
  }

  /** The body as the OData server takes it; every name and value checked. */
  #columns(set, body, row, parents) {
    const type = this.#types.get(set);
    const out = {};
    for (const [name, value] of Object.entries(body)) {
      if (name.endsWith('@odata.bind')) {
        this.#bind(set, name, value, out, parents, row);
      } else {
        this.#check(type, name, value, row);
        out[name] = value;
      }
    }
    this.#state(type, out, row);
    return out;
  }

  #check(type, name, value, row) {
    const property = type.properties.get(name);
    const invalid = (inner) => refuse(400, '0x80048d19', `Error identified in Payload provided by the user for Entity :'${type.table}', `
      + `For more information on this error please follow this help link https://go.microsoft.com/fwlink/?linkid=2195293  ----> InnerException : Microsoft.OData.ODataException: ${inner}`);
    if (!property || name.startsWith('_')) invalid(`The property '${name}' does not exist on type 'Microsoft.Dynamics.CRM.${type.table}'.`);
    if (READ_ONLY.includes(name) || SEALED.includes(name) || (row && CREATE_ONLY.includes(name))) {
      refuse(400, '0x8004022e', `The column ${name} must not be sent.`);
    }
    if (value === null) return;
    if (!FITS[property.type](value)) invalid(`Cannot convert the literal to the expected type '${property.type}'.`);
    if (property.maxLength !== undefined && value.length > property.maxLength) {
      refuse(400, '0x80044331', `A validation error occurred.  The length of the '${name}' attribute of the '${type.table}' entity exceeded the maximum allowed length of '${property.maxLength}'.`);
    }
  }

  #bind(set, name, value, out, parents, row) {
    const nav = name.slice(0, -'@odata.bind'.length);
    const { navs, table } = this.#types.get(set);
    if (!navs.has(nav)) {
      refuse(400, '0x80048d19', `An undeclared property '${nav}' which only has property annotations in the payload but no property value was found in the payload.`);
    }
    const { column, sets } = navs.get(nav);
    if (value === null) {
      if (nav === 'ownerid') refuse(400, '0x80040215', 'A record has an owner.');
      delete parents[nav];
      out[name] = null;
      return;
    }
    const found = String(value).match(new RegExp(`^/?(\\w+)\\((azureactivedirectoryobjectid=)?(${GUID})\\)$`));
    if (!found || !sets.includes(found[1])) refuse(400, '0x80048d19', `'${nav}' cannot be bound to that.`);
    const [, targetSet, byObject, given] = found;
    const id = byObject ? this.#objects.get(`${targetSet}/${given}`) : given;
    if (OUTSIDE.includes(targetSet)) {
      out[column] = id;
    } else if (!this.#row(targetSet, id)) {
      this.#missing(targetSet, given);
    } else if (nav === 'ownerid') {
      if (row) this.#need(`prvAssign${table}`);
      out[column] = id;
    } else {
      this.#need(`prvAppendTo${this.#types.get(targetSet).table}`);
      parents[nav] = id;
      out[name] = `${targetSet}(${id})`; // the OData server wants it without the slash
    }
  }

  #state({ table }, out, row) {
    if (out.statecode === undefined && out.statuscode === undefined) return;
    if (out.statecode !== undefined && out.statuscode === undefined) out.statuscode = STATUS_OF_STATE[out.statecode];
    const state = out.statecode ?? Number(Object.keys(STATUS_OF_STATE).find((key) => STATUS_OF_STATE[key] === out.statuscode));
    if (STATUS_OF_STATE[state] === undefined || STATUS_OF_STATE[state] !== out.statuscode) {
      refuse(400, '0x80048408', `${out.statuscode} is not a valid status code for state code ${table}State on ${table}.`);
    }
    out.statecode = state;
  }
}
