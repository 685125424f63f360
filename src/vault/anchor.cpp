#include "vault/anchor.hpp"

#include "crypto/sha256.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace rookery::messages {
namespace {

// Never an origin's, and the line behind it begins with a letter: no anchor passes for a checkpoint, which
// the same key signs.
constexpr std::string_view first_line = "sv1.anchor";
constexpr std::string_view rows_label = "sv1.anchor.rows";
constexpr std::string_view key_suffix = "#anchor";

static_assert(merkle::origin_bytes_max + key_suffix.size() <= merkle::note_name_bytes_max);

std::string key_name(std::string_view origin) {
    return std::string{origin} + std::string{key_suffix};
}

/// What stands between `prefix` and the end of the next line, which is taken from `rest`.
std::optional<std::string_view> line(std::string_view& rest, std::string_view prefix) {
    const auto end = rest.find('\n');
    if (end == std::string_view::npos || !rest.starts_with(prefix)) return std::nullopt;
    const auto value = rest.substr(prefix.size(), end - prefix.size());
    rest.remove_prefix(end + 1);
    return value;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto* const end = text.data() + text.size();
    const auto [parsed, error] = std::from_chars(text.data(), end, number);
    if (text.empty() || error != std::errc{} || parsed != end) return std::nullopt;
    return number;
}

std::optional<Digest> parse_digest(std::string_view text) {
    const auto bytes = from_base64(text);
    Digest out{};
    if (!bytes || bytes->size() != out.size()) return std::nullopt;
    std::ranges::copy(*bytes, out.begin());
    return out;
}

/// "sv2.anchor" and so on: what comes after it is not for this version.
bool is_newer(std::string_view body) {
    const auto head = line(body, "sv");
    const auto dot = head ? head->find('.') : std::string_view::npos;
    if (dot == std::string_view::npos || head->substr(dot) != ".anchor") return false;
    const auto number = parse_number(head->substr(0, dot));
    return number && *number > 1;
}

/// Nothing for a spelling that anchor_body does not write.
std::optional<Anchor> parse_body(std::string_view body) {
    auto rest = body;
    const auto first = line(rest, first_line);
    const auto vault = line(rest, "vault ");
    const auto origin = line(rest, "origin ");
    const auto log = line(rest, "log ");
    const auto keyring = line(rest, "keyring ");
    const auto rows = line(rest, "rows ");
    const auto time = line(rest, "time ");
    if (!first || !vault || !origin || !log || !keyring || !rows || !time) return std::nullopt;
    const auto blank = log->find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    const auto id = Uuid::parse(*vault);
    const auto size = parse_number(log->substr(0, blank));
    const auto root = parse_digest(log->substr(blank + 1));
    const auto epoch = parse_number(*keyring);
    const auto digest = parse_digest(*rows);
    const auto when = parse_iso8601(*time);
    if (!id || !size || !root || !epoch || !digest || !when || !merkle::is_key_name(*origin)) {
        return std::nullopt;
    }
    Anchor out{*id, std::string{*origin}, *size, *root, *epoch, *digest, *when};
    if (anchor_body(out) != body) return std::nullopt;
    return out;
}

}  // namespace

Digest rows_digest(const Uuid& vault, const ledger::VaultState& state) {
    // The sums are of keyed hashes, so nobody guesses what this is the hash of.
    const auto bytes = ByteWriter{160}
                           .lp(rows_label)
                           .bytes(vault.view())
                           .u64(state.access_epoch)
                           .u64(state.versionnumber)
                           .u64(state.live_rows)
                           .bytes(state.digest.value())
                           .bytes(state.fact_digest.value())
                           .bytes(state.outbox_digest.value());
    return crypto::sha256(bytes.view());
}

Anchor anchor_of(
    const Uuid& vault, const std::string& origin, const ledger::VaultState& state, Instant now
) {
    return {
        vault,
        origin,
        state.log_size,
        state.log_root,
        state.keyring_epoch,
        rows_digest(vault, state),
        std::chrono::floor<std::chrono::seconds>(now)};
}

std::string anchor_body(const Anchor& anchor) {
    std::string out(first_line);
    out += "\nvault " + to_string(anchor.vault);
    out += "\norigin " + anchor.origin;
    out += "\nlog " + std::to_string(anchor.log_size) + " " + to_base64(anchor.log_root);
    out += "\nkeyring " + std::to_string(anchor.keyring_epoch);
    out += "\nrows " + to_base64(anchor.rows);
    out += "\ntime " + to_iso8601(anchor.time) + "\n";
    return out;
}

std::string sign_anchor(const Anchor& anchor, const crypto::SigningKey& key) {
    return merkle::sign_note(anchor_body(anchor), key_name(anchor.origin), key);
}

tl::expected<Anchor, AnchorFault> read_anchor(
    std::string_view text, const Uuid& vault, const merkle::VerifierKey& log_key
) {
    const auto fault = [](AnchorFault why) { return tl::unexpected<AnchorFault>(why); };
    if (text.size() > anchor_bytes_max) return fault(AnchorFault::damaged);
    // Before the signature, which nobody can check of a later format, nor of another vault's.
    if (is_newer(text)) return fault(AnchorFault::newer);
    const auto note = merkle::parse_note(text);
    const auto claimed = note ? parse_body(note->body) : std::nullopt;
    if (!claimed) return fault(AnchorFault::damaged);
    if (claimed->vault != vault) return fault(AnchorFault::foreign);
    const merkle::VerifierKey key{key_name(log_key.name), log_key.key};
    if (claimed->origin != log_key.name || !merkle::verify_note(text, key)) {
        return fault(AnchorFault::damaged);
    }
    return *claimed;
}

}  // namespace rookery::messages
