#include "query/paging_token.hpp"

namespace rookery::messages {
namespace {

constexpr std::size_t tag_bytes = 16;

// No table has this name: a token's tag can pass for no row's.
Digest tag_of(
    const crypto::RowAuthenticator& authenticator, const access::Caller& caller,
    std::string_view query_digest, std::string_view position
) {
    ByteWriter body;
    body.lp(query_digest).lp(position);
    if (caller.delegate) body.bytes(caller.delegate->view());
    body.u32(authenticator.active_key_version());
    return authenticator.tag(crypto::RowKind::live, "sv1.page", caller.user, body.view());
}

}  // namespace

std::string make_paging_token(
    const crypto::RowAuthenticator& authenticator, const access::Caller& caller,
    std::string_view query_digest, std::string_view position
) {
    const auto tag = tag_of(authenticator, caller, query_digest, position);
    ByteWriter token;
    token.text(position).bytes(ByteView(tag).first(tag_bytes));
    return to_base64url(token.view());
}

Result<std::string> read_paging_token(
    const crypto::RowAuthenticator& authenticator, const access::Caller& caller,
    std::string_view query_digest, std::string_view token
) {
    const auto bytes = from_base64url(token);
    if (bytes && bytes->size() > tag_bytes && bytes->size() < 16384) {
        const auto position = text_of(ByteView(*bytes).first(bytes->size() - tag_bytes));
        const auto expected = tag_of(authenticator, caller, query_digest, position);
        if (constant_time_equal(
                ByteView(expected).first(tag_bytes), ByteView(*bytes).last(tag_bytes)
            )) {
            return std::string(position);
        }
    }
    return fail(
        Errc::bad_paging_token, "The paging cookie is malformed or belongs to another query."
    );
}

}  // namespace rookery::messages
