#include "vault/anchors.hpp"

#include "merkle/hash.hpp"
#include "vault/anchor_elsewhere.hpp"
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
    if (options.rule == AnchorRule::own_place || options.rule == AnchorRule::restored) return out;
    out.second = has_second(options) ? std::optional{since.second.value_or(begun)} : std::nullopt;
    return out;
}

Result<void> put_on_the_log(Vault& vault, Result<ledger::Pending> pending) {
    if (!pending) return fail(std::move(pending).error());
    ROOKERY_CHECK(ledger::receipt_of(vault.ledger().commit(std::move(*pending))));
    return {};
}

/// It was given up, or left out by mistake, which must not be the same.
Result<void> check_second_is_named(const AnchorOptions& options, const AnchoredSince& since) {
    if (!since.second || has_second(options)) return {};
    const auto had =
        "this vault has had an anchor in a second place since " + to_iso8601(*since.second);
    switch (options.rule) {
        case AnchorRule::own_place:
            return {};  // whoever serves it looks at that one
        case AnchorRule::both_places:
            return fail(
                Errc::usage,
                had + ", and the configuration names none",
                "name its file in the section [anchor]; to give it up: `rookery anchor accept "
                "--data DATA "
                "--give-up-second-place`"
            );
        case AnchorRule::accept:
            if (options.give_up_second) return {};
            return fail(
                Errc::usage,
                had + ", and none is named",
                "name its file with --file; if there is to be none any more: "
                "--give-up-second-place"
            );
        case AnchorRule::restored:
            if (options.new_origin) return {};
            return fail(
                Errc::usage,
                had + ", which may know of more than the backup holds",
                "name its file with --anchor; if it is lost, or tells of more that is lost: "
                "--new-origin and the reason"
            );
    }
    return {};
}

Result<void> write_all(const AnchorKeepers& keepers) {
    for (const auto& keeper : keepers) ROOKERY_CHECK(keeper->write());
    return {};
}

}  // namespace

Result<AnchorsFound> check_anchors(
    const Vault::Parts& parts, const merkle::VerifierKey& log_key, const ledger::VaultState& state,
    const AnchoredSince& since, const audit::Handovers& handovers
) {
    const auto& options = parts.options.anchor;
    ROOKERY_CHECK(check_second_is_named(options, since));
    ROOKERY_TRY(const auto log, audit::LogReader::open(parts.store->view(), nullptr));
    const OpenedState opened{
        parts.services.vault, log_key, state, parts.opening_keys->epoch(), log, handovers, since};
    AnchorsFound out{since, std::nullopt};
    const bool restored = options.rule == AnchorRule::restored;
    auto places = anchor_places(parts.directory.anchor(), options, since);
    if (restored) places.erase(places.begin());  // no backup has one
    for (const auto& place : places) {
        ROOKERY_TRY(auto found, check_anchor(place, opened));
        if (!found) continue;
        if (restored && !options.new_origin) {
            found->error.hint =
                "use a newer backup; if there is none, --new-origin and the reason begin a new "
                "name of the log, which says what is lost";
        }
        if (options.rule != AnchorRule::accept && !(restored && options.new_origin)) {
            return fail(std::move(found->error));
        }
        if (!out.accepted || weight(*found) > weight(*out.accepted))
            out.accepted = std::move(found);
    }
    return out;
}

bool needs_new_origin(const AnchorOptions& options, const AnchorsFound& found) {
    if (options.new_origin) return true;
    return found.accepted && (found.accepted->problem == "entries-missing" ||
                              found.accepted->problem == "log-rewritten");
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

Result<AnchorKeepers> keep_anchors(Vault& vault, const AnchorsFound& found) {
    const auto& options = vault.parts().options.anchor;
    auto places = anchor_places(vault.parts().directory.anchor(), options, found.since);
    // Whoever serves the restored vault writes the second one, when it is the vault.
    if (options.rule == AnchorRule::restored) places.resize(1);
    std::vector<AnchorPlace> files;
    std::vector<AnchorPlace> elsewhere;
    for (auto& place : places) (place.elsewhere ? elsewhere : files).push_back(std::move(place));
    AnchorKeepers keepers;
    for (auto* some : {&files, &elsewhere}) {
        if (some->empty()) continue;
        keepers.push_back(std::make_unique<AnchorKeeper>(
            AnchorKeeper::Of{
                vault.ledger(),
                vault.clock(),
                vault.id(),
                vault.origin(),
                vault.parts().options.data},
            std::move(*some),
            options.told
        ));
    }
    const auto since = wanted(options, found.since, vault.clock().now());
    if (found.accepted) {
        // Before the anchor that spoke against it is gone.
        ROOKERY_CHECK(
            put_on_the_log(vault, log_recovered(vault, vault.view(), since, *found.accepted))
        );
        ROOKERY_CHECK(write_all(keepers));
        if (options.accepted) options.accepted(found.accepted->error.message);
    } else if (since != found.since) {
        // Before anything says that it must be there.
        ROOKERY_CHECK(write_all(keepers));
        ROOKERY_CHECK(put_on_the_log(vault, anchor_change(vault, vault.view(), since)));
    }
    for (const auto& keeper : keepers) keeper->start();
    return keepers;
}

std::optional<std::string> second_place_not_looked_at(const Vault& vault) {
    const auto& options = vault.parts().options.anchor;
    if (has_second(options)) return std::nullopt;
    const auto since = vault.parts().anchored_since;
    if (!since.second) return std::nullopt;
    return "the second place of the anchor, which this vault has had since " +
           to_iso8601(*since.second) +
           ", was not looked at: only the configuration of `rookery serve` names it";
}

std::string anchor_text(const AnchorOptions& options) {
    if (options.rule == AnchorRule::own_place || !has_second(options)) {
        return "in the data directory";
    }
    return options.elsewhere ? "behind " + options.elsewhere->name() : options.second.string();
}

std::vector<std::string> anchor_place_warnings(
    const Vault::Parts& parts, const AnchoredSince& since
) {
    const auto& options = parts.options.anchor;
    if (parts.services.development) return {};
    if (options.rule == AnchorRule::own_place) {
        if (since.second) return {};  // whoever serves it looks at that one
    } else if (options.elsewhere) {
        return {};  // where that puts it nobody here can know
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
        "found; [anchor] file or command names a second place"};
}

}  // namespace rookery::messages
