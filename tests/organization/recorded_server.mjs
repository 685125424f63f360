// An HTTPS server that keeps every byte of both directions, as they are inside of TLS, in files: one for
// each connection and direction, NAME-N-in (what the client sent) and NAME-N-out.
import { closeSync, openSync, writeSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createNetServer } from 'node:net';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { createSecureContext, TLSSocket } from 'node:tls';

/** What http.Server takes for the client's socket. */
class RecordedSocket extends Duplex {
  #tls;
  #raw;
  #files;

  constructor(raw, secureContext, files) {
    super();
    this.#raw = raw;
    this.#files = files;
    this.#tls = new TLSSocket(raw, { isServer: true, secureContext });
    this.#tls.on('data', (bytes) => {
      writeSync(files.in, bytes);
      if (!this.push(bytes)) this.#tls.pause();
    });
    this.#tls.on('end', () => this.push(null));
    // The client goes away as it likes; the tests judge what that does to Rookery.
    this.#tls.on('error', () => this.destroy());
    this.#tls.on('close', () => this.destroy());
  }

  _read() {
    this.#tls.resume();
  }

  _write(bytes, encoding, done) {
    if (this.destroyed) return done();
    writeSync(this.#files.out, bytes, 0, bytes.length);
    this.#tls.write(bytes, () => done());
  }

  _final(done) {
    this.#tls.end();
    done();
  }

  _destroy(error, done) {
    this.#tls.destroy();
    for (const file of Object.values(this.#files)) closeSync(file);
    done(null);
  }

  /** A TCP reset: the client sees "connection reset by peer". */
  reset() {
    this.#raw.resetAndDestroy();
    this.destroy();
  }
}

export class RecordedServer {
  #outer;
  #inner;

  /** certificates: {key, cert}; recording: the folder of the files */
  constructor({ name, recording, certificates }) {
    this.requests = 0;
    this.bearers = 0; // requests that carried a bearer token
    this.handler = (request, response) => response.writeHead(503).end();
    this.#inner = createHttpServer((request, response) => {
      this.requests += 1;
      if (/^\s*bearer\b/i.test(request.headers.authorization ?? '')) this.bearers += 1;
      this.handler(request, response);
    });
    this.#inner.keepAliveTimeout = 60_000;
    const secureContext = createSecureContext({ ...certificates, minVersion: 'TLSv1.2' });
    let count = 0;
    this.#outer = createNetServer((raw) => {
      raw.on('error', () => {});
      const file = (way) => openSync(join(recording, `${name}-${count}-${way}`), 'a', 0o600);
      count += 1;
      this.#inner.emit('connection', new RecordedSocket(raw, secureContext, { in: file('in'), out: file('out') }));
    });
  }

  async listen() {
    await new Promise((done) => this.#outer.listen(0, '127.0.0.1', done));
    this.port = this.#outer.address().port;
  }
}
