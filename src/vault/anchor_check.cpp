#include "vault/anchor_check.hpp"

#include "base/file.hpp"
#include "merkle/root_at.hpp"
#include "vault/anchor_elsewhere.hpp"

#include <string>
#include <utility>

namespace rookery::messages {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view older_hint =
    "keep a copy of everything as it is; docs/operations/when-the-log-fails.md says what to do. "
    "Only if you "
    "put this older state back yourself: `rookery anchor accept --data DATA`, with --file and the "
    "second place";
constexpr std::string_view lost_hint =
    "put it back, or mount the volume that it lies on; if it is lost for good: `rookery anchor "
    "accept --data DATA`, with --file and the second place";

std::string named(const fs::path& file) { return "the anchor " + file.string(); }

AnchorFinding finding(
    std::string_view problem, const fs::path& file, std::string what, std::string_view hint
) {
    return {
        problem,
        file,
        std::nullopt,
        Error{
            Errc::integrity,
            "integrity check failed: " + std::move(what),
            std::string(hint),
            BOOST_CURRENT_LOCATION}};
}

/// What happened since the anchor was made, and the word for it; nothing when nothing speaks against the vault.
struct Contradiction {
    std::string_view problem;
    std::string what;
};

Contradiction entries_missing(std::uint64_t from, std::uint64_t end) {
    return {
        "entries-missing",
        "entries " + std::to_string(from) + " to " + std::to_string(end - 1) +
            " of the log are missing"};
}

/// Of an anchor from before a hand-over: the entries that it is over and this log has not are those that the hand-over names,
/// or it says more than whoever handed over knew.
std::optional<Contradiction> beyond_handover(const Anchor& anchor, const audit::Handover& ended) {
    if (anchor.log_size > ended.seen_size) {
        return entries_missing(ended.seen_size, anchor.log_size);
    }
    if (anchor.log_size == ended.seen_size && anchor.log_root != ended.seen_root) {
        return Contradiction{
            "log-rewritten", "the log that was handed over was another one than this anchor's"};
    }
    return std::nullopt;
}

Result<std::optional<Contradiction>> contradiction(
    const Anchor& anchor, const OpenedState& opened
) {
    const auto& state = opened.state;
    const auto* ended = opened.handovers.that_ended(anchor.origin);
    if (ended != nullptr && anchor.log_size > ended->size) {
        if (auto beyond = beyond_handover(anchor, *ended)) return beyond;
        return std::optional<Contradiction>{};
    }
    // By the state's size, not the log's: attempts to unseal go on behind it whatever was cut off before.
    if (state.log_size < anchor.log_size) {
        return entries_missing(state.log_size, anchor.log_size);
    }
    ROOKERY_TRY(const auto root, merkle::root_at(anchor.log_size, opened.log));
    // From the same nodes: else others could stand there for as long as this takes.
    ROOKERY_TRY(
        const auto through, merkle::root_through(anchor.log_size, state.log_size, opened.log)
    );
    if (root != anchor.log_root || through != state.log_root) {
        return Contradiction{
            "log-rewritten",
            "the log was rewritten: its first " + std::to_string(anchor.log_size) +
                " entries are other ones"};
    }
    if (opened.keyring_epoch < anchor.keyring_epoch) {
        return Contradiction{
            "keyring-older",
            "the keyring is older: its epoch is " + std::to_string(opened.keyring_epoch) +
                " and was " + std::to_string(anchor.keyring_epoch)};
    }
    const bool same_state =
        state.log_size == anchor.log_size && state.keyring_epoch == anchor.keyring_epoch;
    if (same_state && rows_digest(opened.vault, state) != anchor.rows) {
        return Contradiction{
            "rows-older", "rows were put back: the log is the same and the rows are others"};
    }
    return std::optional<Contradiction>{};
}

/// Under the name that the log has, or had before.
tl::expected<Anchor, AnchorFault> read_under_any_name(
    std::string_view text, const OpenedState& opened
) {
    auto out = read_anchor(text, opened.vault, opened.log_key);
    for (const auto& one : opened.handovers.all()) {
        if (out || out.error() != AnchorFault::damaged) break;
        out = read_anchor(text, opened.vault, {one.from, opened.log_key.key});
    }
    return out;
}

Result<Bytes> read_place(const AnchorPlace& place) {
    if (!place.elsewhere) return read_plain_file(place.file, anchor_bytes_max);
    const auto text = place.elsewhere->get();
    if (!text && text.error().code == Errc::not_found) return fail(text.error());
    if (!text) {
        return fail(
            text.error().code,
            named(place.file) + " cannot be read: " + text.error().message,
            "mend what its program needs; if the place is lost for good: `rookery anchor accept "
            "--data DATA "
            "--give-up-second-place`"
        );
    }
    const auto bytes = bytes_of(*text);
    return Bytes(bytes.begin(), bytes.end());
}

}  // namespace

std::vector<AnchorPlace> anchor_places(
    const fs::path& own, const AnchorOptions& options, const AnchoredSince& since
) {
    std::vector<AnchorPlace> out{{own, since.own}};
    if (options.rule == AnchorRule::own_place) return out;
    if (!options.second.empty()) out.push_back({options.second, since.second});
    if (options.elsewhere) {
        out.push_back({options.elsewhere->name(), since.second, options.elsewhere});
    }
    return out;
}

Result<std::optional<AnchorFinding>> check_anchor(
    const AnchorPlace& place, const OpenedState& opened
) {
    const auto text = read_place(place);
    if (!text && text.error().code == Errc::not_found) {
        if (!place.since) return std::optional<AnchorFinding>{};
        return finding(
            "anchor-missing",
            place.file,
            named(place.file) + " is missing; this vault has had one there since " +
                to_iso8601(*place.since),
            lost_hint
        );
    }
    if (!text && text.error().code != Errc::too_large) return fail(text.error());
    const auto anchor = text ? read_under_any_name(text_of(*text), opened)
                             : tl::unexpected<AnchorFault>(AnchorFault::damaged);
    if (!anchor) {
        switch (anchor.error()) {
            case AnchorFault::foreign:
                return fail(
                    Errc::integrity,
                    "integrity check failed: " + named(place.file) + " is that of another vault",
                    "name this vault's own in the section [anchor]; the file is left as it is"
                );
            case AnchorFault::newer:
                return fail(
                    Errc::newer_format,
                    named(place.file) + " was written by a newer rookery",
                    "start it with the version that wrote it, or a later one"
                );
            case AnchorFault::damaged:
                return finding(
                    "anchor-damaged",
                    place.file,
                    named(place.file) + " is damaged, or not signed by this vault",
                    lost_hint
                );
        }
    }
    ROOKERY_TRY(auto against, contradiction(*anchor, opened));
    if (!against) return std::optional<AnchorFinding>{};
    auto out = finding(
        against->problem,
        place.file,
        against->what + "; " + named(place.file) + " is of " + to_iso8601(anchor->time),
        older_hint
    );
    out.anchor = *anchor;
    return out;
}

}  // namespace rookery::messages
