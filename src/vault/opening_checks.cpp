#include "vault/opening_checks.hpp"

#include "audit/lifecycle_events.hpp"
#include "audit/log_reader.hpp"
#include "merkle/checkpoint.hpp"
#include "merkle/frontier.hpp"
#include "merkle/hash.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace rookery::messages {

tl::unexpected<Error> disagreement(std::string_view what) {
    return fail(
        Errc::integrity,
        "integrity check failed: " + std::string(what),
        "the data directory was changed behind the vault's back; restore a backup, and find out how"
    );
}

Result<audit::Handovers> check_genesis(
    const std::shared_ptr<const storage::StoreView>& store, const VaultIdentity& identity,
    const std::string& verifier_key
) {
    ROOKERY_TRY(const auto reader, audit::LogReader::open(store, nullptr));
    if (reader.size() == 0) return disagreement("the log's state row is missing");
    ROOKERY_TRY(const auto first, reader.read(0, audit::Sections::core));
    ROOKERY_TRY(const auto genesis, audit::parse_genesis(first.event));
    const auto kind =
        identity.kind == VaultKind::development ? audit::development_kind : audit::production_kind;
    if (genesis.vault != identity.id || genesis.origin != identity.origin || genesis.kind != kind) {
        return disagreement("the file 'vault' contradicts the log's first entry");
    }
    ROOKERY_TRY(const auto verifier, merkle::parse_verifier_key(verifier_key));
    ROOKERY_TRY(auto handovers, audit::read_handovers(*store, verifier.key));
    const bool leads =
        handovers.lead_to(verifier.name) || handovers.that_ended(verifier.name) != nullptr;
    const merkle::VerifierKey began_with{handovers.first(verifier.name), verifier.key};
    if (!leads || genesis.verifier_key != merkle::format_verifier_key(began_with)) {
        return disagreement("the file 'log.vkey' is not the key that the log began with");
    }
    return handovers;
}

Result<ledger::VaultState> read_state(
    const storage::StoreView& store, const crypto::RowAuthenticator& authenticator
) {
    ROOKERY_TRY(const auto stored, store.get(storage::Family::meta, ledger::vault_state_key));
    if (!stored) return disagreement("the vault's state row is missing");
    auto state = ledger::decode(*stored, authenticator);
    if (!state && state.error().code == Errc::bad_state) {
        return disagreement(
            "the store is of an older format than the vault: an older one was put back"
        );
    }
    return state;
}

namespace {

/// The hashes that the tree over `size` entries continues from. They lead to its root, so they are right
/// when that is.
Result<merkle::Frontier> frontier_at(std::uint64_t size, const audit::LogReader& reader) {
    std::vector<Digest> hashes;
    for (unsigned level = 0; level < 64; ++level) {
        if ((size >> level & 1) == 0) continue;
        ROOKERY_TRY(const auto node, reader.node(level, (size >> level) - 1));
        hashes.push_back(node);
    }
    return merkle::Frontier::from(size, hashes);
}

/// Why an entry that lies beyond the state row is none that a sealed vault wrote; empty if it is.
std::string foreign(const audit::LogReader& reader, std::uint64_t index, Instant latest) {
    const auto entry = reader.read(index, audit::Sections::core_and_priv);
    if (!entry || !entry->while_sealed || !audit::is_unseal_attempt(entry->event)) {
        return "is newer than the vault's state and not of a kind that a sealed vault writes: an "
               "older state "
               "was put back, or the entry is forged";
    }
    if (std::chrono::floor<std::chrono::seconds>(entry->leaf.time) > latest) {
        return "was written while sealed and is of a time that has not come: the clock was wrong, "
               "or the "
               "entry is forged";
    }
    return {};
}

/// Entries from where the tree is known on, which is `frontier`.
Result<void> check_beyond(
    const audit::LogReader& reader, const storage::StoreView& store, merkle::Frontier frontier,
    Instant latest
) {
    if (frontier.size() != 0) {
        ROOKERY_TRY(const auto last, reader.leaf(frontier.size() - 1));
        latest = std::max(latest, last.time);
    }
    for (auto index = frontier.size(); index < reader.size(); ++index) {
        const auto why = foreign(reader, index, latest);
        if (!why.empty())
            return disagreement("entry " + std::to_string(index) + " of the log " + why);
        ROOKERY_TRY(const auto stored, store.get(storage::Family::log, audit::entry_key(index)));
        const auto entry =
            audit::split_entry(stored ? std::string_view{*stored} : std::string_view{});
        if (!entry)
            return disagreement("entry " + std::to_string(index) + " of the log is damaged");
        const auto nodes = frontier.append(merkle::hash_leaf(entry->leaf));
        bool same = nodes.size() == entry->node_count();
        for (std::size_t level = 0; same && level < nodes.size(); ++level) {
            same = nodes[level] == entry->node(level);
        }
        if (!same) {
            return disagreement(
                "the tree does not follow from its entries at " + std::to_string(index)
            );
        }
    }
    if (!(frontier == reader.state().frontier)) {
        return disagreement("the log's state row has another tree than its entries");
    }
    return {};
}

}  // namespace

Result<void> check_log(
    const std::shared_ptr<const storage::StoreView>& store, const ledger::VaultState& state,
    Instant latest
) {
    ROOKERY_TRY(const auto reader, audit::LogReader::open(store, nullptr));
    if (state.log_size > reader.size())
        return disagreement("the log is shorter than the vault's state");
    ROOKERY_TRY(auto frontier, frontier_at(state.log_size, reader));
    if (frontier.root() != state.log_root) {
        return disagreement("the log is not the one the vault's state was written with");
    }
    ROOKERY_CHECK(check_beyond(reader, *store, std::move(frontier), latest));
    const auto published =
        reader.state().checkpoint_size;  // which is that of the newest note there is
    if (published && *published != state.checkpoint_size) {
        return disagreement(
            "the newest checkpoint is over " + std::to_string(*published) +
            " entries, and the vault's state knows of one over " +
            std::to_string(state.checkpoint_size)
        );
    }
    return {};
}

}  // namespace rookery::messages
