#include "query/delta_token.hpp"

#include "base/bytes.hpp"
#include "crypto/sha256.hpp"
#include "query/paging_token.hpp"

namespace rookery::messages {
namespace {

constexpr std::size_t digest_bytes = 32;
constexpr std::string_view tracked_prefix = "track:";  // no page's token has a colon

/// No query has this digest, which is not 32 bytes.
std::string bound_to(const schema::Table& table) { return "delta of " + std::string(table.name); }

tl::unexpected<Error> bad_token() {
    return fail(
        Errc::bad_paging_token, "The delta token is malformed or belongs to another query."
    );
}

}  // namespace

std::string make_delta_token(
    const crypto::RowAuthenticator& authenticator, const access::Caller& caller,
    const schema::Table& table, const DeltaPosition& position
) {
    ByteWriter out;
    out.u64(position.since).u64(to_ms(position.begun));
    out.u8(static_cast<std::uint8_t>(position.part)).u64(position.after).u64(position.until);
    out.text(position.query_digest);
    return make_paging_token(authenticator, caller, bound_to(table), text_of(out.view()));
}

Result<DeltaPosition> read_delta_token(
    const crypto::RowAuthenticator& authenticator, const access::Caller& caller,
    const schema::Table& table, std::string_view token
) {
    const auto read = read_paging_token(authenticator, caller, bound_to(table), token);
    if (!read) return bad_token();
    ByteReader in(bytes_of(*read));
    DeltaPosition out;
    out.since = in.u64();
    out.begun = from_ms(in.u64());
    const auto part = in.u8();
    out.after = in.u64();
    out.until = in.u64();
    out.query_digest = text_of(in.bytes(digest_bytes));
    if (!in.done() || part > 1) return bad_token();
    out.part = static_cast<DeltaPosition::Part>(part);
    return out;
}

bool is_tracked_token(std::string_view token) { return token.starts_with(tracked_prefix); }

Result<TrackedPage> read_tracked_token(std::string_view token) {
    token.remove_prefix(tracked_prefix.size());
    const auto colon = token.find(':');
    if (colon == std::string_view::npos) return bad_token();
    const auto bytes = from_base64url(token.substr(0, colon));
    if (!bytes) return bad_token();
    ByteReader in(*bytes);
    TrackedPage out;
    out.since = in.u64();
    out.begun = from_ms(in.u64());
    out.page = token.substr(colon + 1);
    if (!in.done() || out.page.empty()) return bad_token();
    return out;
}

std::string make_tracked_token(const TrackedPage& page) {
    ByteWriter out;
    out.u64(page.since).u64(to_ms(page.begun));
    return std::string(tracked_prefix) + to_base64url(out.view()) + ":" + page.page;
}

std::string tracked_digest(std::string_view query_digest, const TrackedPage& page) {
    ByteWriter out;
    out.text("tracked").lp(query_digest).u64(page.since).u64(to_ms(page.begun));
    const auto digest = crypto::sha256(out.view());
    return std::string{text_of(digest)};
}

}  // namespace rookery::messages
