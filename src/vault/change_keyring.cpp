// How the keyring of an open vault changes: its file first, then the log, then use; and the uses of the record KEK, which are
// reserved in that file.
#include "audit/prepared_event.hpp"
#include "pipeline/scarce_space.hpp"
#include "vault/note_event.hpp"
#include "vault/vault.hpp"
#include "vault/vault_parts.hpp"

#include <mutex>
#include <utility>

namespace rookery::messages {
namespace {

constexpr auto counted_purpose = crypto::Purpose::record_kek;

std::uint64_t reserved_in(const crypto::Keyring& keyring) {
    const auto version = keyring.active<counted_purpose>().name.version;
    return keyring.entry(counted_purpose, version)->uses_reserved;
}

/// The keyring of the same epoch with so many uses of its active KEK reserved.
crypto::Keyring with_uses(const crypto::Keyring& keyring, std::uint64_t reserved) {
    const auto version = keyring.active<counted_purpose>().name.version;
    return keyring.with_uses_reserved(counted_purpose, version, reserved);
}

struct Leased {
    crypto::Keyring keyring;
    std::shared_ptr<crypto::KeyUses> uses;
};

/// What a change makes of the present keys, with what is reserved by now, and a lease for a KEK that comes into use by it.
Leased with_lease(
    const Vault::Parts& parts, const crypto::KeySet& present, crypto::Keyring changed
) {
    const auto before = present.keyring.active<counted_purpose>().name.version;
    auto next = changed.with_uses_reserved(counted_purpose, before, present.uses->reserved());
    auto uses =
        next.active<counted_purpose>().name.version == before ? present.uses : parts.uses_of(next);
    if (uses->is_low()) next = with_uses(next, uses->next_reservation());
    return {std::move(next), std::move(uses)};
}

}  // namespace

std::shared_ptr<crypto::KeyUses> Vault::Parts::uses_of(const crypto::Keyring& keyring) const {
    constexpr auto kek = crypto::Purpose::record_kek;
    const auto* active = keyring.entry(kek, keyring.active<kek>().name.version);
    return std::make_shared<crypto::KeyUses>(active->uses_reserved, [bell = lease_bell] {
        bell->ring();
    });
}

Result<void> Vault::change_keyring(
    const KeyringChange& change, const std::vector<audit::Event>& events
) {
    const std::lock_guard one_at_a_time(parts_->keyring_mutex);
    const auto now = view();
    ROOKERY_TRY(auto changed, change(now.keys().keyring));
    auto [next, uses] = with_lease(*parts_, now.keys(), std::move(changed));
    const auto keys = std::make_shared<const crypto::KeySet>(
        std::move(next), parts_->directory.identity().origin, random(), std::move(uses)
    );
    ROOKERY_CHECK(ledger().check_keys(*keys));
    if (space().level() == storage::SpaceLevel::none) return fail(out_of_space());
    // Whatever becomes of the change, the log says what it was to be.
    for (auto intent : events) {
        intent.outcome = audit::Outcome::intent;
        ROOKERY_CHECK(note_event(*this, intent));
    }
    ROOKERY_CHECK(parts_->keyring_file.write(keys->keyring, parts_->directory, random()));
    keys->uses->extend(reserved_in(keys->keyring));
    std::vector<audit::PreparedEvent> prepared;
    for (const auto& event : events) {
        prepared.push_back(audit::prepare(event, keys->details, random()));
    }
    return ledger().replace_keys(keys, prepared);
}

Result<void> Vault::adopt_keyring(crypto::Keyring keyring, const crypto::OpenedRoot& root) {
    const std::lock_guard one_at_a_time(parts_->keyring_mutex);
    parts_->keyring_file = KeyringFile(root.key, root.generation);
    auto uses = view().keys().uses;  // the KEK is the same
    return ledger().replace_keys(
        std::make_shared<const crypto::KeySet>(
            std::move(keyring), parts_->directory.identity().origin, random(), std::move(uses)
        ),
        {}
    );
}

Result<void> Vault::renew_key_lease() {
    const std::lock_guard one_at_a_time(parts_->keyring_mutex);
    const auto now = view();
    auto& uses = *now.keys().uses;
    if (!uses.is_low()) return {};
    const auto reserved = uses.next_reservation();
    ROOKERY_CHECK(parts_->keyring_file.write(
        with_uses(now.keys().keyring, reserved), parts_->directory, random()
    ));
    uses.extend(reserved);
    return {};
}

}  // namespace rookery::messages
