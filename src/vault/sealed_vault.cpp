#include "vault/sealed_vault.hpp"

#include "audit/lifecycle_events.hpp"
#include "storage/text_rules.hpp"
#include "vault/new_origin.hpp"
#include "vault/opening_checks.hpp"
#include "vault/sealed_log.hpp"
#include "vault/slot_change.hpp"

#include <utility>

namespace rookery::messages {

Result<std::unique_ptr<SealedVault>> SealedVault::open(
    VaultOptions options, const Clock& clock, Random& random, Space space
) {
    ROOKERY_TRY(auto directory, DataDirectory::open(options.data));
    const auto identity = directory.identity();
    if (space == Space::needed) {
        ROOKERY_CHECK(storage::check_free_space(
            options.data, space_rule(options, identity.kind).open, options.space_of
        ));
    }
    ROOKERY_TRY(auto slots, read_slots(directory));
    ROOKERY_TRY(const auto stored_key, directory.read_verifier_key());
    std::error_code error;
    if (!std::filesystem::exists(directory.store(), error))
        return disagreement("the directory 'store' is missing");
    ROOKERY_TRY(auto store, options.engine(directory.store(), storage::OpenMode::must_exist));
    ROOKERY_CHECK(storage::check_text_rules(*store->view()));
    ROOKERY_TRY(auto handovers, check_genesis(store->view(), identity, stored_key));
    ROOKERY_TRY(auto named_key, merkle::parse_verifier_key(stored_key));
    ROOKERY_TRY(auto verifier, finish_handover(directory, handovers, std::move(named_key)));
    Taken parts{
        std::move(options),
        std::move(directory),
        std::move(slots),
        std::move(store),
        std::move(handovers),
        std::move(verifier),
        &clock,
        &random};
    return std::unique_ptr<SealedVault>(new SealedVault(std::move(parts), space));
}

Result<crypto::OpenedRoot> SealedVault::attempt(const Unsealing& unsealing) {
    auto root = parts_.slots.open(unsealing.offers, root_generation_of(parts_.directory));
    ROOKERY_CHECK(write(
        audit::unseal_attempt_event(root.has_value(), parts_.verifier.name, parts_.clock->now())
    ));
    return root;
}

Result<void> SealedVault::note(Step step) {
    const auto now = parts_.clock->now();
    return write(
        step == Step::taken ? audit::share_taken_event(parts_.verifier.name, now)
                            : audit::unseal_attempt_event(false, parts_.verifier.name, now)
    );
}

Result<void> SealedVault::write(const audit::Event& event) {
    const auto& options = parts_.options;
    // The opening has just looked, or had no need to; a server may be sealed for long.
    if (!std::exchange(space_known_, false)) {
        ROOKERY_CHECK(storage::check_free_space(
            options.data, space_rule(options, identity().kind).open, options.space_of
        ));
    }
    ROOKERY_TRY(
        auto log,
        audit::LogWriter::open(
            *parts_.store->view(),
            log_options_of(options, parts_.verifier, nullptr),
            parts_.clock->now()
        )
    );
    return write_sealed(*parts_.store, log, event, *parts_.random, parts_.clock->now());
}

}  // namespace rookery::messages
