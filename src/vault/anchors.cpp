#include "vault/anchors.hpp"

#include "merkle/hash.hpp"
#include "vault/anchor_entries.hpp"
#include "vault/same_file_system.hpp"

namespace rookery::messages {
namespace {

namespace fs = std::filesystem;

/// An anchor says more than none, and of two the one over more of the log.
std::uint64_t weight(const AnchorFinding& finding) {
    return finding.anchor ? finding.anchor->log_size : 0;
}

/// Where there are to be anchors from this opening on.
AnchoredSince wanted(const AnchorOptions& options, const AnchoredSince& since, Instant now) {
    const auto begun = std::chrono::floor<std::chrono::seconds>(now);
    AnchoredSince out{since.own.value_or(begun), since.second};
    if (options.rule == AnchorRule::own_place) return out;
    out.second =
        options.second.empty() ? std::nullopt : std::optional{since.second.value_or(begun)};
    return out;
}

Result<void> put_on_the_log(Vault& vault, Result<ledger::Pending> pending) {
    if (!pending) return fail(std::move(pending).error());
    ROOKERY_CHECK(ledger::receipt_of(vault.ledger().commit(std::move(*pending))));
    return {};
}

std::vector<fs::path> files_of(const std::vector<AnchorPlace>& places) {
    std::vector<fs::path> out;
    for (const auto& place : places) out.push_back(place.file);
    return out;
}

}  // namespace

Result<AnchorsFound> check_anchors(
    const Vault::Parts& parts, const merkle::VerifierKey& log_key, const ledger::VaultState& state,
    const AnchoredSince& since
) {
    const auto& options = parts.options.anchor;
    if (options.rule == AnchorRule::both_places && options.second.empty() && since.second) {
        return fail(
            Errc::usage,
            "this vault has had an anchor in a second place since " + to_iso8601(*since.second) +
                ", and the configuration names none",
            "name its file in the section [anchor]; to give it up: `rookery anchor accept`"
        );
    }
    ROOKERY_TRY(const auto log, audit::LogReader::open(parts.store->view(), nullptr));
    const OpenedState opened{
        parts.services.vault, log_key, state, parts.opening_keys->epoch(), log, since};
    AnchorsFound out{since, std::nullopt};
    for (const auto& place : anchor_places(parts.directory.anchor(), options, since)) {
        ROOKERY_TRY(auto found, check_anchor(place, opened));
        if (!found) continue;
        if (options.rule != AnchorRule::accept) return fail(std::move(found->error));
        if (!out.accepted || weight(*found) > weight(*out.accepted))
            out.accepted = std::move(found);
    }
    return out;
}

Result<void> write_first_anchor(const Vault::Parts& parts) {
    ledger::VaultState nothing;
    nothing.log_root = merkle::empty_root();
    nothing.keyring_epoch = parts.opening_keys->epoch();
    const auto& services = parts.services;
    return write_anchor(
        parts.directory.anchor(),
        anchor_of(services.vault, services.origin, nothing, services.clock.now()),
        parts.opening_keys->signing
    );
}

Result<std::unique_ptr<AnchorKeeper>> keep_anchors(Vault& vault, const AnchorsFound& found) {
    const auto& options = vault.parts().options.anchor;
    const auto places = anchor_places(vault.parts().directory.anchor(), options, found.since);
    auto keeper = std::make_unique<AnchorKeeper>(
        AnchorKeeper::Of{vault.ledger(), vault.clock(), vault.id(), vault.origin()},
        files_of(places),
        options.told
    );
    const auto since = wanted(options, found.since, vault.clock().now());
    if (found.accepted) {
        // Before the anchor that spoke against it is gone.
        ROOKERY_CHECK(
            put_on_the_log(vault, log_recovered(vault, vault.view(), since, *found.accepted))
        );
        ROOKERY_CHECK(keeper->write());
        if (options.accepted) options.accepted(found.accepted->error.message);
    } else if (since != found.since) {
        // Before anything says that it must be there.
        ROOKERY_CHECK(keeper->write());
        ROOKERY_CHECK(put_on_the_log(vault, anchor_change(vault, vault.view(), since)));
    }
    keeper->start();
    return keeper;
}

std::string anchor_text(const AnchorOptions& options) {
    const bool second = options.rule != AnchorRule::own_place && !options.second.empty();
    return second ? options.second.string() : "in the data directory";
}

std::vector<std::string> anchor_place_warnings(
    const Vault::Parts& parts, const AnchoredSince& since
) {
    const auto& options = parts.options.anchor;
    if (parts.services.development) return {};
    if (options.rule == AnchorRule::own_place) {
        if (since.second) return {};  // whoever serves it looks at that one
    } else if (!options.second.empty()) {
        if (!same_file_system(options.second.parent_path(), parts.options.data)) return {};
        return {
            "the anchor " + options.second.string() +
            " lies on the data's own file system: whoever puts back an older state of the disk "
            "puts it back too"};
    }
    return {
        "the anchor lies in the data directory alone: an older copy of all of it that is put back "
        "is not "
        "found; [anchor] file names a second place"};
}

}  // namespace rookery::messages
