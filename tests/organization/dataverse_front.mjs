// The organization's side of the wire: the 401 challenge, the check of the bearer token with the authority
// that issued it, and the faults.
import { randomUUID } from 'node:crypto';
import { DataverseError } from './dataverse.mjs';

const BODY_BYTES_MAX = 1 << 20;
const HELD_SECONDS = 60;
// How long the network carries a write at most: shorter than any client's time-out, as in life.
const ON_ITS_WAY_MILLISECONDS = 800;

/** What happens to a request instead of, or after, its being done. */
export const DATA_FAULTS = [
  'busy', // 429 with Retry-After 0 or 1
  'away', // 502, 503 or 504
  'deadlock', // 500 with Dataverse's code of a deadlock
  'before', // reset before anything was done
  'after', // done, then reset without an answer
  'cut', // done, then the answer breaks off
  'slow', // done, and the answer comes after the client has given up
  'delayed', // reset at once, and done before the record is next touched, or soon
  'late', // reset at once, and done after the record is next touched, or soon: who has not read it back is overwritten
  'unauthorized', // 401 although the token is good
  'foreign', // the same, and the challenge names somebody else's authority or resource
  'redirect', // to the forbidden host
  'flood', // an answer without end
  'echo', // 400 that repeats the client's headers
  'refused', // 403 with the name of a privilege
];
/** Those of a write that the network carries on after its sender has given up. */
const HELD_FAULTS = ['delayed', 'late'];

export class DataverseFront {
  #held = new Map(); // "SET(ID)" → writes that the network still carries: {message, fault}
  #count = 0;
  #good = new Set(); // tokens that were checked and not revoked
  #revoked = new Set();

  constructor({ origin, authority, forbidden, verify, dataverse, faults }) {
    Object.assign(this, { origin, authority, forbidden, verify, dataverse, faults });
  }

  /** Every token so far stops to be accepted. */
  revoke() {
    for (const token of this.#good) this.#revoked.add(token);
    this.#good.clear();
  }

  /** What is still on its way arrives. */
  async settle() {
    for (const record of [...this.#held.keys()]) await this.#arrive(record);
  }

  handler = async (request, response) => {
    try {
      await this.#serve(request, response);
    } catch (error) {
      if (!(error instanceof DataverseError)) {
        process.stderr.write(`organization: ${request.method} ${request.url}: ${error.stack}\n`);
        error = new DataverseError(500, '0x80040216', 'An unexpected error occurred.');
      }
      this.#send(response, this.#refusal(error));
    }
  };

  #refusal({ status, code, message, retryAfter }) {
    const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
    return { status, headers, body: { error: { code, message } } };
  }

  async #serve(request, response) {
    const text = await this.#body(request);
    const writes = request.method !== 'GET';
    const fault = this.faults.next('data', (kind) => writes || !HELD_FAULTS.includes(kind));
    const number = (this.#count += 1);
    switch (fault) {
      case 'before': return request.socket.reset();
      case 'busy': throw Object.assign(new DataverseError(429, '0x80072322', 'Number of requests exceeded the limit of 6000 over time window of 300 seconds.'), { retryAfter: number % 2 });
      case 'away': throw new DataverseError([502, 503, 504][number % 3], '0x80040216', 'The service is unavailable.');
      case 'deadlock': throw new DataverseError(500, '0x80044150', 'Sql error: Generic SQL error. CRM ErrorCode: -2147204784 Sql ErrorCode: -2146232060 Sql Number: 1205');
      case 'redirect': return this.#send(response, { status: [301, 302, 307, 308][number % 4], headers: { location: this.forbidden + request.url } });
      case 'unauthorized': return this.#challenge(response);
      case 'foreign': return this.#challenge(response, this.#foreign(number));
      case 'flood': return this.#flood(response);
      case 'refused': throw new DataverseError(403, '0x80040220', 'Principal user (Id=0, type=8), is missing prvWritemsdyn_octwitterhandle privilege (Id=0) on OTC=1');
      case 'echo': throw new DataverseError(400, '0x80048d19', `You sent ${JSON.stringify(request.headers)}`);
    }
    if (!(await this.#authorized(request))) return this.#challenge(response);
    const [, version, path] = request.url.match(/^\/api\/data\/v9\.([0-2])\/(.*)$/) ?? [];
    if (version === undefined) throw new DataverseError(404, '0x80060888', 'Resource not found.');
    const message = { method: request.method, path, headers: request.headers, body: this.#parsed(request, text) };
    const record = path.split('?')[0];
    await this.#arrive(record, 'delayed');
    if (HELD_FAULTS.includes(fault)) {
      await this.#arrive(record);
      this.#held.set(record, [{ message, fault }]);
      setTimeout(() => this.#arrive(record), ON_ITS_WAY_MILLISECONDS).unref();
      return request.socket.reset();
    }
    const answer = await this.dataverse.answer(message).catch((error) => {
      if (error instanceof DataverseError) return this.#refusal(error);
      throw error;
    });
    await this.#arrive(record);
    switch (fault) {
      case 'after': return request.socket.reset();
      case 'cut': return request.socket.end(answer.status === 204 ? 'HTTP/1.1 20' : 'HTTP/1.1 200 OK\r\nContent-Length: 4096\r\n\r\n{"m');
      case 'slow': return this.#outlast(request);
    }
    return this.#send(response, answer);
  }

  async #body(request) {
    let text = '';
    request.setEncoding('utf8');
    for await (const part of request) {
      text += part;
      if (text.length > BODY_BYTES_MAX) throw new DataverseError(413, '0x80040203', 'The request is too large.');
    }
    return text;
  }

  #parsed(request, text) {
    if (text === '') return {};
    if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) throw new DataverseError(415, '0x80060888', 'JSON is expected.');
    try {
      return JSON.parse(text);
    } catch {
      throw new DataverseError(400, '0x80048d19', 'The body is not JSON.');
    }
  }

  async #authorized(request) {
    const token = request.headers.authorization?.match(/^Bearer (\S+)$/)?.[1];
    if (!token || this.#revoked.has(token)) return false;
    try {
      await this.verify(token);
    } catch {
      return false;
    }
    this.#good.add(token);
    return true;
  }

  #foreign(number) {
    const authority = new URL(this.authority);
    const forbidden = new URL(this.forbidden);
    const mine = `${this.origin}/`;
    return [
      [`${this.forbidden}${authority.pathname}`, mine], // another host
      [`https://${authority.host}@${forbidden.host}${authority.pathname}`, mine], // another host behind a user name
      [`${this.authority}-of-somebody-else`, mine], // another tenant whose name begins like ours
      [`${authority.origin}/other/..${authority.pathname}/../else`, mine], // another path once it is normalised
      [this.authority, `${this.forbidden}/`], // a token for another resource
      [this.authority, `${this.origin}.example/`],
    ][number % 6];
  }

  #challenge(response, [authority, resource] = [this.authority, `${this.origin}/`]) {
    this.#send(response, {
      status: 401,
      headers: { 'www-authenticate': `Bearer authorization_uri=${authority}/oauth2/authorize, resource_id=${resource}` },
    });
  }

  #send(response, { status, headers = {}, body }) {
    if (response.destroyed) return;
    const id = randomUUID();
    const { 'odata-entityid': record, ...rest } = headers;
    if (record) rest['odata-entityid'] = `${this.origin}/api/data/v9.2/${record}`;
    response.writeHead(status, {
      'odata-version': '4.0', REQ_ID: id, 'x-ms-service-request-id': id, 'x-ms-dop-hint': '4', ...rest,
      ...(body && { 'content-type': 'application/json; odata.metadata=minimal' }),
    });
    response.end(body && JSON.stringify(body));
  }

  #flood(response) {
    response.writeHead(200, { 'content-type': 'application/json' });
    const chunk = Buffer.alloc(65536, 'x');
    const pour = () => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', pour);
    pour();
  }

  #outlast(request) {
    const timer = setTimeout(() => request.socket.destroy(), HELD_SECONDS * 1000);
    request.socket.on('close', () => clearTimeout(timer));
  }

  /** What is held of the record, or only what this fault holds, takes effect. */
  async #arrive(record, fault) {
    const held = this.#held.get(record) ?? [];
    const rest = held.filter((one) => fault && one.fault !== fault);
    if (rest.length > 0) this.#held.set(record, rest);
    else this.#held.delete(record);
    for (const one of held) {
      // Its sender has gone: nobody learns what became of it.
      if (!rest.includes(one)) await this.dataverse.answer(one.message).catch(() => {});
    }
  }
}
