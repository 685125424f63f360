#include "vault/sealed_log.hpp"

#include "audit/prepared_event.hpp"

namespace rookery::messages {
namespace {

/// Small enough for the disk of a build machine, and without a reserve: its log is nobody's evidence.
constexpr storage::SpaceRule development_space{{256U << 20, 0}, 128U << 20, 64U << 20, 0};

}  // namespace

storage::SpaceRule space_rule(const VaultOptions& options, VaultKind kind) {
    return kind == VaultKind::development ? development_space : options.space;
}

Result<void> write_sealed(
    storage::Store& store, audit::LogWriter& log, const audit::Event& event, Random& random,
    Instant now
) {
    ROOKERY_TRY(const auto prepared, audit::prepare_clear(event, random));
    ROOKERY_TRY(const auto row, log.append(prepared, now));
    const auto commit = store.begin();
    commit->put(storage::Family::log, row.key, row.value);
    const auto state = log.state_row();
    commit->put(storage::Family::log, state.key, state.value);
    ROOKERY_CHECK(commit->write());
    return log.mark_durable();
}

audit::LogWriter::Options log_options_of(
    const VaultOptions& options, const merkle::VerifierKey& verifier, const crypto::SigningKey* key
) {
    audit::LogWriter::Options out;
    out.origin = verifier.name;
    out.verifier = verifier.key;
    out.key = key;
    out.confirmed_time = options.confirmed_time;
    out.monotonic = options.monotonic;
    return out;
}

Result<crypto::RootSlots> read_slots(const DataDirectory& directory) {
    ROOKERY_TRY(const auto file, directory.read_slots());
    auto slots = crypto::RootSlots::parse(file, directory.identity().id);
    if (!slots) return fail(in_file("slots", std::move(slots).error()));
    return slots;
}

}  // namespace rookery::messages
