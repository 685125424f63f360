#include "vault/new_origin.hpp"

#include <chrono>
#include <utility>

namespace rookery::messages {
namespace {

/// How far the log is known to have gone: what speaks most.
void add_what_is_known(
    audit::Handover& handover, const NewOrigin& given, const std::optional<AnchorFinding>& accepted
) {
    handover.seen_size = handover.size;
    handover.seen_root = handover.root;
    const auto know = [&](std::uint64_t size, const Digest& root) {
        if (size <= handover.seen_size) return;
        handover.seen_size = size;
        handover.seen_root = root;
    };
    know(given.seen_size, given.seen_root);
    if (accepted && accepted->anchor && accepted->anchor->origin == handover.from) {
        know(accepted->anchor->log_size, accepted->anchor->log_root);
    }
}

}  // namespace

Result<void> begin_new_origin(
    Vault::Parts& parts, const ledger::VaultState& state, audit::Handovers& handovers,
    const std::optional<AnchorFinding>& accepted, std::optional<std::uint64_t> rows_size
) {
    const auto& keys = *parts.opening_keys;
    const auto& first = parts.directory.identity().origin;
    audit::Handover handover;
    handover.vault = parts.services.vault;
    handover.from = parts.services.origin;
    handover.size = state.log_size;
    handover.root = state.log_root;
    handover.rows_size = rows_size;
    handover.time = std::chrono::floor<std::chrono::seconds>(parts.services.clock.now());
    do {
        handover.to = audit::next_origin(first, handover.time);
        handover.time += std::chrono::seconds{1};
    } while (handover.to == handover.from || handovers.that_ended(handover.to) != nullptr);
    handover.time -= std::chrono::seconds{1};
    add_what_is_known(handover, parts.options.anchor.new_origin.value_or(NewOrigin{}), accepted);

    const auto row = audit::handover_key(handover.size);
    const auto note = audit::sign_handover(handover, keys.signing);
    ROOKERY_CHECK(handovers.add(row, note, keys.signing.public_key()));
    {
        const auto commit = parts.store->begin();
        commit->put(storage::Family::log, row, note);
        ROOKERY_CHECK(commit->write());
    }
    const merkle::VerifierKey verifier{handover.to, keys.signing.public_key()};
    parts.verifier_key = merkle::format_verifier_key(verifier);
    ROOKERY_CHECK(parts.directory.write_verifier_key(parts.verifier_key));
    parts.services.origin = handover.to;
    return {};
}

Result<merkle::VerifierKey> finish_handover(
    const DataDirectory& directory, const audit::Handovers& handovers, merkle::VerifierKey verifier
) {
    if (handovers.lead_to(verifier.name)) return verifier;
    verifier.name = handovers.all().back().to;
    ROOKERY_CHECK(directory.write_verifier_key(merkle::format_verifier_key(verifier)));
    return verifier;
}

const audit::Handover* to_be_told(
    const audit::Handovers& handovers, const ledger::VaultState& state
) {
    if (handovers.all().empty() || handovers.all().back().size != state.log_size) return nullptr;
    return &handovers.all().back();
}

}  // namespace rookery::messages
