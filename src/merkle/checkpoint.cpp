#include "merkle/checkpoint.hpp"

#include "base/integrity_failure.hpp"
#include "crypto/sha256.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace rookery::merkle {
namespace {

constexpr std::uint8_t algorithm_ed25519 = 0x01;
constexpr std::string_view signature_prefix = "\xE2\x80\x94 ";  // em dash, blank

auto bad_key(std::string message) {
    return fail(
        Errc::malformed,
        std::move(message),
        "a verifier key looks like name+1a2b3c4d+base64, as in the file log.vkey"
    );
}

/// The line without its newline, taken from `rest`; nothing when there is no newline.
std::optional<std::string_view> next_line(std::string_view& rest) {
    const auto end = rest.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    return line;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
    if (text.empty() || (text.size() > 1 && text.front() == '0')) return std::nullopt;
    std::uint64_t size = 0;
    const auto* const end = text.data() + text.size();
    const auto [parsed, error] = std::from_chars(text.data(), end, size);
    if (error != std::errc{} || parsed != end) return std::nullopt;
    return size;
}

ByteArray<33> typed_key(const VerifierKey& key) {
    ByteArray<33> out{algorithm_ed25519};
    std::ranges::copy(key.key, out.begin() + 1);
    return out;
}

}  // namespace

bool is_key_name(std::string_view name, std::size_t bytes_max) {
    return !name.empty() && name.size() <= bytes_max &&
           std::ranges::all_of(name, [](char c) { return c > ' ' && c <= '~' && c != '+'; });
}

std::string note_body(const Checkpoint& checkpoint) {
    return checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" +
           to_base64(checkpoint.root) + "\n";
}

Result<Checkpoint> parse_note_body(std::string_view body) {
    auto rest = body;
    const auto origin = next_line(rest);
    const auto size_line = next_line(rest);
    const auto root_line = next_line(rest);
    if (!origin || !size_line || !root_line || !rest.empty() || !is_key_name(*origin)) {
        return integrity_failure();
    }
    const auto size = parse_size(*size_line);
    const auto root = from_base64(*root_line);
    if (!size || !root || root->size() != Digest{}.size()) return integrity_failure();
    Checkpoint out{std::string{*origin}, *size, {}};
    std::ranges::copy(*root, out.root.begin());
    return out;
}

ByteArray<4> VerifierKey::id() const {
    const auto digest = crypto::sha256({bytes_of(name), bytes_of("\n"), typed_key(*this)});
    return {digest[0], digest[1], digest[2], digest[3]};
}

std::string format_verifier_key(const VerifierKey& key) {
    return key.name + "+" + to_hex(key.id()) + "+" + to_base64(typed_key(key));
}

Result<VerifierKey> parse_verifier_key(std::string_view text) {
    if (text.ends_with('\n')) text.remove_suffix(1);  // as it stands in its file
    const auto first = text.find('+');
    const auto second = first == std::string_view::npos ? first : text.find('+', first + 1);
    if (second == std::string_view::npos) return bad_key("this is not a verifier key");
    VerifierKey key;
    key.name = std::string{text.substr(0, first)};
    if (!is_key_name(key.name)) return bad_key("the verifier key's name is malformed");
    const auto bytes = from_base64(text.substr(second + 1));
    if (!bytes || bytes->size() != 1 + key.key.size()) {
        return bad_key("the verifier key is cut or malformed");
    }
    if (bytes->front() != algorithm_ed25519) {
        return bad_key("the verifier key is not an Ed25519 key");
    }
    std::copy(bytes->begin() + 1, bytes->end(), key.key.begin());
    if (to_hex(key.id()) != text.substr(first + 1, second - first - 1)) {
        return bad_key("the verifier key's id does not belong to its key and name");
    }
    return key;
}

Result<Note> parse_note(std::string_view text) {
    if (text.size() > note_bytes_max) return integrity_failure();
    const auto blank = text.find("\n\n");
    if (blank == std::string_view::npos) return integrity_failure();
    Note note;
    note.body = std::string{text.substr(0, blank + 1)};
    auto rest = text.substr(blank + 2);
    while (!rest.empty()) {
        auto line = next_line(rest);
        if (!line || !line->starts_with(signature_prefix)) return integrity_failure();
        line->remove_prefix(signature_prefix.size());
        const auto space = line->find(' ');
        if (space == std::string_view::npos) return integrity_failure();
        const auto name = line->substr(0, space);
        auto blob = from_base64(line->substr(space + 1));
        if (!is_key_name(name, note_name_bytes_max) || !blob || blob->size() < 5)
            return integrity_failure();
        if (note.signatures.size() == note_signatures_max) return integrity_failure();
        NoteSignature signature;
        signature.name = std::string{name};
        std::copy_n(blob->begin(), 4, signature.key_id.begin());
        signature.signature.assign(blob->begin() + 4, blob->end());
        note.signatures.push_back(std::move(signature));
    }
    if (note.signatures.empty()) return integrity_failure();
    return note;
}

std::string sign_note(std::string_view body, std::string_view name, const crypto::SigningKey& key) {
    const VerifierKey verifier{std::string{name}, key.public_key()};
    const auto line = ByteWriter{68}.bytes(verifier.id()).bytes(key.sign(bytes_of(body)));
    return std::string{body} + "\n" + std::string{signature_prefix} + verifier.name + " " +
           to_base64(line.view()) + "\n";
}

Result<std::string> verify_note(std::string_view text, const VerifierKey& key) {
    ROOKERY_TRY(auto note, parse_note(text));
    const auto id = key.id();
    bool signed_by_key = false;
    for (const auto& line : note.signatures) {
        if (line.name != key.name || line.key_id != id) continue;
        if (!crypto::verify_signature(key.key, bytes_of(note.body), line.signature)) {
            return integrity_failure();
        }
        signed_by_key = true;
    }
    if (!signed_by_key) return integrity_failure();
    return std::move(note.body);
}

std::string sign_checkpoint(
    const Checkpoint& checkpoint, std::string_view name, const crypto::SigningKey& key
) {
    return sign_note(note_body(checkpoint), name, key);
}

Result<Checkpoint> verify_checkpoint(std::string_view text, const VerifierKey& key) {
    ROOKERY_TRY(const auto body, verify_note(text, key));
    ROOKERY_TRY(auto checkpoint, parse_note_body(body));
    if (checkpoint.origin != key.name) return integrity_failure();
    return checkpoint;
}

}  // namespace rookery::merkle
