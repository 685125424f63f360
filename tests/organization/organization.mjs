// What the sync speaks to in the tests: a Dataverse organization, its sign-in, and a host that must never
// be spoken to. Starts all of it on free ports of this machine with certificates made for the run, prints
// one JSON line, and ends on SIGTERM or when its standard input closes.
//   node organization.mjs FOLDER     FOLDER is new; everything is written below it
// A test steers it over plain HTTP on loopback (the line's `control`), bodies and answers are JSON:
//   POST /faults   a plan, see faults.mjs          POST /calm    no faults; what is on its way arrives
//   POST /deny     names of privileges to take     POST /revoke  every token so far is refused
//   POST /seed     {set, row}                      GET /facts    counts
//   GET /rows      all rows, {set: {id: row}}      GET /journal?from=N  writes that took effect, in order
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from '@sap-ux/edmx-parser';
import { makeAuthority } from './authority.mjs';
import { makeCertificates } from './certificates.mjs';
import { Dataverse } from './dataverse.mjs';
import { DATA_FAULTS, DataverseFront } from './dataverse_front.mjs';
import { Faults } from './faults.mjs';
import { startODataServer } from './odata_server.mjs';
import { RecordedServer } from './recorded_server.mjs';

process.umask(0o077);
const folder = resolve(process.argv[2]);
const recording = join(folder, 'recording');
mkdirSync(recording, { recursive: true });
const { ca, ...certificates } = makeCertificates(folder);
const server = (name) => new RecordedServer({ name, recording, certificates });
const servers = { data: server('data'), authority: server('authority'), forbidden: server('forbidden') };
for (const one of Object.values(servers)) await one.listen();

const tenant = randomUUID();
const client = { id: randomUUID(), secret: randomBytes(30).toString('base64') };
const origin = `https://127.0.0.1:${servers.data.port}`;
const issuer = `https://127.0.0.1:${servers.authority.port}`;
const forbidden = `https://localhost:${servers.forbidden.port}`;

const faults = new Faults({ data: DATA_FAULTS, authority: ['before', 'away', 'slow', 'flood'] });
const authority = await makeAuthority({ issuer, tenant, resource: origin, client });
servers.authority.handler = (request, response) => {
  switch (faults.next('authority')) {
    case 'before': return request.socket.reset();
    case 'away': return response.writeHead(503).end();
    case 'slow': return undefined; // the client gives up
    case 'flood': return response.writeHead(200).end(Buffer.alloc(1 << 24, ' '));
  }
  return authority.handler(request, response);
};
// It says what a thief would: yes, and give me more.
servers.forbidden.handler = (request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ access_token: 'stolen', token_type: 'Bearer', expires_in: 3600 }));
};

const csdl = join(dirname(fileURLToPath(import.meta.url)), 'dataverse.xml');
const exchange = await startODataServer({ csdl, folder });
const { schema } = parse(readFileSync(csdl, 'utf8'));
const dataverse = new Dataverse({ schema, exchange, application: client.id });
await dataverse.ready;
const front = new DataverseFront({
  origin, authority: `${issuer}/${tenant}`, forbidden, verify: authority.verify, dataverse, faults,
});
servers.data.handler = front.handler;

const orders = {
  'POST /faults': (plan) => faults.set(plan),
  'POST /calm': async () => {
    faults.calm();
    await front.settle();
  },
  'POST /deny': (names) => {
    dataverse.denied = new Set(names);
  },
  'POST /revoke': () => front.revoke(),
  'POST /seed': ({ set, row }) => dataverse.seed(set, row),
  'GET /rows': () => dataverse.dump(),
  'GET /journal': (_, query) => dataverse.journal.slice(Number(query.get('from') ?? 0)),
  'GET /facts': () => ({
    requests: Object.fromEntries(Object.entries(servers).map(([name, { requests }]) => [name, requests])),
    bearers: Object.fromEntries(Object.entries(servers).map(([name, { bearers }]) => [name, bearers])),
    faults: faults.met,
    journal: dataverse.journal.length,
    mebibytes: process.memoryUsage().rss >> 20,
  }),
};
const control = createServer(async (request, response) => {
  try {
    let text = '';
    for await (const part of request) text += part;
    const url = new URL(request.url, 'http://control');
    const order = orders[`${request.method} ${url.pathname}`];
    if (!order) throw new Error(`no such order: ${request.method} ${url.pathname}`);
    const answer = await order(text === '' ? undefined : JSON.parse(text), url.searchParams);
    response.end(JSON.stringify(answer ?? null));
  } catch (error) {
    response.writeHead(400).end(JSON.stringify({ error: String(error.message) }));
  }
});
await new Promise((done) => control.listen(0, '127.0.0.1', done));

const secretFile = join(folder, 'client.secret');
writeFileSync(secretFile, `${client.secret}\n`, { mode: 0o600 });
console.log(JSON.stringify({
  url: origin, authority: `${issuer}/${tenant}`, ca, client_id: client.id, client_secret_file: secretFile,
  user: dataverse.user, control: `http://127.0.0.1:${control.address().port}`, recording, forbidden,
}));
process.on('SIGTERM', () => process.exit(0));
process.stdin.on('end', () => process.exit(0)).resume();
