#include "vault/drill.hpp"

#include "crypto/keyring.hpp"
#include "vault/slot_change.hpp"

#include <algorithm>

namespace rookery::messages {

Result<Drill> Drill::begin(const std::filesystem::path& data) {
    ROOKERY_TRY(const auto directory, DataDirectory::open_to_look(data));
    return of(directory, directory.identity().id);
}

/// The keyring first: slots of the next number beside it are a change that an opening finishes.
Result<Drill> Drill::of(const DataDirectory& directory, const Uuid& vault) {
    ROOKERY_TRY(auto keyring, directory.read_keyring());
    ROOKERY_TRY(const auto file, directory.read_slots());
    auto slots = crypto::RootSlots::parse(file, vault);
    if (!slots) return fail(in_file("slots", slots.error()));
    return Drill(std::move(*slots), std::move(keyring));
}

Result<DrillResult> Drill::try_way(const crypto::SlotOffer& offer) const {
    ROOKERY_TRY(const auto root, slots_.open(offer, root_generation_in(keyring_)));
    const auto keyring =
        crypto::Keyring::open(keyring_, root.key, root.generation, slots_.vault(), 1);
    if (!keyring) return fail(in_file("keyring", keyring.error()));
    ROOKERY_CHECK(slots_.check(*keyring));
    const auto slot = std::ranges::find(slots_.slots(), root.slot, &crypto::Slot::id);
    return DrillResult{root.slot, slot->label, root.generation, keyring->epoch()};
}

}  // namespace rookery::messages
