#include "vault/archive_end.hpp"

#include "audit/log_reader.hpp"
#include "base/file.hpp"
#include "merkle/root_at.hpp"
#include "vault/anchor.hpp"

#include <algorithm>
#include <optional>

namespace rookery::messages {
namespace {

tl::unexpected<Error> is_no_anchor_of_it(
    const std::filesystem::path& file, std::string_view why, Errc code = Errc::integrity
) {
    return fail(
        code,
        "the anchor " + file.string() + " " + std::string(why),
        "find out which of the two belongs to the vault before anything is restored"
    );
}

/// Nothing when it is in no spelling that this vault signed, or signed under a name of before.
Result<std::optional<Anchor>> read_anchor_file(
    const std::filesystem::path& file, const Uuid& vault, const merkle::VerifierKey& log_key
) {
    const auto text = read_plain_file(file, anchor_bytes_max);
    if (!text && text.error().code == Errc::too_large) return std::optional<Anchor>{};
    if (!text) return fail(text.error());
    const auto anchor = read_anchor(text_of(*text), vault, log_key);
    if (anchor) return std::optional(*anchor);
    switch (anchor.error()) {
        case AnchorFault::foreign:
            return is_no_anchor_of_it(file, "is that of another vault");
        case AnchorFault::newer:
            return is_no_anchor_of_it(file, "was written by a newer rookery", Errc::newer_format);
        case AnchorFault::damaged:
            break;
    }
    return std::optional<Anchor>{};
}

/// Collects what anchors say of one archive.
class EndSeen {
 public:
    EndSeen(const LogArchive& archive, const audit::LogReader& log)
        : archive_(archive), log_(log) {}

    Result<void> look_at(const Anchor& anchor, const std::filesystem::path& file) {
        known_ = true;
        out_.keyring_epoch = std::max(out_.keyring_epoch, anchor.keyring_epoch);
        if (anchor.log_size > archive_.size()) {
            if (anchor.log_size <= out_.seen_size) return {};
            out_.seen_size = anchor.log_size;
            out_.seen_root = anchor.log_root;
            out_.why = "entries " + std::to_string(archive_.size()) + " to " +
                       std::to_string(anchor.log_size - 1) +
                       " are missing from it, which the anchor " + file.string() + " knows of";
            return {};
        }
        ROOKERY_TRY(const auto root, merkle::root_at(anchor.log_size, log_));
        if (root == anchor.log_root) return {};
        return is_no_anchor_of_it(
            file, "tells of other entries than the log in " + archive_.directory().string()
        );
    }

    ArchiveEnd take() && {
        if (!known_) {
            out_.why =
                "nothing says how far it went: there is no anchor of it beside it, or none that "
                "can be read";
        }
        out_.whole = out_.why.empty();
        return std::move(out_);
    }

 private:
    const LogArchive& archive_;
    const audit::LogReader& log_;
    bool known_ = false;
    ArchiveEnd out_;
};

}  // namespace

Result<ArchiveEnd> find_archive_end(
    const LogArchive& archive, const Uuid& vault, const merkle::VerifierKey& log_key,
    const std::filesystem::path& named
) {
    ROOKERY_TRY(const auto log, audit::LogReader::open(archive.view(), nullptr));
    EndSeen seen(archive, log);
    const auto own = archive.directory() / "anchor";
    const auto beside = read_anchor_file(own, vault, log_key);
    if (!beside && beside.error().code != Errc::not_found) return fail(beside.error());
    if (beside && *beside) ROOKERY_CHECK(seen.look_at(**beside, own));
    if (!named.empty()) {
        ROOKERY_TRY(const auto second, read_anchor_file(named, vault, log_key));
        if (!second) return is_no_anchor_of_it(named, "is damaged, or not signed by this vault");
        ROOKERY_CHECK(seen.look_at(*second, named));
    }
    return std::move(seen).take();
}

}  // namespace rookery::messages
