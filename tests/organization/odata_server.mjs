// The OData V4 server that we did not write (@sap-ux/fe-mockserver-core), fed with dataverse.xml. It keeps
// the rows, understands URLs, $select and @odata.bind, and answers; it listens on a Unix socket.
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { Agent, createServer, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import MockServer from '@sap-ux/fe-mockserver-core';

const ROOT = '/api/data/v9.2';

export async function startODataServer({ csdl, folder }) {
  const rows = join(folder, 'rows'); // it begins with no row of any table
  mkdirSync(rows);
  const mock = new MockServer.default({
    services: [{ urlPath: ROOT, metadataPath: csdl, mockdataPath: rows, generateMockData: false, watch: false }],
  });
  await mock.isReady;
  const socketPath = join(folder, 'odata.socket');
  const server = createServer((request, response) => {
    mock.getRouter()(request, response, () => response.writeHead(404).end());
  });
  await new Promise((done) => server.listen(socketPath, done));
  const agent = new Agent({ keepAlive: true });

  /** Status and parsed body of one exchange; throws when the answer is neither 2xx nor 404. */
  return async function exchange(method, path, body) {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const request = httpRequest({
      socketPath, agent, method, path: `${ROOT}/${path}`,
      headers: { accept: 'application/json', ...(text && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }) },
    });
    request.end(text);
    const [response] = await once(request, 'response');
    let answer = '';
    response.setEncoding('utf8');
    for await (const part of response) answer += part;
    const { statusCode: status } = response;
    if (status >= 300 && status !== 404) throw new Error(`the OData server answered ${method} ${path} with ${status}: ${answer}`);
    return { status, body: status === 404 || answer === '' ? undefined : JSON.parse(answer) };
  };
}
