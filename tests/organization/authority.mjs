// The sign-in: an OpenID provider that we did not write, with the paths and the scope of Entra's client
// credentials grant (POST /TENANT/oauth2/v2.0/token, scope RESOURCE/.default), and JWT access tokens.
import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import { errors, Provider } from 'oidc-provider';

const TOKEN_SECONDS = 3600;

/** "https://host//.default" → "https://host/": what Entra takes for the resource. */
const resourceOf = (scope = '') => scope.replace(/\/\.default$/, '');

export async function makeAuthority({ issuer, tenant, resource, client }) {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const key = { ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: 'organization' };
  const audiences = [resource, `${resource}/`];
  const provider = new Provider(issuer, {
    clients: [{
      client_id: client.id,
      client_secret: client.secret,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      token_endpoint_auth_method: 'client_secret_post',
    }],
    jwks: { keys: [key] },
    routes: { token: `/${tenant}/oauth2/v2.0/token`, jwks: `/${tenant}/discovery/v2.0/keys` },
    ttl: { ClientCredentials: TOKEN_SECONDS },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: (ctx) => resourceOf(ctx.oidc.params.scope),
        getResourceServerInfo: (ctx, asked) => {
          if (!audiences.includes(asked)) throw new errors.InvalidTarget('unknown resource');
          return { scope: `${asked}/.default`, audience: asked, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } };
        },
      },
    },
    cookies: { keys: [client.secret] }, // unused by this grant; without it the provider warns
    extraTokenClaims: () => ({ appid: client.id, tid: tenant }),
  });
  const { d, p, q, dp, dq, qi, ...publicKey } = key;
  const keys = createLocalJWKSet({ keys: [publicKey] });
  return {
    handler: provider.callback(),
    /** The token's claims; throws unless the provider issued it, for this resource and client, and it is valid now. */
    async verify(token) {
      const { payload } = await jwtVerify(token, keys, { issuer, audience: audiences, algorithms: ['RS256'] });
      if (payload.appid !== client.id) throw new Error('a token of another client');
      return payload;
    },
  };
}
