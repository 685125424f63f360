#include "vault/backup_manifest.hpp"

#include "vault/directory_check.hpp"

#include <algorithm>
#include <charconv>

namespace rookery::messages {
namespace {

constexpr std::string_view first_word = "rookery backup ";
constexpr std::string_view format = "1";
constexpr std::string_view store_folder = "store/";

std::string body_of(const BackupManifest& manifest) {
    std::string out(first_word);
    out += format;
    out += "\nid " + to_string(manifest.id) + "\n";
    out += to_text(manifest.vault);  // the lines of the file 'vault'
    out += "epoch " + std::to_string(manifest.keyring_epoch);
    out += "\ntime " + to_iso8601(manifest.time);
    out += "\nlog " + std::to_string(manifest.log_size) + " " + to_hex(manifest.log_root);
    out += "\nfiles " + std::to_string(manifest.files.size()) + "\n";
    for (const auto& file : manifest.files) {
        out += to_hex(file.digest) + " " + std::to_string(file.size) + " " + file.name + "\n";
    }
    return out;
}

std::string last_line(const std::optional<crypto::Signature>& signature) {
    if (!signature) return "unsigned\n";
    return "signature " + to_base64(*signature) + "\n";
}

bool is_name(std::string_view name) {
    if (name == "vault" || name == "log.vkey") return true;
    return name.starts_with(store_folder) && is_store_file(name.substr(store_folder.size()));
}

/// Takes lines off a text. What a line cannot be read as makes ok() false, and the form is compared as a whole at the end.
class Lines {
 public:
    explicit Lines(std::string_view text) : text_(text) {}

    /// Without its newline.
    std::string_view next() {
        const auto end = text_.find('\n');
        if (end == std::string_view::npos) {
            ok_ = false;
            return {};
        }
        const auto line = text_.substr(0, end);
        text_.remove_prefix(end + 1);
        return line;
    }

    /// What follows on the next line, which begins with `word`.
    std::string_view after(std::string_view word) {
        const auto line = next();
        if (line.starts_with(word)) return line.substr(word.size());
        ok_ = false;
        return {};
    }

    std::uint64_t number(std::string_view text) {
        std::uint64_t out = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
        if (error != std::errc{} || end != text.data() + text.size()) ok_ = false;
        return out;
    }

    Digest digest(std::string_view text) {
        Digest out{};
        const auto bytes = text.size() == 2 * out.size() ? from_hex(text) : std::nullopt;
        if (!bytes) {
            ok_ = false;
            return out;
        }
        std::ranges::copy(*bytes, out.begin());
        return out;
    }

    void require(bool holds) { ok_ = ok_ && holds; }

    [[nodiscard]] std::string_view left() const { return text_; }

    [[nodiscard]] bool ok() const { return ok_; }

 private:
    std::string_view text_;
    bool ok_ = true;
};

/// The part before the first blank, and what is behind it.
std::pair<std::string_view, std::string_view> parted(std::string_view text) {
    const auto at = text.find(' ');
    if (at == std::string_view::npos) return {text, {}};
    return {text.substr(0, at), text.substr(at + 1)};
}

void read_files(Lines& lines, std::vector<BackupFile>& files) {
    const auto count = lines.number(lines.after("files "));
    lines.require(count <= backup_files_max);
    for (std::uint64_t i = 0; lines.ok() && i < count; ++i) {
        const auto [digest, rest] = parted(lines.next());
        const auto [size, name] = parted(rest);
        BackupFile file{std::string(name), lines.number(size), lines.digest(digest)};
        lines.require(is_name(name) && (files.empty() || files.back().name < name));
        files.push_back(std::move(file));
    }
}

tl::unexpected<Error> damaged() {
    return fail(Errc::integrity, "the backup's manifest is damaged", "take another backup");
}

/// The four lines that stand in the file 'vault' as well.
Result<VaultIdentity> read_identity(Lines& lines) {
    std::string text;
    for (int i = 0; i < 4; ++i) text += std::string(lines.next()) + "\n";
    return parse_identity(text);
}

}  // namespace

std::string encode(const BackupManifest& manifest, const crypto::SigningKey* key) {
    auto out = body_of(manifest);
    std::optional<crypto::Signature> signature;
    if (key != nullptr) signature = key->sign(bytes_of(out));
    return out + last_line(signature);
}

Result<ReadManifest> parse_manifest(std::string_view text) {
    if (text.size() > manifest_bytes_max) return damaged();
    Lines lines(text);
    const auto version = lines.after(first_word);
    const bool other =
        !version.empty() && version.find_first_not_of("0123456789") == std::string_view::npos;
    if (lines.ok() && other && version != format) {
        return fail(
            Errc::newer_format,
            "this backup was written by a newer rookery",
            "use the version that wrote it, or a later one"
        );
    }
    ReadManifest out;
    auto& manifest = out.manifest;
    const auto id = Uuid::parse(lines.after("id "));
    if (!lines.ok() || !id) return damaged();
    manifest.id = *id;
    auto identity = read_identity(lines);
    if (!identity && identity.error().code == Errc::newer_format) return fail(identity.error());
    if (!identity) return damaged();
    manifest.vault = std::move(*identity);
    manifest.keyring_epoch = lines.number(lines.after("epoch "));
    const auto time = parse_iso8601(lines.after("time "));
    if (!time) return damaged();
    manifest.time = *time;
    const auto [size, root] = parted(lines.after("log "));
    manifest.log_size = lines.number(size);
    manifest.log_root = lines.digest(root);
    read_files(lines, manifest.files);
    out.body = text.substr(0, text.size() - lines.left().size());
    const auto last = lines.next();
    constexpr std::string_view word = "signature ";
    if (last.starts_with(word)) {
        const auto bytes = from_base64(last.substr(word.size()));
        if (!bytes || bytes->size() != crypto::Signature{}.size()) return damaged();
        std::ranges::copy(*bytes, out.signature.emplace().begin());
    }
    // One spelling only: nobody keeps two that mean the same apart.
    if (!lines.ok() || body_of(manifest) + last_line(out.signature) != text) return damaged();
    return out;
}

}  // namespace rookery::messages
